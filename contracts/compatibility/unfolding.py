"""What is below a pair of subschemas, whichever exchanges reach it.

Where no member is marked as travelling in one direction only, requests and responses see the same
below a pair, and it is looked at once for both.
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compatibility.alike import matched
from contracts.compatibility.shells import Shells
from contracts.compatibility.spots import Spot, unchanged
from contracts.compatibility.told_apart import Parted
from contracts.compatibility.transparency import Same, Transparency
from contracts.lean_dataclasses import dataclass


@dataclass(slots=True, eq=False)
class Child:
    """A pair of subschemas inside of another one; one of the two may be missing for a property."""

    old: Spot | None
    new: Spot | None
    suffix: str
    """What it adds to the name of a field."""
    name: str | None = None
    """The property's name, where it is one."""
    old_required: bool = False
    new_required: bool = False
    decides: bool = False
    """Whether what is around it is contained if its parts are, and broken if one of them is."""
    doubtful: bool = False
    """Whether what is around it may take what it refuses."""


@dataclass(slots=True, eq=False)
class Below:
    """What is to be looked at below a pair of subschemas."""

    opaque: bool
    """Whether the engine must be asked about the pair itself."""
    left: Shells | Parted | None
    """What to ask instead, where members or alternatives of both are pairs of their own."""
    children: list[Child]
    """All that differ."""


class Unfolding:
    """Looks below pairs, at each once."""

    def __init__(self, same: Same, transparency: Transparency) -> None:
        self._same = same
        self._transparency = transparency
        self._known: dict[tuple[object, ...], Below] = {}

    @property
    def unread(self) -> bool:
        """Whether something differs that nobody looked at, since it does not travel."""
        return bool(self._transparency.unread)

    def below(self, old: Spot, new: Spot) -> Below:
        """What is to be looked at below two subschemas that differ."""
        asked = (old.key, new.key, old.schema.dialect, new.schema.dialect)
        known = self._known.get(asked)
        if known is None:
            known = self._known[asked] = self._look(old, new)
        return known

    def closed(self, old: Spot, new: Spot) -> Below:
        """The same where nobody looks inside."""
        return Below(not self._same.meaning(old, new), None, [])

    def _look(self, old: Spot, new: Spot) -> Below:
        unread = len(self._transparency.unread)
        parts, left = self._transparency.decide(old, new)
        told = parts is not None and left is None
        opaque = not told
        if opaque and self._same.meaning(old, new):
            opaque, parts, left = False, None, None
        told = told and unread == len(self._transparency.unread)
        children = [Child(*step, decides=True) for step in parts or ()]
        if isinstance(left, Parted):
            more = (Child(*pair, "", decides=True, doubtful=True) for pair in left.doubtful)
            children.extend(child for child in more if self._differs(child))
        if not (told and _says_the_same(old, new)):
            children.extend(child for child in self._seen(old, new) if self._differs(child))
        return Below(opaque, left, children)

    def _differs(self, child: Child) -> bool:
        return child.old is None or child.new is None or not self._same(child.old, child.new)

    def _seen(self, old: Spot, new: Spot) -> Iterator[Child]:
        """What a reader of the two documents would compare, whatever it decides."""
        yield from self._properties(old, new)
        for keyword, suffix in _SINGLE.items():
            yield from _pair(old.below(keyword), new.below(keyword), suffix)
        for keyword in ("patternProperties", "dependentSchemas"):
            others = new.names(keyword)
            for name in (name for name in old.names(keyword) if name in others):
                yield from _pair(old.below(keyword, name), new.below(keyword, name), ".*")
        for keyword in ("items", "prefixItems", "oneOf", "anyOf"):
            yield from _listed(
                old, new, keyword, "[]" if keyword in {"items", "prefixItems"} else ""
            )

    def _properties(self, old: Spot, new: Spot) -> Iterator[Child]:
        if _is_no_object(old) or _is_no_object(new):
            return  # that it is none, or was none, says all about its members
        same = unchanged(old, new)
        before, after = old.declared(without=same), new.declared(without=same)
        needed, needs = old.required(), new.required()
        several = not (old.declares_once() and new.declares_once())
        moved = _moved(old, before, after) | _moved(new, after, before)
        for name in {**before, **after}:
            one, other = before.get(name), after.get(name)
            both = one is not None and other is not None
            if name in moved:
                continue
            if one is not None and other is not None and not several and self._same(one, other):
                continue
            if both and several:
                one, other = _likeliest(old.declarations(name), new.declarations(name))
            yield Child(
                one.followed() if one is not None and both else one,
                other.followed() if other is not None and both else other,
                f".{name}",
                name,
                name in needed,
                name in needs,
            )


def _says_the_same(old: Spot, new: Spot) -> bool:
    """Whether only what is referred to differs: whoever looked at that has seen everything."""
    return old.alone() and new.alone() and bool(old.value == new.value)


def _is_no_object(spot: Spot) -> bool:
    kinds = spot.get("type")
    named = kinds if isinstance(kinds, list) else [kinds]
    return kinds is not None and "object" not in named and not spot.names("properties")


def _likeliest(before: list[Spot], after: list[Spot]) -> tuple[Spot, Spot]:
    """Of what several parts of an `allOf` say about one property, what became what."""
    pairs = matched(before, after)
    return pairs[0] if pairs else (before[0], after[0])


def _moved(side: Spot, declared: dict[str, Spot], other: dict[str, Spot]) -> set[str]:
    """What the other side declares, and this one in some of its alternatives."""
    missing = other.keys() - declared.keys()
    return missing & side.offered() if missing else set()


def _pair(old: Spot | None, new: Spot | None, suffix: str) -> Iterator[Child]:
    if old is None or new is None or isinstance(old.value, list) or isinstance(new.value, list):
        return  # a list of `items` is no schema
    yield Child(old.followed(), new.followed(), suffix)


def _listed(old: Spot, new: Spot, keyword: str, suffix: str) -> Iterator[Child]:
    if keyword in {"oneOf", "anyOf"}:
        sides = ([led for _, led in spot.alternatives(keyword)] for spot in (old, new))
        pairs = matched(*sides)
    elif keyword == "prefixItems":
        pairs = list(zip(old.branches(keyword), new.branches(keyword), strict=False))
    else:
        pairs = matched(old.branches(keyword), new.branches(keyword))
    for spot, other in pairs:
        yield Child(spot, other, suffix)


_SINGLE = {"items": "[]", "additionalProperties": ".*", "contains": "[]", "not": ""}
"""Keywords with one subschema → what they add to the name of a field."""
