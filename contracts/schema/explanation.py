"""Why a reader does not accept every value of a writer: verified breaks and named unknowns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.schema.confirm import Tokens, Wanted, confirmed
from contracts.schema.containment import Break, Containment, Unknown
from contracts.schema.locate import WriterPlaces, instance_path, pointer_of
from contracts.schema.locations import Location
from contracts.schema.messages import in_short, sentence
from contracts.schema.nodes import Op
from contracts.schema.options import FORMAT_ASSERTED
from contracts.schema.results import SPENT, BudgetSpent, Empty, Found, Reason, Result, Undecided
from contracts.schema.solve import Goals
from contracts.schema.stations import Cause, Failure
from contracts.schema.verify import Judge, Unread, Unverifiable
from contracts.verdict import Json, Place, Verdict

if TYPE_CHECKING:
    from contracts.schema.reading import Reading

_MOST_BREAKS = 500


class Explanation:
    """Turns "not contained" into verified breaks and named unknowns."""

    def __init__(self, reading: Reading, writer: Location, reader: Location, goals: Goals) -> None:
        self.reading = reading
        self.writer = writer
        self.reader = reader
        self.goals = goals - {reading.solver.universe.true.id}
        self.breaks: dict[tuple[str, str, str], Break] = {}
        self.unknowns: dict[tuple[str, str, str], Unknown] = {}

    def explain(self, whole: Result) -> Containment:
        reading = self.reading
        try:
            for cause in reading.descent.causes(self.goals, self.reader):
                self._judge_cause(cause)
                if len(self.breaks) >= _MOST_BREAKS:
                    break
            if not self.breaks and not self.unknowns:
                self._leftover(whole)
        except BudgetSpent:
            self._unknown("budget", self.reader.place(), SPENT)
        verdict = Verdict.BREAKING if self.breaks else Verdict.UNKNOWN
        return Containment(verdict, tuple(self.breaks.values()), tuple(self.unknowns.values()))

    def _leftover(self, whole: Result) -> None:
        """No keyword explains it alone: name the outermost ones that fail."""
        parts = self.reading.reader.compile(self.reader).parts
        for part in parts:
            self._judge_cause(Cause(Failure(self.reader, part, part.node), (), frozenset()))
        if not self.breaks and not self.unknowns and isinstance(whole, Undecided):
            for keyword, reason, pointer in sorted(whole.reasons):
                self._unknown(keyword, Place(pointer), reason)
        if not self.breaks and not self.unknowns:
            self._unknown("schema", self.reader.place(), "the cause could not be located")

    def _judge_cause(self, cause: Cause) -> None:
        failure = cause.failure
        result = self._witness(cause)
        if isinstance(result, Empty):
            return  # the writer's schema, taken whole, lets nothing of the kind through
        place = failure.at.place(*failure.part.tokens)
        if isinstance(result, Undecided) or failure.part.node.op is Op.OPAQUE:
            self._undecided(failure, place, result.reasons)  # no value shows what nobody can read
            return
        try:
            goals = self.goals | {-cause.whole().id}
            witness = self._confirmed(cause, goals, result)
            if witness is None:  # something else in the reader's schema may take it
                goals |= {-self.reading.reader.value(self.reader).id}
                result = self.reading.solver.solve(goals)
                if isinstance(result, Empty):
                    return
                if isinstance(result, Found):
                    witness = self._confirmed(cause, goals, result)
        except Unread as error:
            self._unknown(error.keyword, place, str(error))
            return
        except Unverifiable as error:
            reason = f"no validator can confirm it: {error}"
            self._unknown(failure.part.keyword, place, reason)
            return
        if witness is None:
            reasons = result.reasons or frozenset(
                {(failure.part.keyword, "the validators do not confirm the witness", "")}
            )
            self._undecided(failure, place, reasons)
            return
        self._break(cause, place, *witness)

    def _witness(self, cause: Cause) -> Result:
        if cause.path:
            found = self.reading.descent.witness(cause, self.goals, self.reader)
            if found is not None:
                return found
        return self.reading.solver.solve(self.goals | {-cause.whole().id})

    def _confirmed(
        self, cause: Cause, goals: Goals, first: Found
    ) -> tuple[Json, Judge, Tokens] | None:
        """A value both validators accept for the writer and reject for the reader; the spot."""
        writer, reader = self.reading.writer.side, self.reading.reader.side
        sides: tuple[Wanted, ...] = ((self.writer, writer, True), (self.reader, reader, False))

        def spot(value: Json) -> Tokens:
            evaluator = self.reading.solver.evaluator
            return instance_path(evaluator, cause.path, cause.failure.violated, value)

        return confirmed(self.reading, goals, first, sides, spot)

    def _break(
        self, cause: Cause, place: Place, witness: Json, judge: Judge, tokens: Tokens
    ) -> None:
        reading, failure = self.reading, cause.failure
        evaluator = reading.solver.evaluator
        keyword = failure.part.keyword
        places = WriterPlaces(reading.writer, evaluator)
        writer = places.place(self.writer, witness, tokens, keyword)
        name = (keyword, place.pointer, writer.pointer)
        if name in self.breaks:
            return
        complaint = judge.complaint(witness, tokens, keyword)
        self.breaks[name] = Break(
            keyword=keyword,
            writer=writer,
            reader=place,
            instance=pointer_of(tokens),
            witness=witness,
            error=in_short(complaint or "", keyword),
            message=sentence(failure.at, failure.part, witness, tokens),
            assumptions=(FORMAT_ASSERTED,) if keyword == "format" else (),
        )

    def _undecided(self, failure: Failure, place: Place, reasons: frozenset[Reason]) -> None:
        for keyword, reason, _ in sorted(reasons):
            self._unknown(keyword or failure.part.keyword, place, reason)

    def _unknown(self, keyword: str, place: Place, reason: str) -> None:
        self.unknowns.setdefault((keyword, place.pointer, reason), Unknown(keyword, place, reason))
