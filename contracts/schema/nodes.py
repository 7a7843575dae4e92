"""The algebra all dialects are reduced to: interned formulas over typed atoms.

An atom speaks about values of one JSON type and holds for all others, as JSON Schema's
assertions do. Equal formulas of one :class:`Universe` are one object, so that ``W ∧ ¬W`` is
seen at once. Signed ids (``node.id``, ``-node.id``) stand for a formula and its negation.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from enum import Enum, auto
from typing import Any

from contracts.lean_dataclasses import dataclass
from contracts.schema.values import Kind, key
from contracts.verdict import Json


class Op(Enum):
    """What a node says; the arguments of each are in :class:`Universe`'s constructors."""

    __hash__ = object.__hash__

    TRUE = auto()
    FALSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    ONE = auto()  # exactly one of
    LAZY = auto()  # a schema compiled when looked at; what makes recursion finite
    OPAQUE = auto()  # something the engine cannot compute with: an uninterpreted predicate
    TYPE = auto()
    ENUM = auto()
    # numbers
    MIN = auto()
    MAX = auto()
    MULTIPLE = auto()
    INTEGER = auto()
    WRITTEN_INTEGER = auto()  # draft 4: 1.0 is no integer
    # strings
    MIN_LENGTH = auto()
    MAX_LENGTH = auto()
    PATTERN = auto()
    FORMAT = auto()
    # arrays
    ITEM = auto()
    ITEMS = auto()
    CONTAINS = auto()  # at least n items
    FEW = auto()  # at most n items
    MIN_ITEMS = auto()
    MAX_ITEMS = auto()
    UNIQUE = auto()
    # objects
    MEMBER = auto()
    MEMBERS = auto()
    REQUIRED = auto()
    NAMES = auto()
    MIN_MEMBERS = auto()
    MAX_MEMBERS = auto()


_LONGEST_CHAIN = 20
"""Schemas that do nothing but refer to each other."""

_KINDS = {
    **dict.fromkeys((Op.MIN, Op.MAX, Op.MULTIPLE, Op.INTEGER, Op.WRITTEN_INTEGER), Kind.NUMBER),
    **dict.fromkeys((Op.MIN_LENGTH, Op.MAX_LENGTH, Op.PATTERN, Op.FORMAT), Kind.STRING),
    **dict.fromkeys(
        (Op.ITEM, Op.ITEMS, Op.CONTAINS, Op.FEW, Op.MIN_ITEMS, Op.MAX_ITEMS, Op.UNIQUE), Kind.ARRAY
    ),
    **dict.fromkeys(
        (Op.MEMBER, Op.MEMBERS, Op.REQUIRED, Op.NAMES, Op.MIN_MEMBERS, Op.MAX_MEMBERS), Kind.OBJECT
    ),
}


@dataclass(frozen=True, slots=True)
class NameClass:
    """The names of one ``patternProperties`` entry, or those left to ``additionalProperties``."""

    pattern: str | None = None
    other_names: frozenset[str] = frozenset()
    other_patterns: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    """Further patterns that the name must match."""

    @property
    def patterns(self) -> tuple[str, ...]:
        """Every pattern it speaks of."""
        own = (self.pattern,) if self.pattern is not None else ()
        return (*own, *self.also, *self.other_patterns)


class Node:
    """One interned formula."""

    __slots__ = ("args", "id", "implied", "kind", "load", "op")

    def __init__(self, ident: int, op: Op, args: tuple[Any, ...]) -> None:
        self.id = ident
        self.op = op
        self.args = args
        self.kind: Kind | None = _KINDS.get(op)
        self.load: Callable[[], Node] | None = None
        self.implied: tuple[int, ...] = ()

    def __repr__(self) -> str:
        return f"{self.op.name}{self.args!r}"


class Universe:
    """Makes and keeps the formulas of one comparison."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._known: dict[Hashable, Node] = {}
        self._loaded: dict[int, Node] = {}
        self._enums: dict[int, tuple[Json, ...]] = {}
        self._loading: set[int] = set()
        self._unseen: dict[Hashable, Node] = {}
        self.true = self._make(Op.TRUE, ())
        self.false = self._make(Op.FALSE, ())

    def _make(self, op: Op, args: tuple[Any, ...]) -> Node:
        name = (op, args)
        node = self._known.get(name)
        if node is None:
            node = Node(len(self.nodes) + 1, op, args)
            self.nodes.append(node)
            self._known[name] = node
        return node

    def signed(self, ident: int) -> tuple[Node, bool]:
        """The node and sign that a signed id stands for."""
        return (self.nodes[ident - 1], True) if ident > 0 else (self.nodes[-ident - 1], False)

    # -- Boolean structure

    def negation(self, node: Node) -> Node:
        """Everything else."""
        if node is self.true:
            return self.false
        if node is self.false:
            return self.true
        if node.op is Op.NOT:
            inner: Node = node.args[0]
            return inner
        return self._make(Op.NOT, (node,))

    def all_of(self, nodes: Iterable[Node]) -> Node:
        """The conjunction."""
        return self._combine(Op.AND, nodes, self.true, self.false)

    def any_of(self, nodes: Iterable[Node]) -> Node:
        """The disjunction."""
        return self._combine(Op.OR, nodes, self.false, self.true)

    def _combine(self, op: Op, nodes: Iterable[Node], neutral: Node, absorbing: Node) -> Node:
        parts: dict[int, Node] = {}
        for node in nodes:
            if node is neutral:
                continue
            if node is absorbing:
                return absorbing
            if node.op is op:
                parts.update((part.id, part) for part in node.args)
            else:
                parts[node.id] = node
        for part in parts.values():
            if part.op is Op.NOT and part.args[0].id in parts:
                return absorbing
        if not parts:
            return neutral
        if len(parts) == 1:
            return next(iter(parts.values()))
        return self._make(op, tuple(parts[ident] for ident in sorted(parts)))

    def one_of(self, nodes: Iterable[Node]) -> Node:
        """Exactly one of them holds."""
        parts = sorted((node for node in nodes if node is not self.false), key=lambda n: n.id)
        if not parts:
            return self.false
        if len(parts) == 1:
            return parts[0]
        return self._make(Op.ONE, tuple(parts))

    def lazy(self, name: Hashable, load: Callable[[], Node], implied: tuple[int, ...] = ()) -> Node:
        """A formula built by ``load`` when it is first needed; ``implied`` follow from it."""
        node = self._make(Op.LAZY, (name,))
        if node.load is None:
            node.load = load
            node.implied = implied
        return node

    def loaded(self, node: Node) -> Node:
        """The formula behind a lazy one."""
        known = self._loaded.get(node.id)
        if known is None:
            assert node.load is not None
            known = node.load()
            self._loaded[node.id] = known
        return known

    def atom_of(self, node: Node) -> Node:
        """The atom that is all a schema says; else the formula itself."""
        inside = node
        for _ in range(_LONGEST_CHAIN):
            if inside.op is not Op.LAZY:
                return inside if inside.kind is not None else node
            inside = self.loaded(inside)
        return node

    def itself(self, ident: int) -> int:
        """The same, without the schemas that only refer to it."""
        while ident > 0 and (node := self.nodes[ident - 1]).op is Op.LAZY:
            following = self.loaded(node)
            if following.op is not Op.LAZY or following.id == ident:
                break
            ident = following.id
        return ident

    def opaque(self, keyword: str, reason: str, identity: Hashable, place: str = "") -> Node:
        """A predicate the engine knows nothing of, equal only to itself."""
        return self._make(Op.OPAQUE, (keyword, reason, identity, place))

    def unseen(self, keyword: str, reason: str, identity: Hashable, place: str) -> Node:
        """A schema that nobody has seen: wherever it is referred to, it is the same one."""
        name = (keyword, identity)
        if name not in self._unseen:
            self._unseen[name] = self.opaque(keyword, reason, identity, place)
        return self._unseen[name]

    def structure(self, value: Json) -> Node:
        """An array or object constant, said with atoms."""
        if isinstance(value, list):
            parts = [self.item(i, self.enum([item])) for i, item in enumerate(value)]
            parts.append(self.types(Kind.ARRAY))
            parts.append(self.atom(Op.MIN_ITEMS, len(value)))
            parts.append(self.atom(Op.MAX_ITEMS, len(value)))
            return self.all_of(parts)
        parts = [self.member(name, self.enum([item])) for name, item in value.items()]
        parts.extend(map(self.required, value))
        parts.append(self.types(Kind.OBJECT))
        parts.append(self.members(NameClass(None, frozenset(value)), self.false))
        return self.all_of(parts)

    # -- atoms

    def types(self, kinds: Kind) -> Node:
        """The value is of one of these types."""
        if kinds == Kind.ALL:
            return self.true
        return self._make(Op.TYPE, (kinds,)) if kinds else self.false

    def enum(self, values: Iterable[Json]) -> Node:
        """The value is one of these."""
        kept = {key(value): value for value in values}
        if not kept:
            return self.false
        node = self._make(Op.ENUM, (frozenset(kept),))
        self._enums.setdefault(node.id, tuple(kept.values()))
        return node

    def values(self, node: Node) -> tuple[Json, ...]:
        """The values of an enum, as written."""
        return self._enums[node.id]

    def atom(self, op: Op, *args: Any) -> Node:
        """An atom of one type whose arguments hold no formula."""
        return self._make(op, args)

    def item(self, index: int, node: Node) -> Node:
        """If there is an item at ``index``, the formula holds for it."""
        return self.true if node is self.true else self._make(Op.ITEM, (index, node))

    def items(self, start: int, node: Node) -> Node:
        """The formula holds for all items from ``start`` on."""
        return self.true if node is self.true else self._make(Op.ITEMS, (start, node))

    def contains(self, node: Node, least: int) -> Node:
        """The formula holds for at least ``least`` items."""
        return self.true if least <= 0 else self._make(Op.CONTAINS, (node, least))

    def few(self, node: Node, most: int) -> Node:
        """The formula holds for at most ``most`` items."""
        return self._make(Op.FEW, (node, most))

    def member(self, name: str, node: Node) -> Node:
        """If the object has the member, the formula holds for its value."""
        return self.true if node is self.true else self._make(Op.MEMBER, (name, node))

    def members(self, names: NameClass, node: Node) -> Node:
        """The formula holds for the values of all members of the class."""
        return self.true if node is self.true else self._make(Op.MEMBERS, (names, node))

    def names(self, node: Node) -> Node:
        """The formula holds for all member names."""
        return self.true if node is self.true else self._make(Op.NAMES, (node,))

    def required(self, name: str) -> Node:
        """The object has the member."""
        return self._make(Op.REQUIRED, (name,))
