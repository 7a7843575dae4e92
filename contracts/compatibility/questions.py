"""What the containment engine is asked about a pair of schemas, and its answer about the whole.

Where members or alternatives of both are pairs of their own, only what is left is asked.
"""

from __future__ import annotations

import math
import time

from contracts.compatibility.assumed import Assumed
from contracts.compatibility.meeting import Meeting
from contracts.compatibility.shells import COUNTS, MARK, Shells, filled, fitting, object_text
from contracts.compatibility.spots import Spot
from contracts.compatibility.telling import Row
from contracts.compatibility.told_apart import Parted
from contracts.compatibility.whole_messages import NotBuilt, Unsendable, WholeMessages
from contracts.documents import Document, from_data, pointer
from contracts.lean_dataclasses import replace
from contracts.schema import Break, Containment, Prover, SchemaAt, Unknown
from contracts.schema.messages import in_short
from contracts.schema.values import Kind
from contracts.verdict import Direction, Json, Place, Verdict

SHELL = "shell"
"""Source of the places in an object whose members are asked about elsewhere."""

ONE_WAY = frozenset({Direction.REQUEST, Direction.RESPONSE})
"""Directions in which `readOnly` and `writeOnly` mean something."""

SECONDS_TO_FIT = 1.0
"""Time for a proof that one alternative fits, before a union is asked about as it is."""

SECONDS = 60.0
"""Time that one comparison spends on proofs; what is left then is unknown."""


class Questions:
    """The questions of one comparison, within its time."""

    def __init__(
        self, prover: Prover, messages: WholeMessages, documents: tuple[Document, Document]
    ) -> None:
        self._prover = prover
        self._messages = messages
        self._documents = documents
        self._assumed: Assumed | None = None
        self.assumptions: dict[str, None] = {}
        """Policies without which something would not have been proved safe."""
        self._deadline = time.thread_time() + SECONDS

    def of_pair(
        self, left: Shells | Parted | None, sides: tuple[Spot, Spot], meeting: Meeting
    ) -> Containment:
        """The answer about a writer's and a reader's schema; ``left`` is what is left to ask."""
        if isinstance(left, Shells):
            return self._of_shells(left, sides, meeting)
        if isinstance(left, Parted):
            return self._of_parted(left, sides, meeting)
        return self.contains(sides[0].at(), sides[1].at(), meeting.reader.direction)

    def contains(
        self,
        writer: SchemaAt,
        reader: SchemaAt,
        direction: Direction,
        seconds: float = math.inf,
        kinds: Kind = Kind.ALL,
        among: tuple[SchemaAt, ...] = (),
    ) -> Containment:
        """Whether a reader takes what a writer sends in a direction, or values of some types.

        ``among``: schemas of the writer of which the values must be.
        """
        if time.thread_time() > self._deadline:
            place = reader.document.place(reader.pointer)
            reason = f"the comparison took more than {SECONDS:.0f} seconds"
            return Containment(Verdict.UNKNOWN, (), (Unknown("budget", place, reason),))
        one_way = direction if direction in ONE_WAY else None
        answer = self._prover.contains(
            writer, reader, direction=one_way, seconds=seconds, kinds=kinds, among=among
        )
        self.assumptions.update(dict.fromkeys(answer.assumptions))
        if answer.verdict is Verdict.COMPATIBLE:
            if self._assumed is None:
                self._assumed = Assumed(self._prover.options, *self._documents)
            self.assumptions.update(
                dict.fromkeys(self._assumed.by(writer, reader, one_way, self._prover.met))
            )
        return answer

    def _of_shells(self, shells: Shells, sides: tuple[Spot, Spot], meeting: Meeting) -> Containment:
        """The answer about two objects whose common members are asked about elsewhere."""
        new = meeting.reader_is_new
        pair = (shells.old, shells.new) if new else (shells.new, shells.old)
        closed = self._prover.options.declared_members_only
        plainly = fitting(*pair, declared_only=closed)
        if plainly is not None:
            self.assumptions.update(dict.fromkeys(plainly))
            return Containment(Verdict.COMPATIBLE, assumptions=plainly)
        questions = [
            SchemaAt(from_data(dict(shell), name=SHELL), "", spot.schema.dialect)
            for shell, spot in zip(pair, sides, strict=True)
        ]
        direction = meeting.reader.direction
        answer = self.contains(questions[0], questions[1], direction)
        writer, reader = sides
        breaks: list[Break] = []
        vacuous = answer.vacuous
        for found in answer.breaks:
            try:
                witness = self._filled(found.witness, writer, direction)
            except Unsendable:
                if not any(word in pair[0] for word in COUNTS):
                    vacuous = True  # a member that the object must have can have no value
                    continue
                return self.contains(writer.at(), reader.at(), direction)
            except NotBuilt:
                return self.contains(writer.at(), reader.at(), direction)
            missing = _missing(found)
            breaks.append(
                replace(
                    found,
                    writer=_standing(found.writer, writer, missing),
                    reader=_standing(found.reader, reader, missing),
                    witness=witness,
                    error=found.error.replace(MARK, ""),
                )
            )
        return replace(
            answer,
            breaks=tuple(breaks),
            vacuous=vacuous,
            unknowns=tuple(
                replace(unknown, place=_standing(unknown.place, reader, frozenset()))
                for unknown in answer.unknowns
            ),
        )

    def _of_parted(self, parted: Parted, sides: tuple[Spot, Spot], meeting: Meeting) -> Containment:
        """The answer about two unions whose alternatives are asked about elsewhere, if paired."""
        writer, reader = sides
        direction = meeting.reader.direction
        alone = parted.only_old if meeting.reader_is_new else parted.only_new
        free = parted.exclusive
        answers = [self._unread(spot, writer, reader, direction, free=free) for spot in alone]
        for row, names in parted.lost:
            loser = row[0] if meeting.reader_is_new else row[1]
            lost = names[1] if meeting.reader_is_new else names[0]
            if loser is not None and lost:
                answers.append(self._unread(loser, writer, reader, direction, lost=lost))
        if parted.rest:
            answers.append(self.contains(writer.at(), reader.at(), direction, kinds=parted.rest))
        fitting = parted.fitting[int(meeting.reader_is_new)]
        rows = [r for r in parted.tangled if not (r in fitting and self._fits(r, meeting))]
        sent = [one if meeting.reader_is_new else other for one, other in rows]
        among = tuple(spot.at() for spot in sent if spot is not None)
        if among:
            answers.append(self.contains(writer.at(), reader.at(), direction, among=among))
        verdicts = {answer.verdict for answer in answers}
        heaviest = (Verdict.BREAKING, Verdict.UNKNOWN, Verdict.COMPATIBLE)
        return Containment(
            next((verdict for verdict in heaviest if verdict in verdicts), Verdict.COMPATIBLE),
            tuple(found for answer in answers for found in answer.breaks),
            tuple(unknown for answer in answers for unknown in answer.unknowns),
        )

    def _fits(self, row: Row, meeting: Meeting) -> bool:
        """Whether an alternative is easily proved to be contained in what it became."""
        writer, reader = row if meeting.reader_is_new else reversed(row)
        if writer is None or reader is None:
            return False
        direction = meeting.reader.direction
        one_way = direction if direction in ONE_WAY else None
        sides = writer.at(), reader.at()
        if not self._prover.proves(*sides, direction=one_way, seconds=SECONDS_TO_FIT):
            return False
        return self.contains(*sides, direction).verdict is Verdict.COMPATIBLE

    def _unread(
        self,
        spot: Spot,
        writer: Spot,
        reader: Spot,
        direction: Direction,
        *,
        free: bool = False,
        lost: frozenset[str] = frozenset(),
    ) -> Containment:
        """The answer about an alternative of which the reader's alternatives take no value.

        ``free``: whether every value of it is sent. Such a question is the same in other unions.
        ``lost``: it is about values with one of these members only.
        """
        keyword = next((word for word in ("anyOf", "oneOf") if reader.get(word)), None)
        one_way = direction if direction in ONE_WAY else None
        shown: tuple[Json, str] | None = None
        try:
            if keyword is not None:
                shown = self._refused(spot, writer, reader, one_way, lost)
        except Unsendable:
            return Containment(Verdict.COMPATIBLE)
        if keyword is None and free:
            return self.contains(spot.at(), reader.at(), direction)
        if shown is None or keyword is None:
            return self.contains(writer.at(), reader.at(), direction, among=(spot.at(),))
        value, error = shown
        place = reader.document.place(pointer.join(reader.pointer, keyword))
        message = "it is none of the alternatives"
        why = in_short(error, keyword)
        found = Break(keyword, spot.document.place(spot.pointer), place, "", value, why, message)
        return Containment(Verdict.BREAKING, (found,))

    def _refused(
        self,
        spot: Spot,
        writer: Spot,
        reader: Spot,
        direction: Direction | None,
        lost: frozenset[str],
    ) -> tuple[Json, str] | None:
        """A value of an alternative that the reader refuses, and why; None if none is at hand.

        Raises:
            Unsendable: the alternative has no values.
        """
        for value in self._messages.samples(spot, direction, sorted(lost)):
            error = self._prover.refusal(writer.at(), reader.at(), value, direction=direction)
            if error is not None:
                return value, error
        return None

    def _filled(self, value: Json, writer: Spot, direction: Direction) -> Json:
        """A value of a shell with real values for its placeholders.

        Raises:
            Unsendable: one of the members has none.
            NotBuilt: none was found for one of them.
        """
        one_way = direction if direction in ONE_WAY else None
        text = object_text(writer.bare(), repeated=True)
        whole = self._messages.members(writer, one_way)

        def sample(name: str) -> Json:
            if name in whole:
                return whole[name]
            if text is not None and name in text.again:
                raise NotBuilt
            child = text.members.get(name) if text is not None else None
            return self._messages.sample(child, one_way) if child is not None else None

        return filled(value, sample)


def _missing(found: Break) -> frozenset[str]:
    """The required members that a witness lacks."""
    asked = found.reader.value
    names = asked.get("required") if isinstance(asked, dict) else asked
    value = found.witness
    if found.keyword != "required" or not isinstance(names, list) or not isinstance(value, dict):
        return frozenset()
    return frozenset(name for name in names if isinstance(name, str) and name not in value)


def _standing(place: Place, spot: Spot, missing: frozenset[str]) -> Place:
    """The place in the document that a place in a shell stands for."""
    if place.source != SHELL:
        return place
    composed = spot.get("allOf") is not None
    text = object_text(spot.bare(), repeated=True) if composed else None  # else it stands as it is
    if text is None or len(text.parts) == 1:
        return spot.document.place(spot.pointer + place.pointer)
    return spot.document.place(text.stands(place.pointer, missing))
