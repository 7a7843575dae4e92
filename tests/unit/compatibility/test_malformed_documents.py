"""Documents that strangers wrote wrongly: never a traceback, and nothing breaks itself.

Each document under ``tests/cases/malformed`` (the name begins with the format) has every construct of
its format once; it is changed at one to three random places, compared with the right one, and with
itself.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.compatibility.comparing import compare
from contracts.documents import from_data
from contracts.errors import ContractError
from contracts.reports import FORMATS, render
from contracts.verdict import Level, Verdict

FOLDER = Path(__file__).parents[2] / "cases" / "malformed"
NAMES = sorted(path.name for path in FOLDER.glob("*.yaml"))
ODD: list[Any] = [
    *(None, True, False, 0, -1, 1.5, 10**400, "", "x", "string", "required", "é\x00"),
    *("#", "#/nowhere", "#/components/schemas/S", [], {}, [None], ["a", "a"], [["x"]]),
    *(
        {"$ref": "#/components/schemas/Tree"},
        {"$ref": 5},
        {"type": "string"},
        {"x": None},
        {"": {}},
    ),
]
NEW_NAMES = ("zz", "id", "type", "$ref", "required", "schema", "allOf")


def _paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    steps = (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    for step in steps:
        yield (*at, step)
        yield from _paths(value[step], (*at, step))


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def _changed(document: Any, chance: random.Random) -> Any:
    document = copy.deepcopy(document)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        paths = list(_paths(document))
        if not paths:
            break
        *before, step = chance.choice(paths)
        holder = _at(document, tuple(before))
        kind = chance.randrange(6)
        if kind == 0:
            del holder[step]
        elif kind == 1:
            holder[step] = copy.deepcopy(chance.choice(ODD))
        elif kind == 2:
            holder[step] = copy.deepcopy(_at(document, chance.choice(paths)))
        elif kind == 3:
            wrapped = holder[step]
            holder[step] = chance.choice(([wrapped], {"allOf": [wrapped]}, {"x": wrapped}))
        elif isinstance(holder, list):
            holder.append(copy.deepcopy(holder[step]))
        else:
            holder[chance.choice(NEW_NAMES)] = holder.pop(step)
    return document


def _judge(name: str, seeds: range) -> None:
    right, format = yaml.safe_load((FOLDER / name).read_text()), name.partition(".")[0]
    for seed in seeds:
        wrong = _changed(right, random.Random(f"{name} {seed}"))
        try:
            old, new = from_data(right, name="right"), from_data(wrong, name="wrong")
            report = compare(*((old, new) if seed % 2 else (new, old)), format=format)
            once, again = from_data(wrong, name="once"), from_data(wrong, name="again")
            itself = compare(once, again, format=format)
        except ContractError:
            continue  # one sentence, which other tests read
        except Exception as error:
            raise AssertionError(f"{name}, seed {seed}") from error
        assert itself.verdict is not Verdict.BREAKING, (name, seed)
        assert all(found.level is not Level.ERROR for found in itself.findings), (name, seed)
        assert render(report, FORMATS[seed % len(FORMATS)]), (name, seed)


@pytest.mark.parametrize("name", NAMES)
def test_a_document_with_mistakes_gets_an_answer(name: str) -> None:
    _judge(name, range(60))


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", NAMES)
def test_many_documents_with_mistakes_get_an_answer(name: str) -> None:
    _judge(name, range(60, 4_000))
