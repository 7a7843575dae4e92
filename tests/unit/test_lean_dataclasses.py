"""The lean decorator makes what the standard one makes."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.lean_dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Lean:
    name: str
    size: int = 3
    tags: list[str] = field(default_factory=list, compare=False)
    note: str = field(default="n", repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Standard:
    name: str
    size: int = 3
    tags: list[str] = dataclasses.field(default_factory=list, compare=False)
    note: str = dataclasses.field(default="n", repr=False)


@dataclass(slots=True)
class Open:
    name: str


@dataclass(frozen=True)
class Below(Lean):
    """Inherits members and adds one."""

    extra: str = "e"


@dataclass(slots=True, eq=False)
class Apart:
    name: str

    def __repr__(self) -> str:
        return "mine"


def test_contracts_use_it_throughout() -> None:
    """One import of the standard module brings ``inspect`` and its cost back."""
    folder = Path(__file__).parents[2] / "contracts"
    assert [
        str(path)
        for path in folder.rglob("*.py")
        if re.search(r"^(from|import) dataclasses", path.read_text(), re.MULTILINE)
    ] == []


QUESTIONS: list[Callable[[Any], Any]] = [
    lambda cls: repr(cls("a")).partition("(")[2],
    lambda cls: cls("a") == cls("a", tags=["x"]),
    lambda cls: cls("a") == cls("b"),
    lambda cls: cls("a") == "a",
    lambda cls: hash(cls("a")) == hash(cls(name="a", size=3)),
    lambda cls: cls("a", 1, ["t"], note="z").tags,
    lambda cls: cls("a").tags is cls("a").tags,
    lambda cls: hasattr(cls("a"), "__dict__"),
    lambda cls: cls.__match_args__,
    lambda cls: cls.__slots__,
    dataclasses.is_dataclass,
    lambda cls: [one.name for one in dataclasses.fields(cls)],
    lambda cls: [one.compare for one in dataclasses.fields(cls("a"))],
    lambda cls: dataclasses.asdict(cls("a", tags=["t"])),
    lambda cls: repr(dataclasses.replace(cls("a"), size=9)).partition("(")[2],
    lambda cls: pickle.loads(pickle.dumps(cls("a", 7))) == cls("a", 7),
    lambda cls: copy.deepcopy(cls("a", 7)).size,
]


@pytest.mark.parametrize("question", range(len(QUESTIONS)))
def test_it_answers_like_the_standard_one(question: int) -> None:
    ask = QUESTIONS[question]
    assert ask(Lean) == ask(Standard)


@pytest.mark.parametrize(
    "misuse",
    [
        lambda cls: cls(),
        lambda cls: cls("a", 1, [], "n", "more"),
        lambda cls: cls("a", nothing=1),
        lambda cls: setattr(cls("a"), "name", "b"),
        lambda cls: delattr(cls("a"), "name"),
    ],
)
def test_it_refuses_like_the_standard_one(misuse: Callable[[Any], Any]) -> None:
    with pytest.raises((TypeError, AttributeError)) as standard:
        misuse(Standard)
    with pytest.raises(TypeError if standard.type is TypeError else AttributeError):
        misuse(Lean)


def test_the_first_instances_are_made_like_all_others() -> None:
    """The first ones are filled, later ones made by a compiled ``__init__``."""

    @dataclass(frozen=True, slots=True)
    class Many:
        name: str
        size: int = 3
        tags: list[str] = field(default_factory=list)

    ways: list[Callable[[], Many]] = [
        lambda: Many("a", 4),
        lambda: Many(size=4, name="a"),
        lambda: Many("a", 4, []),
        lambda: Many("a", tags=[], size=4),
    ]
    made = [way() for _ in range(20) for way in ways]
    assert all(one == Many("a", 4) for one in made)
    assert len({id(one.tags) for one in made}) == len(made)
    misuses: list[Callable[[], Any]] = [
        lambda: Many(size=1),  # type: ignore[call-arg]
        lambda: Many("a", name="b"),  # type: ignore[misc]
        lambda: Many("a", 1, [], 2),  # type: ignore[call-arg]
    ]
    for misuse in misuses:
        with pytest.raises(TypeError):
            misuse()


def test_members_are_inherited() -> None:
    one = Below("a", extra="x")
    assert (one.name, one.size, one.extra) == ("a", 3, "x")
    assert replace(one, size=4) == Below("a", 4, extra="x")
    assert one != Lean("a")


def test_what_is_not_frozen_changes_and_has_no_hash() -> None:
    one = Open("a")
    one.name = "b"
    assert one == Open("b")
    with pytest.raises(TypeError):
        hash(one)


def test_without_eq_instances_are_themselves() -> None:
    assert Apart("a") != Apart("a")
    assert repr(Apart("a")) == "mine"
    assert len({Apart("a"), Apart("a")}) == 2


def test_the_standard_fields_are_worked_out_once() -> None:
    cls: Any = Below
    found = cls.__dataclass_fields__
    assert cls.__dataclass_fields__ is found
    assert [one.name for one in dataclasses.fields(cls)] == [*Lean.__match_args__, "extra"]
