"""Avro schema resolution: what was written with one schema and cannot be read with another."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial
from typing import NamedTuple

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import Change, Rule, register, rule
from contracts.formats.avro.resolution import Clash, TooLarge, clashes, logical_changes
from contracts.formats.avro.schema import Schema
from contracts.formats.avro.witness import Samples, as_json, rejection, value_at
from contracts.formats.contract import Element, Side
from contracts.verdict import Level, Witness

KINDS = ("avro-schema", "avro-payload")
"""Elements whose facts hold a parsed Avro schema under ``avro``."""

CLASHES = {
    "type-mismatch": (
        "A type was written that the reader does not read, not even by promotion.",
        "Keep the type, or make it a union of the old and the new one until all data is rewritten.",
    ),
    "name-mismatch": (
        "A named type was written whose name the reader neither has nor lists as an alias.",
        "Give the renamed type the old full name in `aliases`.",
    ),
    "fixed-size-mismatch": (
        "A fixed value has another size than the reader reads.",
        "Define a second fixed type under a new name, in a new field.",
    ),
    "enum-symbol-missing": (
        "A symbol can be written that the reader does not know, and it has no default symbol.",
        "Give the enum a `default` symbol in every reader before a symbol is added or removed.",
    ),
    "field-without-default": (
        "The reader wants a field that was not written and has no default for it.",
        "Give the field a `default`; for a renamed field list the old name in `aliases`.",
    ),
    "default-invalid": (
        "The reader wants a field that was not written, and its default is no value of its type.",
        "Give the field a `default` of its type: readers fail where they need it.",
    ),
    "field-ambiguous": (
        "A field could be read from several written fields: its name and an alias, or two aliases.",
        "Remove the alias of a field that still exists.",
    ),
    "union-branch-missing": (
        "A type was written for which the reader's union has no branch.",
        "Add the branch to every reader before anybody writes it.",
    ),
}


class Judged(NamedTuple):
    """The clashes of one writer and reader; None where they were too many to look at."""

    clashes: tuple[Clash, ...] | None
    witnesses: tuple[Witness | None, ...]


def writer_and_reader(pair: Pair) -> tuple[Element, Element] | None:
    """Whose data meets whose expectation, where both elements have an Avro schema."""
    if pair.both is None or any(element.facts.get("avro") is None for element in pair.both):
        return None
    old, new = pair.both
    return (old, new) if old.writer is Side.CONSUMER else (new, old)


@lru_cache(maxsize=8)
def judged(writer: Element, reader: Element, written_by: str, rejected_by: str) -> Judged:
    """Every clash with its witness, once for all rules."""
    written, read = writer.facts["avro"], reader.facts["avro"]
    try:
        found = tuple(clashes(written, read))
    except TooLarge:
        return Judged(None, ())
    if not found:
        return Judged((), ())
    samples = Samples(written)
    check = rejection(writer.document.find(writer.pointer), reader.document.find(reader.pointer))
    witnesses: list[Witness | None] = []
    for clash in found:
        try:
            value = value_at(written, clash, samples)
        except (LookupError, RecursionError):
            witnesses.append(None)
            continue
        error = check(value)
        at = "".join(f"/{which}" for kind, which in clash.path if kind != "branch")
        shown = Witness(as_json(value), written_by, rejected_by, error or "", at)
        witnesses.append(shown if error is not None else None)
    return Judged(found, tuple(witnesses))


def _sides(pair: Pair) -> tuple[Element, Element, Judged] | None:
    both = writer_and_reader(pair)
    if both is None or pair.both is None:
        return None
    writer, reader = both
    names = ("new", "old") if pair.swapped else ("old", "new")
    written_by = names[0] if writer is pair.both[0] else names[1]
    rejected_by = names[1] if writer is pair.both[0] else names[0]
    return writer, reader, judged(writer, reader, written_by, rejected_by)


def _check(kind: str, pair: Pair, _policies: Policies) -> Iterator[Change]:
    sides = _sides(pair)
    if sides is None or not sides[2].clashes:
        return
    writer, _, found = sides
    for clash, witness in zip(found.clashes or (), found.witnesses, strict=True):
        if clash.kind != kind:
            continue
        places = _places(pair, writer, clash.writer, clash.reader)
        said = f"{pair.label}{_field(clash)}: {clash.message}"
        yield Change(said, old_at=places[0], new_at=places[1], witness=witness)


_STEPS = {"field": ".{}", "item": "[]", "value": ".*", "branch": ""}


def _field(clash: Clash) -> str:
    """Where in a written value, as people write it: `` `lines[].sku` ``."""
    path = "".join(_STEPS[kind].format(which) for kind, which in clash.path).lstrip(".")
    return f" field `{path}`" if path else ""


def _places(pair: Pair, writer: Element, written: str, read: str) -> tuple[str, str]:
    return (written, read) if pair.old is writer else (read, written)


for _kind, (_summary, _advice) in CLASHES.items():
    register(
        Rule(
            f"avro-{_kind}",
            Level.ERROR,
            KINDS,
            "avro",
            _summary,
            _advice,
            f"avro-{_kind}",
            partial(_check, _kind),
        )
    )


@rule(
    "avro-not-decided",
    on=KINDS,
    level=Level.UNKNOWN,
    reverse="avro-not-decided",
    advice="Split the schemas: their unions multiply to more pairs than can be compared.",
)
def avro_not_decided(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Two schemas have too many pairs of parts to be compared."""
    sides = _sides(pair)
    if sides is not None and sides[2].clashes is None:
        yield Change(f"{pair.label}: too many pairs of union branches to compare")


@rule(
    "avro-logical-type-changed",
    on=KINDS,
    level=Level.WARNING,
    advice="Add a new field with the new logical type; resolution does not convert between them.",
)
def avro_logical_type_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The bytes are read as before and mean something else: another logical type, scale or unit."""
    both = writer_and_reader(pair)
    if both is None or _sides(pair) is None:
        return
    writer, reader = both
    written: Schema = writer.facts["avro"]
    try:
        changed = list(logical_changes(written, reader.facts["avro"]))
    except TooLarge:
        return
    for one, other in changed:
        before, after = (one, other) if pair.old is writer else (other, one)
        yield Change(
            f"{pair.label}: the logical type changed from {_words(before)} to {_words(after)}",
            old_at=before.pointer,
            new_at=after.pointer,
        )


def _words(schema: Schema) -> str:
    if not schema.logical:
        return f"plain {schema.kind}"
    name, *parameters = schema.logical
    return f"{name}({', '.join(map(str, parameters))})" if parameters else str(name)
