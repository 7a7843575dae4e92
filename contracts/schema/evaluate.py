"""Does a formula hold for a value? Three-valued: None where a predicate is not understood."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contracts.schema.formats import check
from contracts.schema.nodes import NameClass, Node, Op, Universe
from contracts.schema.patterns import matches
from contracts.schema.values import Kind, NumberOutOfRange, exact, key, kind_of
from contracts.verdict import Json

_MOST_REMEMBERED = 100_000


def conjunction(answers: Iterable[bool | None]) -> bool | None:
    """Kleene's and."""
    result: bool | None = True
    for answer in answers:
        if answer is False:
            return False
        if answer is None:
            result = None
    return result


def disjunction(answers: Iterable[bool | None]) -> bool | None:
    """Kleene's or."""
    result: bool | None = False
    for answer in answers:
        if answer:
            return True
        if answer is None:
            result = None
    return result


def in_class(names: NameClass, name: str) -> bool | None:
    """Whether a member name belongs to the class."""
    if name in names.other_names:
        return False
    wanted = (*((names.pattern,) if names.pattern is not None else ()), *names.also)
    return conjunction(
        (
            *(matches(pattern, name) for pattern in wanted),
            *(_not(matches(pattern, name)) for pattern in names.other_patterns),
        )
    )


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


class Evaluator:
    """Evaluates formulas of one universe."""

    def __init__(self, universe: Universe) -> None:
        self.universe = universe
        self._remembered: dict[tuple[int, int], tuple[Json, bool | None]] = {}
        self._telling: dict[int, Node] = {}
        """The part that settled a conjunction or disjunction last: values asked about are alike."""

    def signed(self, ident: int, value: Json) -> bool | None:
        """Whether a signed formula holds."""
        node, positive = self.universe.signed(ident)
        answer = self.holds(node, value)
        return answer if positive else _not(answer)

    def any_holds(self, idents: Iterable[int], value: Json) -> bool | None:
        """Whether one of the signed formulas holds."""
        return disjunction(self.signed(ident, value) for ident in idents)

    def holds(self, node: Node, value: Json) -> bool | None:
        """Whether the formula holds for the value."""
        op, args = node.op, node.args
        if op is Op.LAZY:
            return self._schema_holds(node, value)
        if op is Op.AND or op is Op.OR:
            return self._settled(node, value, op is Op.OR)
        if op is Op.NOT:
            return _not(self.holds(args[0], value))
        if op is Op.TYPE:
            return bool(args[0] & kind_of(value))
        if node.kind is not None:
            return self._atom(node, value) if kind_of(value) == node.kind else True
        if op is Op.TRUE or op is Op.FALSE:
            return op is Op.TRUE
        if op is Op.ENUM:
            return key(value) in args[0]
        if op is Op.ONE:
            return self._one(args, value)
        return None

    def _settled(self, node: Node, value: Json, by: bool) -> bool | None:
        """A conjunction is settled by a part that is false, a disjunction by one that is true."""
        last = self._telling.get(node.id)
        if last is not None and self.holds(last, value) is by:
            return by
        result: bool | None = not by
        for part in node.args:
            answer = self.holds(part, value)
            if answer is by:
                self._telling[node.id] = part
                return by
            if answer is None:
                result = None
        return result

    def _schema_holds(self, node: Node, value: Json) -> bool | None:
        """A schema's answer is remembered: others refer to it, values are built around its own."""
        name = (node.id, id(value))
        known = self._remembered.get(name)
        if known is None or known[0] is not value:
            if len(self._remembered) > _MOST_REMEMBERED:
                self._remembered.clear()
            known = (value, self.holds(self.universe.loaded(node), value))
            self._remembered[name] = known
        return known[1]

    def _one(self, parts: tuple[Node, ...], value: Json) -> bool | None:
        answers = [self.holds(part, value) for part in parts]
        if answers.count(True) > 1:
            return False
        if None in answers:
            return None
        return answers.count(True) == 1

    def _atom(self, node: Node, value: Any) -> bool | None:
        if node.kind is Kind.NUMBER:
            return _number(node, value)
        if node.kind is Kind.STRING:
            return _string(node, value)
        if node.kind is Kind.ARRAY:
            return self._array(node, value)
        return self._object(node, value)

    def _array(self, node: Node, value: list[Json]) -> bool | None:
        op, args = node.op, node.args
        if op is Op.ITEM:
            return self.holds(args[1], value[args[0]]) if args[0] < len(value) else True
        if op is Op.ITEMS:
            return conjunction(self.holds(args[1], item) for item in value[args[0] :])
        if op is Op.MIN_ITEMS:
            return len(value) >= int(args[0])
        if op is Op.MAX_ITEMS:
            return len(value) <= int(args[0])
        if op is Op.UNIQUE:
            return len({key(item) for item in value}) == len(value)
        answers = [self.holds(args[0], item) for item in value]
        sure, perhaps = answers.count(True), answers.count(None)
        if op is Op.CONTAINS:
            return True if sure >= args[1] else (None if sure + perhaps >= args[1] else False)
        return False if sure > args[1] else (None if sure + perhaps > args[1] else True)

    def _object(self, node: Node, value: dict[str, Json]) -> bool | None:
        op, args = node.op, node.args
        if op is Op.MEMBER:
            return self.holds(args[1], value[args[0]]) if args[0] in value else True
        if op is Op.REQUIRED:
            return args[0] in value
        if op is Op.MEMBERS:
            return conjunction(
                disjunction((_not(in_class(args[0], name)), self.holds(args[1], item)))
                for name, item in value.items()
            )
        if op is Op.NAMES:
            return conjunction(self.holds(args[0], name) for name in value)
        if op is Op.MIN_MEMBERS:
            return len(value) >= int(args[0])
        return len(value) <= int(args[0])


def _number(node: Node, value: Any) -> bool | None:
    try:
        number = exact(value)
    except NumberOutOfRange:
        return None
    op, args = node.op, node.args
    if op is Op.MIN:
        return bool(number > args[0] or (number == args[0] and not args[1]))
    if op is Op.MAX:
        return bool(number < args[0] or (number == args[0] and not args[1]))
    if op is Op.MULTIPLE:
        return bool(number % args[0] == 0)
    return isinstance(value, int) if op is Op.WRITTEN_INTEGER else isinstance(number, int)


def _string(node: Node, value: str) -> bool | None:
    if node.op is Op.MIN_LENGTH:
        return len(value) >= int(node.args[0])
    if node.op is Op.MAX_LENGTH:
        return len(value) <= int(node.args[0])
    if node.op is Op.PATTERN:
        return matches(node.args[0], value)
    return check(node.args[0], value)
