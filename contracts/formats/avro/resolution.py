"""Whether data written with one Avro schema can be read with another.

Source: Apache Avro 1.12.0 specification, Schema Resolution; where the text leaves a choice the
answer is that of the reference implementation (Java ``SchemaCompatibility``): names compare
without namespace or through the reader's aliases, logical types do not count.

Pairs of schemas form a graph. Every pair starts as readable; what cannot be read spreads to
the pairs that depend on it. That is the greatest fixed point, so recursion is no special case.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from contracts.formats.avro.defaults import fits
from contracts.formats.avro.schema import NAMED, Field, Schema
from contracts.lean_dataclasses import dataclass, field

PROMOTIONS = {
    "long": {"int"},
    "float": {"int", "long"},
    "double": {"int", "long", "float"},
    "bytes": {"string"},
    "string": {"bytes"},
}
"""Reader's primitive → writer's primitives that it also reads."""
MOST_PAIRS = 100_000

Step = tuple[str, str | int]
"""How to go down in a written value: a field, an item, a map value, a union branch."""
Spot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Clash:
    """One reason why a reader cannot read a writer; pointers into the two documents."""

    kind: str
    message: str
    writer: str
    reader: str
    path: tuple[Step, ...] = ()
    symbol: str | None = None
    """The enum symbol that the reader does not know."""


@dataclass(slots=True, eq=False)
class _Pair:
    writer: Schema
    reader: Schema
    clashes: list[Clash] = field(default_factory=list)
    needs: list[tuple[Step | None, _Pair]] = field(default_factory=list)
    choices: list[_Pair] = field(default_factory=list)
    """Branches of the reader's union, of which one must fit."""
    needed_by: list[_Pair] = field(default_factory=list)
    open_choices: int = 0
    readable: bool = True


class TooLarge(Exception):
    """The two schemas have more pairs of parts than anybody wants to compare."""


def clashes(writer: Schema, reader: Schema) -> Iterator[Clash]:
    """Every reason why the reader cannot read all that the writer writes, each once.

    Raises:
        TooLarge: more than :data:`MOST_PAIRS` pairs of parts to compare.
    """
    root = _graph(writer, reader)
    seen = {id(root)}
    waiting: list[tuple[_Pair, tuple[Step, ...]]] = [(root, ())]
    for pair, path in waiting:  # grows while it is read: the shortest path wins
        if pair.readable:
            continue
        for clash in pair.clashes:
            yield Clash(clash.kind, clash.message, clash.writer, clash.reader, path, clash.symbol)
        below = list(pair.needs)
        alike = _counterpart(pair)
        if alike is not None:
            below.append((None, alike))
        elif pair.choices:
            yield _missing_branch(pair, path)
        for step, child in below:
            if id(child) not in seen and not child.readable:
                seen.add(id(child))
                waiting.append((child, path if step is None else (*path, step)))


class _Branches:
    """The branches of a reader's union by what they could read."""

    def __init__(self, union: Schema) -> None:
        self._named: dict[tuple[str, str], list[Schema]] = {}
        self._plain: dict[str, list[Schema]] = {}
        for branch in union.parts:
            if branch.kind in NAMED:
                for name in {branch.short_name, *(f"={alias}" for alias in branch.aliases)}:
                    self._named.setdefault((branch.kind, name), []).append(branch)
            else:
                for kind in (branch.kind, *PROMOTIONS.get(branch.kind, ())):
                    self._plain.setdefault(kind, []).append(branch)

    def for_(self, writer: Schema) -> list[Schema]:
        """The branches that may read a writer; all others cannot, whatever is inside them."""
        if writer.kind not in NAMED:
            return self._plain.get(writer.kind, [])
        found = [
            branch
            for name in (writer.short_name, f"={writer.name}")
            for branch in self._named.get((writer.kind, name), ())
        ]
        return list(dict.fromkeys(found))


def _counterpart(pair: _Pair) -> _Pair | None:
    """The one branch that was meant for the writer's type, if there is one."""
    alike = [
        choice
        for choice in pair.choices
        if choice.reader.kind == pair.writer.kind
        and (pair.writer.kind not in NAMED or _names_match(pair.writer, choice.reader))
    ]
    return alike[0] if len(alike) == 1 else None


def _missing_branch(pair: _Pair, path: tuple[Step, ...]) -> Clash:
    return Clash(
        "union-branch-missing",
        f"the reader's union has no branch for the written {pair.writer.label}",
        pair.writer.pointer,
        pair.reader.pointer,
        path,
    )


def _graph(writer: Schema, reader: Schema) -> _Pair:
    """All pairs that the root depends on, with ``readable`` settled."""
    known: dict[Spot, _Pair] = {}
    waiting: list[_Pair] = []
    branches: dict[int, _Branches] = {}

    def pair_of(one: Schema, other: Schema) -> _Pair:
        spot = id(one), id(other)
        if spot not in known:
            if len(known) >= MOST_PAIRS:
                raise TooLarge
            known[spot] = _Pair(one, other)
            waiting.append(known[spot])
        return known[spot]

    root = pair_of(writer, reader)
    for pair in waiting:  # grows while it is read
        for step, below, inner in _requirements(pair):
            child = pair_of(below, inner)
            pair.needs.append((step, child))
            child.needed_by.append(pair)
        if pair.reader.kind == "union" and pair.writer.kind != "union":
            index = branches.get(id(pair.reader))
            if index is None:
                index = branches[id(pair.reader)] = _Branches(pair.reader)
            pair.choices = [pair_of(pair.writer, branch) for branch in index.for_(pair.writer)]
            pair.open_choices = len(pair.choices)
            for child in pair.choices:
                child.needed_by.append(pair)
            if not pair.choices:
                pair.clashes.append(_missing_branch(pair, ()))
    _settle(waiting)
    return root


def _settle(pairs: list[_Pair]) -> None:
    unreadable = [pair for pair in pairs if pair.clashes]
    for pair in unreadable:
        pair.readable = False
    for pair in unreadable:  # grows while it is read
        for parent in pair.needed_by:
            if not parent.readable:
                continue
            if parent.choices:
                parent.open_choices -= 1
                if parent.open_choices > 0:
                    continue
            parent.readable = False
            unreadable.append(parent)


def _requirements(pair: _Pair) -> Iterator[tuple[Step, Schema, Schema]]:
    """What must be readable for the pair to be; notes what is plainly not."""
    writer, reader = pair.writer, pair.reader
    if writer.kind == "union":
        for index, branch in enumerate(writer.parts):
            yield ("branch", index), branch, reader
        return
    if reader.kind == "union":
        return
    if writer.kind != reader.kind:
        if writer.kind not in PROMOTIONS.get(reader.kind, ()):
            pair.clashes.append(
                _clash(pair, "type-mismatch", f"{writer.label} was written, {reader.label} is read")
            )
        return
    if writer.kind in NAMED and not _names_match(writer, reader):
        message = f"{writer.label} was written, {reader.label} is read, which has no such alias"
        pair.clashes.append(_clash(pair, "name-mismatch", message))
    if writer.kind in ("array", "map"):
        yield ("item" if writer.kind == "array" else "value", 0), writer.parts[0], reader.parts[0]
    elif writer.kind == "record":
        yield from _fields(pair)
    elif writer.kind == "enum":
        _symbols(pair)
    elif writer.kind == "fixed" and writer.size != reader.size:
        message = f"{writer.size} bytes were written, {reader.size} are read"
        pair.clashes.append(_clash(pair, "fixed-size-mismatch", message))


def _names_match(writer: Schema, reader: Schema) -> bool:
    return writer.short_name == reader.short_name or writer.name in reader.aliases


def _clash(pair: _Pair, kind: str, message: str, symbol: str | None = None) -> Clash:
    return Clash(kind, message, pair.writer.pointer, pair.reader.pointer, (), symbol)


def _fields(pair: _Pair) -> Iterator[tuple[Step, Schema, Schema]]:
    written = pair.writer.fields
    for wanted in pair.reader.fields.values():
        named = dict.fromkeys((wanted.name, *wanted.aliases))
        sources = [name for name in named if name in written]
        if not sources:
            _default(pair, wanted)
            continue
        if len(sources) > 1:
            message = f"the field {wanted.name!r} has several written sources: {', '.join(sources)}"
            at = pair.writer.pointer
            pair.clashes.append(Clash("field-ambiguous", message, at, wanted.pointer))
            continue
        source = written[sources[0]]
        yield ("field", source.name), source.schema, wanted.schema


def _default(pair: _Pair, wanted: Field) -> None:
    """A field that is read and not written needs a default, and one of its own type."""
    at = pair.writer.pointer
    if not wanted.has_default:
        message = f"the field {wanted.name!r} is read and has no default, but is not written"
        pair.clashes.append(Clash("field-without-default", message, at, wanted.pointer))
    elif not fits(wanted.default, wanted.schema):
        shown = json.dumps(wanted.default, ensure_ascii=False, default=str)
        message = (
            f"the field {wanted.name!r} is not written, and its default {shown[:60]} is no "
            f"{wanted.schema.label}"
        )
        pair.clashes.append(Clash("default-invalid", message, at, wanted.pointer))


def _symbols(pair: _Pair) -> None:
    reader = pair.reader
    if reader.default is not None and reader.default in reader.symbols:
        return
    for symbol in pair.writer.symbols:
        if symbol not in reader.symbols:
            message = f"the symbol {symbol!r} of {pair.writer.label} is not known to the reader"
            pair.clashes.append(_clash(pair, "enum-symbol-missing", message, symbol))


def logical_changes(writer: Schema, reader: Schema) -> Iterator[tuple[Schema, Schema]]:
    """Pairs that resolve and whose logical types differ (1.12.0, Logical Types: decimal).

    Raises:
        TooLarge: more than :data:`MOST_PAIRS` pairs of parts to compare.
    """
    root = _graph(writer, reader)
    seen = {id(root)}
    waiting = [root]
    for pair in waiting:  # grows while it is read
        unions = "union" in (pair.writer.kind, pair.reader.kind)
        if pair.readable and not unions and pair.writer.logical != pair.reader.logical:
            yield pair.writer, pair.reader
        alike = _counterpart(pair)
        for child in [*(child for _, child in pair.needs), *([alike] if alike else [])]:
            if id(child) not in seen:
                seen.add(id(child))
                waiting.append(child)
