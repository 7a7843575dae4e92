"""Asks the containment engine about one exchange and puts its answer into findings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from contracts.compatibility.pairing import Pair
from contracts.compatibility.plain_text import item_schema, takes_any_text, travels_as_text
from contracts.compatibility.policies import Content, EnumGrowth, Policies
from contracts.compatibility.rules import RULES
from contracts.compatibility.rules.schemas import NOT_DECIDED
from contracts.compatibility.wording import Wording, fields_of, worded
from contracts.documents import Document, from_data, pointer
from contracts.formats.contract import Contract, Element, Side
from contracts.schema import Break, Containment, Options, Prover, SchemaAt, Unknown
from contracts.verdict import Direction, Finding, Json, Level, Place, Verdict, Witness

_ANYTHING: Document = from_data(True, name="no schema")
"""What a place without a schema admits."""

_ONE_WAY = frozenset({Direction.REQUEST, Direction.RESPONSE})
"""Directions in which `readOnly` and `writeOnly` mean something."""


class Payloads:
    """One comparison's prover and the contracts it is asked about."""

    def __init__(self, old: Contract, new: Contract, policies: Policies) -> None:
        self._shows = (old.show, new.show)
        self._policies = policies
        formats: Literal["asserted", "annotation"] = (
            "asserted" if policies.assert_formats else "annotation"
        )
        self._prover = Prover(
            Options(
                declared_members_only=policies.content is Content.DECLARED,
                writer_format=formats,
                reader_format=formats,
                tolerant_reader=policies.tolerant_readers,
            )
        )

    def findings(self, pair: Pair) -> Iterator[tuple[Finding, str | None]]:
        """What is wrong between a writer and a reader, and in which field; nothing if they fit."""
        assert pair.both is not None
        old, new = pair.both
        writer, reader = (old, new) if new.writer is Side.CONSUMER else (new, old)
        if reader.schema is None:
            return
        source = writer.schema or SchemaAt(_ANYTHING, "", reader.schema.dialect)
        direction = new.direction if new.direction in _ONE_WAY else None
        target = reader.schema
        if travels_as_text(writer) and travels_as_text(reader):
            if takes_any_text(reader, writer):
                return
            target = item_schema(reader, writer) or target
        containment = self._prover.contains(source, target, direction=direction)
        if containment.verdict is not Verdict.COMPATIBLE:
            yield from self._explained(containment, pair, writer, reader)

    def _explained(
        self, containment: Containment, pair: Pair, writer: Element, reader: Element
    ) -> Iterator[tuple[Finding, str | None]]:
        for found in containment.breaks:
            finding = self._finding(found, pair, writer, reader)
            for field in fields_of(found, _around(found.reader, reader)):
                yield finding, field
        if not containment.breaks:
            reasons = {(u.keyword, u.reason): u for u in reversed(containment.unknowns)}
            for unknown in reasons.values():
                yield _undecided(unknown, pair, writer, reader, self._policies), None

    def _finding(self, found: Break, pair: Pair, writer: Element, reader: Element) -> Finding:
        reader_is_new = (reader is pair.new) is not pair.swapped
        around = _around(found.writer, writer), _around(found.reader, reader)
        wording = worded(found, *around, new=reader_is_new)
        level, assumptions = self._weight(found, wording, reader)
        rule = RULES[wording.rule]
        sides = (_at(found.writer, writer), _at(found.reader, reader))
        old, new = sides if reader_is_new else reversed(sides)
        return Finding(
            rule=rule.id,
            level=self._policies.level(rule.id, level),
            message=f"{pair.label}: {wording.message}",
            direction=pair.any.direction,
            old=old,
            new=new,
            witness=self._witness(found, writer, reader_is_new=reader_is_new),
            where=(pair.label,),
            advice=rule.advice,
            assumptions=(*found.assumptions, *assumptions),
        )

    def _weight(
        self, found: Break, wording: Wording, reader: Element
    ) -> tuple[Level, tuple[str, ...]]:
        grows = wording.rule == "enum-value-added" and reader.writer is Side.PROVIDER
        tolerated = self._policies.enum_growth is EnumGrowth.WARNS
        if grows and (tolerated or _extensible(found, reader)):
            return Level.WARNING, (EnumGrowth.WARNS.value,)
        return Level.ERROR, ()

    def _witness(self, found: Break, writer: Element, *, reader_is_new: bool) -> Witness:
        show = self._shows[0 if reader_is_new else 1]
        return Witness(
            value=found.witness,
            written_by="old" if reader_is_new else "new",
            rejected_by="new" if reader_is_new else "old",
            error=found.error,
            instance=found.instance,
            as_message=show(writer, found.witness),
        )


def _at(place: Place, element: Element) -> Place:
    """The place of a break; that of the exchange itself where there is no schema to point at."""
    return element.place() if place.source == _ANYTHING.name else place


def _around(place: Place, element: Element) -> Json:
    """The schema at a place, or the one whose keyword the place is; None if elsewhere."""
    if place.source != element.document.name:
        return None
    value = element.document.find(place.pointer)
    if isinstance(value, dict) and ("type" in value or "properties" in value):
        return value
    return element.document.find(pointer.parent(place.pointer))


def _extensible(found: Break, reader: Element) -> bool:
    """Whether the enumeration says of itself that it may grow."""
    schema = _around(found.reader, reader)
    return isinstance(schema, dict) and bool(schema.get("x-extensible-enum"))


def _undecided(
    unknown: Unknown, pair: Pair, writer: Element, reader: Element, policies: Policies
) -> Finding:
    rule = RULES[NOT_DECIDED]
    place = unknown.place if unknown.place.line is not None else reader.place()
    twin = writer.document.find(place.pointer, _ANYTHING)
    there = writer.document.place(place.pointer) if twin is not _ANYTHING else writer.place()
    sides = (there, place)
    reader_is_new = (reader is pair.new) is not pair.swapped
    old, new = sides if reader_is_new else reversed(sides)
    return Finding(
        rule=rule.id,
        level=policies.level(rule.id, rule.level),
        message=f"{pair.label}: cannot decide, because of `{unknown.keyword}`: {unknown.reason}",
        direction=pair.any.direction,
        old=old,
        new=new,
        where=(pair.label,),
        advice=rule.advice,
    )
