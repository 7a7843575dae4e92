"""Which members and items other keywords of a schema evaluate (2020-12 core §11).

A member counts as evaluated under a condition: the branch that speaks of it holds. The
conditions make ``unevaluatedProperties`` and ``unevaluatedItems`` ordinary formulas, exact
for both signs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from contracts.lean_dataclasses import dataclass, field
from contracts.schema.locations import Location
from contracts.schema.nodes import NameClass, Node, Op
from contracts.schema.options import DECLARED_MEMBERS_ONLY, MOST_TOLD_APART, UNDECLARED
from contracts.schema.values import Kind
from contracts.verdict import Json

if TYPE_CHECKING:
    from contracts.schema.compiler import Compiler

_MOST_CONDITIONAL = 4
_OPENING = ("patternProperties", "additionalProperties", "unevaluatedProperties")


@dataclass(slots=True)
class Evaluated:
    """What the keywords of one schema evaluate, each with the condition it does so under."""

    names: dict[str, list[Node]] = field(default_factory=dict)
    patterns: dict[str, list[Node]] = field(default_factory=dict)
    rest: list[tuple[NameClass, Node]] = field(default_factory=list)
    prefix: list[tuple[int, Node]] = field(default_factory=list)
    all_items: list[Node] = field(default_factory=list)
    contained: list[tuple[Node, Node]] = field(default_factory=list)
    met: set[object] = field(default_factory=set)
    """Schemas that have been asked under a condition: a shared one speaks once."""
    demanded: set[str] = field(default_factory=set)
    """Members that are required whatever holds, declared or not."""
    asked: dict[str, list[Node]] = field(default_factory=dict)
    """Members that are required where something holds."""
    lists: bool = False
    """Whether `properties` lists members somewhere, if only none."""
    opens: bool = False
    """Whether other members are described somewhere, too."""
    choice: tuple[tuple[Location, Node], ...] = ()
    """Alternatives of which a writer has chosen one, and when each holds; what they evaluate is
    not collected."""

    def copy(self) -> Evaluated:
        """The same so far, to be added to apart."""
        return Evaluated(
            {name: [*reasons] for name, reasons in self.names.items()},
            {name: [*reasons] for name, reasons in self.patterns.items()},
            [*self.rest],
            met=set(self.met),
            demanded=set(self.demanded),
            asked={name: [*reasons] for name, reasons in self.asked.items()},
            lists=self.lists,
            opens=self.opens,
            choice=self.choice,
        )


def _collect(compiler: Compiler, at: Location, when: Node, out: Evaluated, own: bool) -> None:
    raw = at.raw
    if not isinstance(raw, dict) or (at.identity, when.id) in out.met:
        return
    out.met.add((at.identity, when.id))
    if "$ref" in raw and not at.dialect.rules.siblings:
        _collect_beside(compiler, at, when, out)
        return
    _collect_members(at, when, out, own)
    _collect_items(compiler, at, when, out, own)
    _collect_beside(compiler, at, when, out)


def _collect_members(at: Location, when: Node, out: Evaluated, own: bool) -> None:
    from contracts.schema.object_keywords import other_names

    raw = at.raw
    out.lists = out.lists or "properties" in raw
    out.opens = out.opens or any(raw.get(keyword, False) is not False for keyword in _OPENING)
    for name in _list(raw.get("required")):
        if isinstance(name, str) and when.op is Op.TRUE:
            out.demanded.add(name)
        elif isinstance(name, str):
            out.asked.setdefault(name, []).append(when)
    for name in _dict(raw.get("properties")):
        out.names.setdefault(name, []).append(when)
    for pattern in _dict(raw.get("patternProperties")):
        out.patterns.setdefault(pattern, []).append(when)
    if "additionalProperties" in raw:
        out.rest.append((other_names(raw), when))
    if not own and "unevaluatedProperties" in raw and at.dialect.rules.draft >= 2019:
        out.rest.append((NameClass(), when))


def _collect_items(compiler: Compiler, at: Location, when: Node, out: Evaluated, own: bool) -> None:
    raw, rules = at.raw, at.dialect.rules
    prefix = raw.get("items" if rules.tuples else "prefixItems")
    if isinstance(prefix, list):
        out.prefix.append((len(prefix), when))
        if rules.tuples and "additionalItems" in raw:
            out.all_items.append(when)
    if "items" in raw and not isinstance(raw["items"], list):
        out.all_items.append(when)
    if not own and "unevaluatedItems" in raw:
        out.all_items.append(when)
    if "contains" in raw and rules.draft >= 2020:
        out.contained.append((compiler.value(at.child("contains")), when))


def _collect_beside(compiler: Compiler, at: Location, when: Node, out: Evaluated) -> None:
    chosen = _choice(compiler, at) if when.op is Op.TRUE and not out.choice else ()
    out.choice = out.choice or chosen
    skipped = {place.identity for place, _ in chosen}
    for place, condition in _branches(compiler, at):
        if place.identity in skipped:
            continue
        both = compiler.universe.all_of((when, condition))
        if both is not compiler.universe.false:
            _collect(compiler, place, both, out, own=False)


def _choice(compiler: Compiler, at: Location) -> tuple[tuple[Location, Node], ...]:
    """The alternatives of a `oneOf` that may overlap, if they are not too many."""
    several = _list(at.raw.get("oneOf")) if compiler.side.overlapping else []
    if not 1 < len(several) <= MOST_TOLD_APART:
        return ()
    return tuple(_alternatives(compiler, at, "oneOf"))


def _alternatives(
    compiler: Compiler, at: Location, keyword: str
) -> Iterator[tuple[Location, Node]]:
    """The alternatives of a list, and when each holds, as far as a discriminator lets it."""
    from contracts.schema.unions import as_named

    places = [at.child(keyword, index) for index in range(len(at.raw[keyword]))]
    nodes = [compiler.in_place(place) for place in places]
    yield from zip(places, as_named(compiler, at, keyword, places, nodes), strict=True)


def _branches(compiler: Compiler, at: Location) -> Iterator[tuple[Location, Node]]:
    """Schemas applied to the same value, and when what they evaluate counts."""
    from contracts.schema.compiler import Malformed
    from contracts.schema.keywords import handlers_of

    raw, universe = at.raw, compiler.universe
    known = handlers_of(at.dialect)
    for keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
        if keyword in raw and keyword in known:
            try:
                yield compiler.target(at, keyword, raw[keyword]), universe.true
            except Malformed:
                continue
    if "$ref" in raw and not at.dialect.rules.siblings:
        return
    for index in range(len(_list(raw.get("allOf")))):
        yield at.child("allOf", index), universe.true
    for keyword in ("anyOf", "oneOf"):
        if _list(raw.get(keyword)):
            yield from _alternatives(compiler, at, keyword)
    if "if" in raw and "then" in known:
        condition = compiler.in_place(at.child("if"))
        yield at.child("if"), condition
        if "then" in raw:
            yield at.child("then"), condition
        if "else" in raw:
            yield at.child("else"), universe.negation(condition)
    for keyword in ("dependentSchemas", "dependencies"):
        if keyword in known:
            for name, then in _dict(raw.get(keyword)).items():
                if isinstance(then, (dict, bool)):
                    yield at.child(keyword, name), universe.required(name)


def _dict(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def other_members(compiler: Compiler, at: Location) -> Callable[[Node], Node]:
    """``wrap(U)``: every member that no other keyword evaluates satisfies ``U``."""
    found = Evaluated()
    _collect(compiler, at, compiler.universe.true, found, own=True)
    return lambda node: _members_formula(compiler, found, node)


def _members_formula(compiler: Compiler, found: Evaluated, rest: Node) -> Node:
    universe = compiler.universe
    names = set(found.names)
    for others, _ in found.rest:
        names |= others.other_names
    groups = _groups(compiler, found)
    nodes: list[Node] = []
    always = [c for c, when in groups if when is universe.true]
    if any(_is_everything(c) for c in always):
        return universe.true
    excluded = tuple(sorted(c.pattern for c in always if c.pattern is not None))
    for name in sorted(names):
        reasons = list(found.names.get(name, ()))
        reasons += [when for others, when in found.rest if _covers(others, name) is not False]
        nodes.append(universe.any_of((*reasons, *_by_pattern(compiler, found, name, rest))))
    if len(groups) - len(always) > _MOST_CONDITIONAL:
        return universe.opaque("unevaluatedProperties", "has too many conditions", rest.id)
    sometimes = [(c, when) for c, when in groups if when is not universe.true]
    for size in range(len(sometimes) + 1):
        for chosen in combinations(range(len(sometimes)), size):
            inside = [sometimes[i][0] for i in chosen]
            outside = [c for i, (c, _) in enumerate(sometimes) if i not in chosen]
            if any(_is_everything(c) for c in outside):
                continue
            also = tuple(sorted({p for c in inside if (p := c.pattern) is not None}))
            never = tuple(sorted({*excluded, *(c.pattern for c in outside if c.pattern)}))
            if set(also) & set(never):
                continue
            cls = NameClass(None, frozenset(names), never, also)
            when = [sometimes[i][1] for i in chosen]
            nodes.append(universe.any_of((*when, universe.members(cls, rest))))
    return universe.all_of(nodes)


def _by_pattern(compiler: Compiler, found: Evaluated, name: str, rest: Node) -> Iterator[Node]:
    """Why a named member may go without ``rest``: a pattern covers it, or it satisfies it."""
    from contracts.schema.patterns import matches

    universe = compiler.universe
    for pattern, reasons in found.patterns.items():
        hit = matches(pattern, name)
        if hit is None:
            yield universe.opaque("patternProperties", "pattern cannot be matched", (pattern, name))
        elif hit:
            yield from reasons
    yield universe.member(name, rest)


def _covers(others: NameClass, name: str) -> bool | None:
    from contracts.schema.patterns import matches

    if name in others.other_names:
        return False
    hits = [matches(pattern, name) for pattern in others.other_patterns]
    if any(hits):
        return False
    return None if None in hits else True


def _groups(compiler: Compiler, found: Evaluated) -> list[tuple[NameClass, Node]]:
    """Unnamed members by pattern, or all of them, and when they count as evaluated."""
    universe = compiler.universe
    groups = [
        (NameClass(pattern), universe.any_of(reasons))
        for pattern, reasons in found.patterns.items()
    ]
    # additionalProperties evaluates whatever its own properties and patterns do not
    if found.rest:
        groups.append((NameClass(), universe.any_of(when for _, when in found.rest)))
    return groups


def _is_everything(names: NameClass) -> bool:
    return names.pattern is None


def closure(compiler: Compiler, at: Location) -> Node:
    """No members but those the schema speaks of; a schema that mentions no object stays open.

    What is required is spoken of. An object that lists no members is a dictionary: it holds what
    nobody declares (:data:`~contracts.schema.options.UNDECLARED`).
    """
    universe = compiler.universe
    if not mentions_object(compiler, at, set()):
        return universe.true
    found = Evaluated()
    _collect(compiler, at, universe.true, found, own=False)
    nodes = []
    for alternative, holds in found.choice:
        one = found.copy()
        _collect(compiler, alternative, universe.true, one, own=False)
        nodes.append(universe.all_of((holds, _closed(compiler, one))))
    node = universe.any_of(nodes) if nodes else _closed(compiler, found)
    compiler.assume(node, DECLARED_MEMBERS_ONLY)
    return node


def declared(compiler: Compiler, at: Location) -> frozenset[str] | None:
    """The members that a schema lists or requires somewhere; None where it takes any."""
    found = Evaluated()
    _collect(compiler, at, compiler.universe.true, found, own=False)
    for alternative, _ in found.choice:
        _collect(compiler, alternative, compiler.universe.true, found, own=False)
    if found.opens or not found.lists:
        return None
    return frozenset({*found.names, *found.demanded, *found.asked})


def demanded(compiler: Compiler, at: Location) -> frozenset[str]:
    """The members that a schema requires, whatever holds."""
    found = Evaluated()
    _collect(compiler, at, compiler.universe.true, found, own=False)
    return frozenset(found.demanded)


def _closed(compiler: Compiler, found: Evaluated) -> Node:
    for name in found.demanded:
        found.names.setdefault(name, []).append(compiler.universe.true)
    for name, reasons in found.asked.items():
        found.names.setdefault(name, []).extend(reasons)
    if not (found.lists or found.names or found.patterns or found.rest):
        found.patterns[UNDECLARED] = [compiler.universe.true]
    return _members_formula(compiler, found, compiler.universe.false)


_OBJECT_KEYWORDS = ("properties", "required", "minProperties", "maxProperties", "propertyNames")


def mentions_object(compiler: Compiler, at: Location, seen: set[object]) -> bool:
    """Whether a schema, or one beside it, says anything about objects."""
    raw = at.raw
    if not isinstance(raw, dict) or at.identity in seen:
        return False
    seen.add(at.identity)
    types = raw.get("type")
    if types == "object" or (isinstance(types, list) and "object" in types):
        return True
    if any(keyword in raw for keyword in _OBJECT_KEYWORDS):
        return True
    return any(mentions_object(compiler, place, seen) for place, _ in _branches(compiler, at))


def other_items(compiler: Compiler, at: Location) -> Callable[[Node], Node]:
    """``wrap(U)``: every item that no other keyword evaluates satisfies ``U``."""
    found = Evaluated()
    _collect(compiler, at, compiler.universe.true, found, own=True)
    return lambda node: _items_formula(compiler, found, node)


def _items_formula(compiler: Compiler, found: Evaluated, rest: Node) -> Node:
    universe = compiler.universe
    if universe.true in found.all_items:
        return universe.true
    always = [node for node, when in found.contained if when is universe.true]
    sometimes = [(node, when) for node, when in found.contained if when is not universe.true]
    if len(sometimes) > _MOST_CONDITIONAL:
        return universe.opaque("unevaluatedItems", "has too many conditions", rest.id)
    longest = max((length for length, _ in found.prefix), default=0)
    alternatives: list[Node] = list(found.all_items)
    nodes: list[Node] = []
    for size in range(len(sometimes) + 1):
        for chosen in combinations(sometimes, size):
            allowed = universe.any_of((rest, *always, *(node for node, _ in chosen)))
            conditions = [when for _, when in chosen]
            body = [
                universe.any_of(
                    (
                        *(when for length, when in found.prefix if length > index),
                        universe.item(index, allowed),
                    )
                )
                for index in range(longest)
            ]
            body.append(universe.items(longest, allowed))
            alternatives.append(universe.all_of((*conditions, *body)))
    nodes.append(universe.any_of(alternatives))
    array = universe.negation(universe.types(Kind.ARRAY))
    return universe.any_of((array, *nodes))
