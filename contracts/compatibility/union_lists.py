"""The alternatives of a schema that is a union, of unions inside of it theirs, and their names."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from contracts.compatibility.schema_facts import Facts, annotates, union_of
from contracts.compatibility.spots import Spot
from contracts.lean_dataclasses import dataclass, field
from contracts.schema.discriminators import Discriminator, discriminator_of
from contracts.schema.values import NAMES, Kind, key
from contracts.verdict import Json

MOST_ALTERNATIVES = 64
"""Of more alternatives on a side, only the types are told apart."""

Names = tuple["Discriminator", int]
"""What a discriminator says, and the number of an alternative in its list."""


@dataclass(slots=True, eq=False)
class Branch:
    """An alternative, and if it is a union itself the alternatives of that."""

    inside: Branch | None
    """The union whose alternative it is; None for the whole."""
    spot: Spot | None = None
    """The alternative, unless it is a union."""
    parts: list[Branch] = field(default_factory=list)
    """The alternatives of a union; one that is listed twice stands twice, its parts once."""

    def leaves(self) -> list[Spot]:
        """The alternatives that are no unions."""
        found: list[Spot] = []
        met = {id(self)}
        waiting = [self]
        for branch in waiting:  # grows while it is read
            if branch.spot is not None:
                found.append(branch.spot)
            for part in branch.parts:
                if id(part) not in met:
                    met.add(id(part))
                    waiting.append(part)
        return found

    def beside(self) -> list[Branch]:
        """The other alternatives of the union that it is in."""
        return [part for part in self.inside.parts if part is not self] if self.inside else []

    def around(self) -> list[Branch]:
        """Itself and the unions that it is in, but for the whole; from the inside."""
        found = [self]
        while found[-1].inside is not None:
            found.append(found[-1].inside)
        return found[:-1]


@dataclass(slots=True)
class Listed:
    """The alternatives of one side."""

    keyword: str | None
    spots: list[Spot]
    named: dict[int, tuple[Names, ...]] = field(default_factory=dict)
    """What discriminators say of each, by its ``id``: of the list it is in, and those around."""
    branches: dict[int, Branch] = field(default_factory=dict)
    """Where each alternative stands, by its ``id``, in a union that has unions inside."""
    shortest: int = 1
    """Alternatives in the shortest list of several: its own, or one of a union inside of it."""

    def met(self, branches: Sequence[object]) -> None:
        """Note a list of alternatives."""
        if len(branches) > 1:
            self.shortest = (
                min(self.shortest, len(branches)) if self.shortest > 1 else len(branches)
            )


class UnionLists:
    """Reads the lists of alternatives of schemas."""

    def __init__(self, facts: Callable[[Spot], Facts]) -> None:
        self._facts = facts

    def of(self, spot: Spot) -> Listed | None:
        """The alternatives, or the schema if it has none; None for a choice beside more."""
        spot = self._meant(_unwrapped(spot))
        keyword = self._keyword(spot)
        if keyword is None:
            return Listed(None, [spot])
        if not keyword:
            return None
        found = Listed(keyword, [])
        whole = Branch(None)
        met = {spot.key: whole}
        branches = _named(spot, keyword)
        found.met(branches)
        waiting = [(one, names, whole) for one, names in reversed(branches)]
        while waiting and len(found.spots) <= MOST_ALTERNATIVES:
            one, around, inside = waiting.pop()
            one = self._meant(one)
            if self._keyword(one) != keyword:
                branch = Branch(inside, one)
                found.spots.append(one)
                found.named[id(one)] = around
                found.branches[id(one)] = branch
            elif one.key in met:
                branch = met[one.key]
            else:
                branch = met[one.key] = Branch(inside)
                inner = [(spot, (*around, *names), branch) for spot, names in _named(one, keyword)]
                found.met(inner)
                waiting.extend(reversed(inner))
            inside.parts.append(branch)
        return found

    def _meant(self, spot: Spot) -> Spot:
        """Where a reference leads beside which stands only the `type` of all that it refers to."""
        raw = spot.value
        beside = {word for word in raw if not annotates(word)} if isinstance(raw, dict) else set()
        target = spot.target() if beside == {"type"} and "$ref" in raw else None
        if target is None:
            return spot
        target = target.followed()
        return target if self._facts(target).kinds == _types(raw["type"]) else spot

    def _keyword(self, spot: Spot) -> str | None:
        """The keyword of a schema that is a union and nothing else; None for one without a choice.

        Empty for a choice beside something else than a `type` that all alternatives have.
        """
        raw = spot.value
        if not isinstance(raw, dict):
            return ""
        words = [word for word in ("anyOf", "oneOf") if word in raw]
        if not words:
            return None
        listed = raw[words[0]]
        beside = {word for word in raw if not annotates(word)} - {*words, "discriminator"}
        if len(words) > 1 or "$ref" in raw or not isinstance(listed, list) or not listed:
            return ""
        if "type" not in raw:  # nullable says nothing without a type (OpenAPI 3.0.3 §4.7.24)
            beside.discard("nullable")
        elif beside <= {"type", "nullable"}:  # nullable widens the `type`, not the alternatives
            kinds = union_of(self._facts(branch).kinds for branch in spot.branches(words[0]))
            said = _types(raw["type"])
            beside = set() if said is not None and kinds in said else beside
        return "" if beside else words[0]


def _unwrapped(spot: Spot) -> Spot:
    """What `allOf` holds beside descriptions, as people write it around a `$ref` (OpenAPI 3.0)."""
    raw = spot.value
    words = {word for word in raw if not annotates(word)} if isinstance(raw, dict) else set()
    if "allOf" not in words or "$ref" in raw or not words <= {"allOf", "nullable"}:
        return spot
    parts = [part for part in spot.branches("allOf") if not _describes(part)]
    return parts[0] if len(parts) == 1 else spot


def _describes(spot: Spot) -> bool:
    """Whether a schema says nothing of values."""
    raw = spot.value
    return isinstance(raw, dict) and "$ref" not in raw and all(map(annotates, raw))


def _types(said: Json) -> Kind | None:
    """The types that `type` names; None where it says more or something else."""
    names = said if isinstance(said, list) else [said]
    known = [NAMES[name] for name in names if isinstance(name, str) and name in NAMES]
    return union_of(known) if len(known) == len(names) else None


def _named(spot: Spot, keyword: str) -> list[tuple[Spot, tuple[Names, ...]]]:
    """The alternatives that stand in a list, and what a discriminator beside it says of them."""
    said = discriminator_of(spot.value, keyword)
    branches = enumerate(spot.branches(keyword))
    return [(branch, ((said, i),) if said is not None else ()) for i, branch in branches]


def own_names(named: tuple[Names, ...]) -> frozenset[object] | None:
    """The values that name an alternative; None where nothing does, or on several levels."""
    if len(named) != 1:
        return None
    about, index = named[0]
    return frozenset(map(key, about.values[index])) or None


def name_others(named: tuple[Names, ...], values: frozenset[object] | None) -> bool:
    """Whether one of some values names another alternative; None for any values."""
    for about, index in named:
        known, own = about.known, about.values[index]
        if values is None and own != known:
            return True
        if any(value in known and value not in own for value in values or ()):
            return True
    return False
