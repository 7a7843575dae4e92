"""Asks the containment engine about exchanges and puts its answers into findings."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from functools import cached_property, partial
from itertools import islice
from typing import Literal

from contracts.compatibility import wording
from contracts.compatibility.causes import one_per_cause
from contracts.compatibility.exhibitor import Exhibitor
from contracts.compatibility.field_names import name_below, tidy
from contracts.compatibility.findings import MOST_REACHES, Reach
from contracts.compatibility.meeting import Meeting
from contracts.compatibility.open_members import OpenMember, summed_up
from contracts.compatibility.plain_text import (
    item_schema,
    same_as_text,
    takes_any_text,
    travels_as_text,
    written_as_text,
)
from contracts.compatibility.policies import API_FORMATS, Content, Policies
from contracts.compatibility.questions import ONE_WAY, Questions
from contracts.compatibility.rules import RULES
from contracts.compatibility.rules.schemas import NOT_DECIDED
from contracts.compatibility.schema_tree import Reached, Twin
from contracts.compatibility.shells import Shells
from contracts.compatibility.silences import Silences
from contracts.compatibility.spots import Spot, start
from contracts.compatibility.standing import ANYTHING, counted, place_at, schema_around
from contracts.compatibility.told_apart import Parted
from contracts.compatibility.weights import weight
from contracts.compatibility.whole_messages import Doubtful, NotBuilt, Unsendable, WholeMessages
from contracts.compatibility.written_texts import texts
from contracts.documents import from_data
from contracts.documents.canonical import readable_json
from contracts.formats.contract import Contract, Element
from contracts.governance.fieldpath import FieldPath
from contracts.lean_dataclasses import replace
from contracts.schema import Break, Options, Prover, SchemaAt, Unknown
from contracts.schema.options import FREE_FORM, UNDECLARED
from contracts.verdict import Direction, Finding, Json, Verdict, Witness

TRIES = 3
"""Exchanges in which a whole message is looked for that shows a break of a shared schema."""

MOST_TRIES = 100
"""Exchanges that are asked whether anything can be written there at all."""

MOST_JUDGED = 50
"""Payloads put together around a break that are judged again as a whole; that takes 1 ms each."""

SECONDS_FOR_MESSAGES = 3.0
"""Time that one comparison spends on that; after it a witness shows the shared part alone."""

MOST_BESIDE = 100
"""Messages of events whose other half is made up too, the headers for a payload; then neither."""

Told = tuple[Finding, list[Reach]]


class Payloads:
    """One comparison's prover and the contracts it is asked about."""

    def __init__(self, old: Contract, new: Contract, policies: Policies) -> None:
        self._shows = (old.show, new.show)
        self._policies = policies
        formats: Literal["asserted", "annotation"] = (
            "asserted" if policies.assert_formats else "annotation"
        )
        options = Options(
            declared_members_only=policies.content is Content.DECLARED,
            writer_format=formats,
            reader_format=formats,
            unknown_formats="annotation" if old.format in API_FORMATS else "unknown",
            overlapping=policies.content is Content.DECLARED,
            discriminated=all(b"discriminator" in c.document.raw for c in (old, new)),
            tolerant_reader=policies.tolerant_readers,
        )
        self._prover = Prover(options)
        self._messages = WholeMessages(self._prover)
        self._questions = Questions(self._prover, self._messages, (old.document, new.document))
        self._silences = Silences(self._messages, policies)
        self._whole = 0
        self._for_messages = SECONDS_FOR_MESSAGES
        self._beside = 0
        self._taken_whole: set[tuple[int, bool]] = set()

    @property
    def assumptions(self) -> dict[str, None]:
        """Policies without which something would not have been proved safe."""
        return self._questions.assumptions

    @cached_property
    def exhibitor(self) -> Exhibitor:
        """What shows the findings of rules."""
        return Exhibitor(self._prover, self._messages, self._shows)

    def look_for_no_messages(self) -> None:
        """From now on a break is shown by the part that it is in, where that is at hand."""
        self._for_messages = 0.0

    def of_exchange(self, old: Element, new: Element, *, swapped: bool) -> Iterator[Told]:
        """What is wrong at one exchange, looked at whole; nothing if writer and reader fit."""
        meeting = Meeting.of(old, new, swapped=swapped)
        writer, target = meeting.writer, meeting.reader.schema
        if target is None:
            return
        bare = travels_as_text(writer) and travels_as_text(meeting.reader)
        if bare:
            if takes_any_text(meeting.reader, writer):
                return
            target = item_schema(meeting.reader, writer) or target
        source = writer.schema or SchemaAt(ANYTHING, "", target.dialect)
        containment = self._questions.contains(_followed(source), _followed(target), new.direction)
        if containment.vacuous:
            yield from self._silent(meeting, new, hides=False)
        sides = (start(source), start(target))
        if containment.breaks and bare and self._texts_fit(*sides, new):
            return
        for found, member in summed_up(one_per_cause(containment.breaks), *sides):
            if written_as_text(new) and same_as_text(
                found, schema_around(found.reader, meeting.reader)
            ):
                continue
            reaches = [Reach(new, field) for field in _fields(found, member, meeting)]
            field = tidy(_name_below(found, member, sides))
            yield self._finding(found, meeting, found, "", member, field), reaches
        for unknown in _distinct(containment.unknowns):
            yield self._undecided(unknown, meeting), [Reach(new)]

    def _texts_fit(self, writer: Spot | None, reader: Spot | None, at: Element) -> bool:
        """Whether what is written of plain values of another type is what is read."""
        if writer is None or reader is None or writer.get("type") == reader.get("type"):
            return False
        written, read = texts(writer, exact=False), texts(reader, exact=True)
        if written is None or read is None:
            return False
        one, other = (
            SchemaAt(from_data(said, name="texts"), "", reader.schema.dialect)
            for said in (written, read)
        )
        return self._questions.contains(one, other, at.direction).verdict is Verdict.COMPATIBLE

    def of_twin(self, twin: Twin, *, swapped: bool) -> Iterator[Told]:
        """What is wrong with a pair of subschemas, in every exchange that it reaches."""
        yield from self._of_pair(twin, twin.left, swapped=swapped)

    def _of_pair(
        self, twin: Twin, left: Shells | Parted | None, *, swapped: bool
    ) -> Iterator[Told]:
        at = list(islice(twin.reached(deciding=True), MOST_REACHES))
        if not at or twin.old is None or twin.new is None:
            return
        meeting = Meeting.of(at[0].old, at[0].new, swapped=swapped)
        sides = (twin.old, twin.new) if meeting.reader_is_new else (twin.new, twin.old)
        containment = self._questions.of_pair(left, sides, meeting)
        for reached in at[:MOST_TRIES] if containment.vacuous else ():
            silent = Meeting.of(reached.old, reached.new, swapped=swapped)
            yield from self._silent(silent, reached.new, hides=False)
        for found, member in summed_up(one_per_cause(containment.breaks), *sides):
            name = _name_below(found, member, sides)
            yield from self._reached_break(found, member, name, twin, at, swapped=swapped)
        for unknown in _distinct(containment.unknowns):
            yield self._undecided(unknown, meeting), [Reach(r.exchange, r.field) for r in at]

    def _reached_break(
        self,
        found: Break,
        member: OpenMember | None,
        name: str,
        twin: Twin,
        at: list[Reached],
        *,
        swapped: bool,
    ) -> Iterator[Told]:
        """A break of a shared schema, shown by a whole message of an exchange if possible."""
        meeting = Meeting.of(at[0].old, at[0].new, swapped=swapped)
        if same_as_text(found, schema_around(found.reader, meeting.reader)):
            at = [reached for reached in at if not written_as_text(reached.new)]
        refuted = 0
        doubted = False
        for tried, reached in enumerate(at[:MOST_TRIES]):
            if tried >= TRIES and refuted < tried:
                break
            meeting = Meeting.of(reached.old, reached.new, swapped=swapped)
            try:
                whole = self._in_message(found, meeting, reached)
            except Unsendable:
                refuted += 1
                yield from self._silent(meeting, reached.new, hides=True)
                continue
            except Doubtful:
                refuted += 1
                doubted = True
                continue
            if whole is not None:
                field = tidy(reached.path + name)
                told = self._finding(found, meeting, whole, "", member, field)
                yield told, _reaches(found, member, meeting, at)
                return
        if refuted < min(MOST_TRIES, len(at)):
            meeting = Meeting.of(at[0].old, at[0].new, swapped=swapped)
            field = tidy(at[0].path + name)
            told = self._finding(found, meeting, found, at[0].path, member, field)
            yield told, _reaches(found, member, meeting, at)
            return
        for union in twin.doubting() if doubted else ():
            yield from self._of_whole(union, swapped=swapped)

    def _silent(self, meeting: Meeting, element: Element, *, hides: bool) -> Iterator[Told]:
        """That nothing can be written in an exchange, if so."""
        finding = self._silences.told(meeting, hides=hides)
        if finding is not None:
            yield finding, [Reach(element)]

    def _of_whole(self, twin: Twin, *, swapped: bool) -> Iterator[Told]:
        """What is wrong with two unions taken as they are, told once."""
        if (id(twin), swapped) in self._taken_whole:
            return
        self._taken_whole.add((id(twin), swapped))
        yield from self._of_pair(twin, None, swapped=swapped)

    def _in_message(self, found: Break, meeting: Meeting, reached: Reached) -> Break | None:
        """A break of a shared schema in a whole payload; None if none is found in time.

        Raises:
            Unsendable: nothing with the shared schema in it can be sent in this exchange.
        """
        if not reached.way:
            return found
        direction = reached.new.direction
        one_way = direction if direction in ONE_WAY else None
        try:
            value, at = self._messages.around(
                found.witness, reached, one_way, by_old=meeting.reader_is_new
            )
            if self._holds_as_a_whole(value, meeting, one_way):
                return replace(found, witness=value, instance=at + found.instance)
        except Unsendable:
            if self._silences.at(meeting):
                raise
        except NotBuilt:
            pass  # there may be another way through the exchange
        writer, reader = meeting.writer.schema, meeting.reader.schema
        if self._for_messages <= 0 or writer is None or reader is None:
            return None
        before = time.thread_time()
        answer = self._questions.contains(writer, reader, direction, self._for_messages)
        self._for_messages -= time.thread_time() - before
        if answer.verdict is Verdict.COMPATIBLE:
            raise Unsendable
        return next((b for b in answer.breaks if _same_cause(b, found)), None)

    def _holds_as_a_whole(self, value: Json, meeting: Meeting, direction: Direction | None) -> bool:
        """Whether both validators take a payload for the writer and refuse it for the reader.

        The first payloads of a comparison are judged; the others are put together alike.
        """
        writer, reader = meeting.writer.schema, meeting.reader.schema
        if self._whole >= MOST_JUDGED or writer is None or reader is None:
            return True
        self._whole += 1
        refused = self._prover.takes(reader, value, direction=direction) is False
        return refused and bool(
            self._prover.takes(writer, value, declared=True, direction=direction)
        )

    def _finding(
        self,
        found: Break,
        meeting: Meeting,
        shown: Break,
        below: str,
        member: OpenMember | None,
        field: str,
    ) -> Finding:
        """One break; ``shown`` is the same with a whole message, or stands ``below`` a field.

        ``member``: what it is about, if an open object is the cause; ``field``: its name.
        """
        new = meeting.reader_is_new
        around = (
            schema_around(found.writer, meeting.writer),
            schema_around(found.reader, meeting.reader),
        )
        found, shown = (counted(one, around, meeting) for one in (found, shown))
        if member is None:
            told = wording.worded(shown, *around, new=new, field=field)
            sides = (place_at(found.writer, meeting.writer), place_at(found.reader, meeting.reader))
            if told.rule in wording.NULL_RULES:
                one, other = sides
                one = wording.nullable_at(one, meeting.writer.document)
                sides = one, wording.nullable_at(other, meeting.reader.document)
        else:
            told = wording.worded_open(field, free=member.free, new=new)
            sides = (member.writer, member.reader)
        level, assumptions = weight(told.rule, sides, around[1], meeting.reader, self._policies)
        rule = RULES[told.rule]
        before, after = sides if new else reversed(sides)
        return Finding(
            rule=rule.id,
            level=self._policies.level(rule.id, level),
            message=f"{meeting.label}: {told.message}",
            direction=meeting.reader.direction,
            old=before,
            new=after,
            witness=self._witness(shown, meeting, below),
            where=(meeting.label,),
            advice=rule.advice,
            assumptions=(*found.assumptions, *assumptions, *self._named(found.witness)),
        )

    def _named(self, witness: Json) -> tuple[str, ...]:
        """The policy by which a witness holds a member that nobody declares."""
        closed = self._policies.content is Content.DECLARED
        return (FREE_FORM,) if closed and _holds_undeclared(witness) else ()

    def _witness(self, shown: Break, meeting: Meeting, below: str) -> Witness:
        show = self._shows[0 if meeting.reader_is_new else 1]
        message = show(meeting.writer, shown.witness, self.sample) if not below else None
        return Witness(
            value=shown.witness,
            written_by="old" if meeting.reader_is_new else "new",
            rejected_by="new" if meeting.reader_is_new else "old",
            error=shown.error,
            instance=shown.instance,
            as_message=message or (_part(meeting.label, below, shown.witness) if below else None),
        )

    def sample(self, element: Element) -> Json:
        """Some value of an exchange, to stand beside another in its message; None if none is."""
        if element.facts.get("avro") is not None:
            from contracts.formats.avro.witness import sample_of

            return sample_of(element.facts["avro"])
        spot = start(element.schema) if element.schema is not None else None
        self._beside += spot is not None
        if self._beside > MOST_BESIDE:
            return None
        try:
            return self._messages.sample(spot, None) if spot is not None else None
        except (Unsendable, NotBuilt):
            return None

    def _undecided(self, unknown: Unknown, meeting: Meeting) -> Finding:
        rule = RULES[NOT_DECIDED]
        writer, reader = meeting.writer, meeting.reader
        place = unknown.place if unknown.place.line is not None else reader.place()
        same_file = place.source == reader.document.name
        twin = writer.document.find(place.pointer, ANYTHING) if same_file else ANYTHING
        there = writer.document.place(place.pointer) if twin is not ANYTHING else writer.place()
        sides = (there, place)
        old, new = sides if meeting.reader_is_new else reversed(sides)
        said, advice = wording.undecided(unknown, new=meeting.reader_is_new)
        return Finding(
            rule=rule.id,
            level=self._policies.level(rule.id, rule.level),
            message=f"{meeting.label}: {said}",
            direction=reader.direction,
            old=old,
            new=new,
            where=(meeting.label,),
            advice=advice or rule.advice,
        )


def _holds_undeclared(value: Json) -> bool:
    if isinstance(value, dict):
        return any("any" in name and re.search(UNDECLARED, name) for name in value) or any(
            map(_holds_undeclared, value.values())
        )
    return isinstance(value, list) and any(map(_holds_undeclared, value))


def _followed(schema: SchemaAt) -> SchemaAt:
    """Where a reference leads: shared schemas are one question, wherever they are named."""
    spot = start(schema)
    return spot.at() if spot is not None else schema


def _distinct(unknowns: tuple[Unknown, ...]) -> list[Unknown]:
    """One of each keyword and reason: the first."""
    return list({(u.keyword, u.reason): u for u in reversed(unknowns)}.values())


def _same_cause(one: Break, other: Break) -> bool:
    return one.keyword == other.keyword and one.reader.pointer == other.reader.pointer


def _name_below(
    found: Break, member: OpenMember | None, sides: tuple[Spot | None, Spot | None]
) -> str:
    """What a break, or the member that it is about, adds to the name of a field."""
    instance = found.instance if member is None else member.instance
    return name_below(instance, found.witness, sides)


def _fields(found: Break, member: OpenMember | None, meeting: Meeting) -> list[str | None]:
    if member is None:
        return wording.fields_of(found, schema_around(found.reader, meeting.reader))
    return [str(FieldPath.of_pointer(member.instance)) if member.instance else None]


def _reaches(
    found: Break, member: OpenMember | None, meeting: Meeting, at: list[Reached]
) -> list[Reach]:
    """Where a break reaches, each with the field's name as it is there."""
    fields = _fields(found, member, meeting)
    return [
        Reach(reached.exchange, partial(reached.field, inside or ""))
        for reached in at
        for inside in fields
    ]


def _part(label: str, below: str, value: Json) -> str:
    """A witness that is a part of the message: where it stands, and what it is."""
    text = readable_json(value, indent=2)
    return f"{label}, as the value of `{below}`:\n\n{text}"
