"""Which differences of two schemas lie wholly in their subschemas.

Where everything but subschemas in monotone positions is equal, the one schema contains the
other if its subschemas do, one by one, and a value that breaks a subschema breaks the whole.
So the engine is asked about the smallest schemas that differ, once each, however many
exchanges share them. When in doubt the pair is *opaque*: the engine is asked about it whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from contracts.compatibility.flavours import reads_alike
from contracts.compatibility.schema_facts import union_of
from contracts.compatibility.shells import Shells, object_text, shells
from contracts.compatibility.spots import ANNOTATIONS, Spot
from contracts.compatibility.told_apart import Parted, ToldApart
from contracts.schema.values import NAMES, Kind
from contracts.verdict import Json


class Same(Protocol):
    """Whether two subschemas, or values inside of them, are equal to the last referenced part."""

    def __call__(self, old: Spot, new: Spot, /) -> bool:
        """Whether two subschemas are."""

    def values(self, old: Spot, new: Spot, before: Json, after: Json) -> bool:
        """Whether a value inside of each of them is; when in doubt, not."""

    def meaning(self, old: Spot, new: Spot) -> bool:
        """Whether two subschemas differ at most in what restricts no value; when in doubt, not."""


Step = tuple[Spot, Spot, str]
"""A pair of subschemas, and what it adds to the name of a field."""

_MISSING = object()


class _Opaque(Exception):
    """The pair must be looked at whole."""


class Transparency:
    """Takes pairs of one direction apart; ``unsent`` marks members that do not travel in it.

    ``declared_only``: whether writers send declared members only; ``tolerant``: whether readers
    ignore members that they do not know.
    """

    def __init__(
        self, same: Same, unsent: str | None, *, declared_only: bool, tolerant: bool
    ) -> None:
        self.same = same
        self.unsent = unsent
        self.declared_only = declared_only
        self.unread: list[str] = []
        """Members that differ, and that nobody looks at because they do not travel."""
        self._sent: dict[tuple[int, str], bool] = {}
        """What references lead to that are all that is said about a member."""
        self._conditional: list[tuple[Spot, Spot]] = []
        """What holds under the same condition on both sides, of the pair that is looked at."""
        self._told_apart = ToldApart(
            self._is_sent, same, declared_only=declared_only, tolerant=tolerant
        )

    def decide(self, old: Spot, new: Spot) -> tuple[list[Step] | None, Shells | Parted | None]:
        """The parts that decide about a pair, and what is left to ask when they are told apart.

        No parts: the engine must be asked about the pair as it is.
        """
        old, new = old.bare(), new.bare()
        parts = self.parts(old, new)
        if parts is not None and self._conditional:
            return parts, Parted((), doubtful=tuple(self._conditional))
        if parts is not None or not reads_alike(old, new):
            return parts, None
        shell = shells(
            old,
            new,
            declared_only=self.declared_only,
            travels=self._is_sent,
            same=self.same,
        )
        if shell is not None:
            return list(self._members(old, new)), shell
        try:
            inside, types = self._by_types(old, new)
            if inside:
                return inside, Parted((), rest=types)
        except _Opaque:
            pass
        parted = self._told_apart.parted(old, new)
        if parted is None:
            return None, None
        steps = [(*pair, "") for pair in parted.pairs if not self.same(*pair)]
        return steps, parted if parted.asks else None

    def _is_sent(self, spot: Spot) -> bool:
        """Whether a member travels, by what it says itself and by what it refers to."""
        if self.unsent is None:
            return True
        ref = spot.value.get("$ref") if isinstance(spot.value, dict) else None
        if not isinstance(ref, str):
            return self._may_travel(spot)
        if len(spot.value) > 1:
            return self._may_travel(spot) and self._may_travel(spot.followed())
        led = (id(spot.document), ref)
        if led not in self._sent:
            self._sent[led] = self._may_travel(spot.followed())
        return self._sent[led]

    def _may_travel(self, spot: Spot) -> bool:
        return self.unsent is None or spot.get(self.unsent) is not True

    def _members(self, old: Spot, new: Spot) -> Iterator[Step]:
        sides = object_text(old, repeated=True), object_text(new, repeated=True)
        assert sides[0] is not None
        assert sides[1] is not None
        others = sides[1].members
        for name, before in sides[0].members.items():
            if name not in others:
                continue
            after = others[name]
            if self.same(before, after):
                continue
            one, other = before.followed(), after.followed()
            if self.same(one, other):
                continue
            if self._travels(before, one):
                yield one, other, f".{name}"
            else:
                self.unread.append(one.pointer)

    def _by_types(self, old: Spot, new: Spot) -> tuple[list[Step], Kind]:
        """The parts that decide about values of types that both take, and all other types."""
        named = _named_types(old), _named_types(new)
        differing = union_of(NAMES.get(name, Kind.NUMBER) for name in named[0] ^ named[1])
        both = {name for name in named[0] & named[1] if name in _INSIDE}
        steps: list[Step] = []
        for keyword in sorted((old.value.keys() | new.value.keys()) - ANNOTATIONS - _OF_TYPES):
            kind = _SPEAKS_OF.get(keyword)
            one, other = (spot.value.get(keyword, _MISSING) for spot in (old, new))
            if keyword.startswith("x-") or (kind is not None and kind not in both):
                continue
            if one is _MISSING or other is _MISSING:
                raise _Opaque
            if kind is not None and keyword in _HANDLERS:
                steps.extend(_HANDLERS[keyword](self, old, new, keyword, 0))
            elif not self._equal(old, new, keyword):
                raise _Opaque
        return steps, differing

    def parts(self, old: Spot, new: Spot) -> list[Step] | None:
        """The differing subschema pairs that decide about a pair; None if it is opaque."""
        if not reads_alike(old, new):
            return None
        self._conditional = []
        try:
            return list(self._parts(old, new, 0))
        except _Opaque:
            return None

    def _parts(self, old: Spot, new: Spot, depth: int) -> Iterator[Step]:
        before, after = old.value, new.value
        if not isinstance(before, dict) or not isinstance(after, dict) or depth > 20:
            raise _Opaque
        if depth and not reads_alike(old, new):
            raise _Opaque
        names = (before.keys() | after.keys()) - ANNOTATIONS
        if not names.isdisjoint(_UNKNOWN_MEMBERS):
            raise _Opaque
        for keyword in sorted(names):
            one, other = before.get(keyword, _MISSING), after.get(keyword, _MISSING)
            handler = _HANDLERS.get(keyword)
            if _is_idle(keyword, before) and _is_idle(keyword, after):
                continue
            if handler is not None and one is not _MISSING and other is not _MISSING:
                yield from handler(self, old, new, keyword, depth)
            elif keyword.startswith("x-"):
                continue
            elif one is _MISSING or other is _MISSING or not self._equal(old, new, keyword):
                raise _Opaque
        yield from self._reference(old, new, depth)

    def _equal(self, old: Spot, new: Spot, keyword: str) -> bool:
        if self.same.values(old, new, old.value[keyword], new.value[keyword]):
            return True
        one, other = old.below(keyword), new.below(keyword)
        return one is not None and other is not None and self.same(one, other)

    def _reference(self, old: Spot, new: Spot, depth: int) -> Iterator[Step]:
        """A `$ref` that counts beside its siblings is one more conjunct."""
        if "$ref" not in old.value and "$ref" not in new.value:
            return
        one, other = old.target(), new.target()
        if one is None or other is None:
            raise _Opaque
        if not self.same(one, other):
            yield from self._conjunct(old, new, one, other, depth)

    def _conjunct(self, old: Spot, new: Spot, one: Spot, other: Spot, depth: int) -> Iterator[Step]:
        if not old.declares_once() or not new.declares_once():
            raise _Opaque
        yield from self._parts(one.followed(), other.followed(), depth + 1)

    def _named(self, old: Spot, new: Spot, keyword: str, _depth: int) -> Iterator[Step]:
        before, after = old.names(keyword), new.names(keyword)
        if before.keys() != after.keys():
            raise _Opaque
        for name in before:
            if self.same.values(old, new, before[name], after[name]):
                continue
            suffix = f".{name}" if keyword == "properties" else ".*"
            yield from self._child(old.below(keyword, name), new.below(keyword, name), suffix)

    def _items(self, old: Spot, new: Spot, keyword: str, depth: int) -> Iterator[Step]:
        """``items`` of arrays: one schema, or before 2020-12 a list of them."""
        lists = [isinstance(spot.value[keyword], list) for spot in (old, new)]
        if lists == [False, False]:
            yield from self._single(old, new, keyword, depth)
        elif lists == [True, True] and old.schema.dialect.rules.tuples:
            yield from self._listed(old, new, keyword, depth)
        else:
            raise _Opaque

    def _single(self, old: Spot, new: Spot, keyword: str, _depth: int) -> Iterator[Step]:
        suffix = "[]" if keyword == "items" else ".*"
        yield from self._child(old.below(keyword), new.below(keyword), suffix)

    def _listed(self, old: Spot, new: Spot, keyword: str, depth: int) -> Iterator[Step]:
        one, other = old.value[keyword], new.value[keyword]
        if not isinstance(one, list) or not isinstance(other, list) or len(one) != len(other):
            raise _Opaque
        for index in range(len(one)):
            before, after = old.below(keyword, index), new.below(keyword, index)
            if before is None or after is None or self.same(before, after):
                continue
            if keyword == "allOf":
                yield from self._conjunct(old, new, before, after, depth)
            elif keyword in {"prefixItems", "items"}:
                yield from self._child(before, after, "[]")
            else:
                if depth:
                    raise _Opaque  # what stands around may refuse what a branch takes
                yield from self._alternatives(old, new, keyword)
                return

    def _condition(self, old: Spot, new: Spot, keyword: str, _depth: int) -> Iterator[Step]:
        """Under the same condition the whole fits if what holds there does.

        A value that breaks what holds there need not fulfil the condition.
        """
        if self.declared_only or old.schema.dialect.rules.words < 7:
            raise _Opaque  # what holds there may declare members of the whole
        one, other = old.below(keyword), new.below(keyword)
        if one is None or other is None or ("if" in old.value) is not ("if" in new.value):
            raise _Opaque
        if self.same(one, other) or "if" not in old.value:
            return
        if keyword == "if":
            raise _Opaque
        self._conditional.append((one.followed(), other.followed()))
        yield from ()

    def _alternatives(self, old: Spot, new: Spot, keyword: str) -> Iterator[Step]:
        """Alternatives of different types each meet the one of their own type, in any order."""
        before, after = _by_type(old, keyword), _by_type(new, keyword)
        if "discriminator" in old.value or "discriminator" in new.value:
            raise _Opaque
        if before is None or after is None or before.keys() != after.keys():
            raise _Opaque
        if not all(_is_all(spot.value, keyword, before.keys()) for spot in (old, new)):
            raise _Opaque  # what a branch takes may be refused beside it
        for kinds, branch in before.items():
            yield from self._child(branch, after[kinds], "")

    def _child(self, old: Spot | None, new: Spot | None, suffix: str) -> Iterator[Step]:
        if old is None or new is None:
            raise _Opaque
        one, other = old.followed(), new.followed()
        if isinstance(one.value, bool) is not isinstance(other.value, bool):
            raise _Opaque
        travels = self._travels(old, one)
        if travels is not self._travels(new, other):
            raise _Opaque
        if self.same(one, other):
            return
        if travels:
            yield one, other, suffix
        else:
            self.unread.append(one.pointer)

    def _travels(self, reference: Spot, schema: Spot) -> bool:
        return self._may_travel(reference) and self._may_travel(schema)


_SPEAKS_OF = {
    **dict.fromkeys(("items", "prefixItems", "contains"), "array"),
    **dict.fromkeys(("properties", "patternProperties", "additionalProperties"), "object"),
}


_INSIDE = frozenset({"array", "object"})
_OF_TYPES = frozenset({"type", "nullable"})


def _named_types(spot: Spot) -> set[str]:
    """The types that a schema names; raises where it does not say so plainly."""
    raw = spot.value
    said = raw.get("type") if isinstance(raw, dict) else None
    listed = said if isinstance(said, list) else [said]
    names = {name for name in listed if isinstance(name, str) and name in _TYPES}
    if not names or len(names) != len(listed):
        raise _Opaque
    if "$ref" in raw or not raw.keys().isdisjoint(_UNKNOWN_MEMBERS):
        raise _Opaque
    nullable = spot.schema.dialect.rules.nullable and raw.get("nullable") is True
    return {*names, "null"} if nullable else names


_TYPES = frozenset({*NAMES, "integer"})
_UNKNOWN_MEMBERS = frozenset(
    {"unevaluatedProperties", "unevaluatedItems", "$dynamicRef", "$recursiveRef"}
)


def _is_idle(keyword: str, schema: Json) -> bool:
    """Whether a keyword speaks of values that what stands beside it does not take."""
    kind, stated = _SPEAKS_OF.get(keyword), schema.get("type")
    if kind is None:
        return False
    most = schema.get("maxItems" if kind == "array" else "maxProperties")
    if type(most) is int and most == 0 and keyword != "contains":
        return True
    if not isinstance(stated, (str, list)):
        return False
    return kind not in (stated if isinstance(stated, list) else [stated])


def _is_all(raw: dict[str, Json], keyword: str, kinds: Iterable[frozenset[str]]) -> bool:
    """Whether alternatives of some types are all that a schema says."""
    beside = [w for w in raw if w != keyword and w not in ANNOTATIONS and not w.startswith("x-")]
    if beside != ["type"]:  # nullable says nothing without a type (OpenAPI 3.0.3 §4.7.24)
        return not beside or beside == ["nullable"]
    stated = _kinds({"type": raw["type"]})
    return all(some <= stated or ("number" in stated and some == {"integer"}) for some in kinds)


_Handler = Callable[[Transparency, Spot, Spot, str, int], Iterator[Step]]

_HANDLERS: dict[str, _Handler] = {
    "properties": Transparency._named,
    "patternProperties": Transparency._named,
    "items": Transparency._items,
    "additionalProperties": Transparency._single,
    "prefixItems": Transparency._listed,
    "allOf": Transparency._listed,
    "anyOf": Transparency._listed,
    "oneOf": Transparency._listed,
    **dict.fromkeys(("if", "then", "else"), Transparency._condition),
}


def _by_type(spot: Spot, keyword: str) -> dict[frozenset[str], Spot] | None:
    """Alternatives by their types; None if a value may fit two of them."""
    found: dict[frozenset[str], Spot] = {}
    seen: set[str] = set()
    for branch in spot.branches(keyword):
        kinds = _kinds(branch.value)
        if not kinds or kinds & seen or {"integer", "number"} <= kinds | seen:
            return None
        seen |= kinds
        found[frozenset(kinds)] = branch
    return found


def _kinds(value: Json) -> set[str]:
    kinds = value.get("type") if isinstance(value, dict) else None
    if isinstance(value, dict) and value.get("nullable") is True:
        return set()
    if isinstance(kinds, str):
        return {kinds}
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        return set()
    return set(kinds)
