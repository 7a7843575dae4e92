"""Is every value of the writer's schema accepted by the reader's? Proof, witness or unknown."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from contracts.documents.hashes import Subtrees
from contracts.schema.closures import Closures
from contracts.schema.compiler import Compiler
from contracts.schema.confirm import Tokens, Wanted, confirmed
from contracts.schema.containment import Break, Containment, Unknown
from contracts.schema.descent import Descent
from contracts.schema.effort import LIMIT, Effort
from contracts.schema.locate import WriterPlaces, instance_path, pointer_of
from contracts.schema.locations import Location, SchemaAt
from contracts.schema.messages import in_short, sentence
from contracts.schema.nodes import Op, Universe
from contracts.schema.options import FORMAT_ASSERTED, Options, Side
from contracts.schema.plausible import expected
from contracts.schema.references import Sources
from contracts.schema.results import BudgetSpent, Empty, Found, Reason, Result, Undecided, because
from contracts.schema.solve import Goals, Solver
from contracts.schema.stations import Cause, Failure
from contracts.schema.translate import is_plain
from contracts.schema.union_texts import names_by_depth
from contracts.schema.values import Kind
from contracts.schema.verify import Judge, TooMuch, Unread, Unverifiable, judged
from contracts.verdict import Direction, Json, Place, Verdict

_FRAMES = 6_000
_MOST_BREAKS = 500


class Prover:
    """Answers questions about the schemas of two documents and remembers what it proved."""

    def __init__(self, options: Options | None = None, subtrees: Subtrees | None = None) -> None:
        self.options = options or Options()
        self._sources = Sources()
        self._readings: dict[tuple[Direction | None, bool], _Reading] = {}
        self._answers: dict[Any, Containment] = {}
        self._subtrees = subtrees or Subtrees()
        self._pairs: dict[frozenset[int], Closures] = {}
        self._spent = 0.0
        self.met: set[str] = set()
        """Policies by which something was read so far; a proof rests on no others."""

    def contains(
        self,
        writer: SchemaAt,
        reader: SchemaAt,
        *,
        direction: Direction | None = None,
        seconds: float = math.inf,
        kinds: Kind = Kind.ALL,
        among: tuple[SchemaAt, ...] = (),
    ) -> Containment:
        """Whether the reader accepts every value of the writer; never raises for a schema.

        ``seconds``: the most that this question may take, if that is less than its budget.
        ``kinds``, ``among``: the types of values that are asked about, or schemas of the writer.
        """
        direction = direction or self.options.direction
        try:
            first, second = self._sources.start(writer), self._sources.start(reader)
            some = tuple(map(self._sources.start, among))
        except LookupError:
            return _stopped("pointer", Place(reader.pointer), "there is no schema at this place")
        rules = (first.dialect.rules, second.dialect.rules)
        lexical = all(rule.written_integers for rule in rules)
        asked = (kinds, *(place.identity for place in some))
        name = (first.identity, second.identity, direction, lexical, asked)
        known = self._answers.get(name)
        if known is None:
            reading = self._reading(direction, lexical)
            reading.identify_with(self._closures(first, second))
            with _deep_stack(), self._time(seconds) as most:
                known = reading.contains(first, second, most, *(some or (kinds,)))
            if seconds >= self.options.budget.seconds or known.verdict is not Verdict.UNKNOWN:
                self._answers[name] = known
        return known

    def example(self, at: SchemaAt, *, direction: Direction | None = None) -> Result:
        """A value that the writer of a schema may send, or that there is none.

        Both validators confirm it. Never raises for a schema.
        """
        try:
            place = self._sources.start(at)
        except LookupError:
            return because("pointer", "there is no schema at this place")
        reading = self._reading(
            direction or self.options.direction, place.dialect.rules.written_integers
        )
        reading.identify_with(None)
        with _deep_stack(), self._time() as seconds:
            return reading.example(place, seconds)

    def likely(
        self, at: SchemaAt, name: str, value: Json, *, direction: Direction | None = None
    ) -> Json:
        """What people expect under a name, if the writer may send it there; else ``value``.

        ``value`` is one that the schema takes. Both validators confirm the other one.
        """
        wanted = expected(name, value)
        if wanted == value:
            return value
        place = self._sources.start(at)
        reading = self._reading_of(at, direction)
        if isinstance(value, str) and value in reading.given_texts():
            return value
        try:
            _, accepted = reading.judgement(place, reading.writer.side, wanted)
        except Unverifiable:
            return value
        return wanted if accepted is True else value

    def takes(
        self,
        at: SchemaAt,
        value: Json,
        *,
        declared: bool = False,
        direction: Direction | None = None,
    ) -> bool | None:
        """Whether both validators take a value for a reader's schema; None where they cannot say.

        ``declared``: as its writer would send it, where writers send only declared members.
        """
        place = self._sources.start(at)
        reading = self._reading_of(at, direction)
        side = reading.writer.side if declared else reading.reader.side
        try:
            return reading.judgement(place, side, value)[1]
        except Unverifiable:
            return None

    def refusal(
        self,
        writer: SchemaAt,
        reader: SchemaAt,
        value: Json,
        *,
        direction: Direction | None = None,
    ) -> str | None:
        """A validator's complaint about a value that both of them accept for the writer only."""
        if not self.takes(writer, value, declared=True, direction=direction):
            return None
        reading = self._reading_of(reader, direction)
        try:
            place = self._sources.start(reader)
            judge, taken = reading.judgement(place, reading.reader.side, value)
        except Unverifiable:
            return None
        return in_short(judge.complaint(value, (), "") or "") if taken is False else None

    @contextmanager
    def _time(self, most: float = math.inf) -> Iterator[float]:
        """Seconds for one question, out of what is left for the whole comparison."""
        budget = self.options.budget
        left = max(budget.total_seconds - self._spent, budget.seconds / 100)
        begun = time.thread_time()
        try:
            yield min(budget.seconds, left, most)
        finally:
            self._spent += time.thread_time() - begun

    def _closures(self, one: Location, other: Location) -> Closures:
        sources = (one.resource.source, other.resource.source)
        name = frozenset(source.number for source in sources)
        if name not in self._pairs:
            self._pairs[name] = Closures(*sources, self._subtrees)
        return self._pairs[name]

    def _reading_of(self, at: SchemaAt, direction: Direction | None) -> _Reading:
        """The reading of one schema by itself."""
        return self._reading(direction or self.options.direction, at.dialect.rules.written_integers)

    def _reading(self, direction: Direction | None, lexical: bool) -> _Reading:
        name = (direction, lexical)
        if name not in self._readings:
            options = self.options.towards(direction)
            self._readings[name] = _Reading(options, self._sources, lexical, self.met)
        return self._readings[name]


@contextmanager
def _deep_stack() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _stopped(keyword: str, place: Place, reason: str) -> Containment:
    return Containment(Verdict.UNKNOWN, (), (Unknown(keyword, place, reason),))


class _Reading:
    """One way to read both sides: what is compiled and proved under it."""

    def __init__(self, options: Options, sources: Sources, lexical: bool, met: set[str]) -> None:
        self.sources = sources
        self.options = options
        universe = Universe()
        self.writer = Compiler(universe, sources, options, Side.of_writer(options))
        self.reader = Compiler(universe, sources, options, Side.of_reader(options))
        if self.writer.side.within(self.reader.side):
            self.writer.twin = self.reader
        self.reader.hints = self.writer.hints
        self.reader.met = self.writer.met = met
        self.reader.pointers = self.writer.pointers
        self.writer.lexical_integers = self.reader.lexical_integers = lexical
        self.solver = Solver(universe, options.budget, self.writer.hints)
        self.solver.assumption_of = self.writer.assumption_of
        self.writer.meter = self.reader.meter = self.solver.look_at_the_clock
        self.descent = Descent(self.reader, self.solver)
        self._judges: dict[tuple[Any, bool], Judge] = {}
        self._latest: dict[bool, tuple[Any, Judge]] = {}
        self._given: tuple[int, frozenset[str]] = (-1, frozenset())

    def contains(
        self, writer: Location, reader: Location, seconds: float, *asked: Kind | Location
    ) -> Containment:
        """The answer about values of some types or schemas, within so many seconds."""
        self.solver.start(seconds)
        try:
            right = self.reader.value(reader)
            universe, read = self.solver.universe, self.writer.in_place
            some = [universe.types(it) if isinstance(it, Kind) else read(it) for it in asked]
            goals = frozenset({self.writer.value(writer).id, universe.any_of(some).id})
            result = self.solver.solve(goals | {-right.id})
            if isinstance(result, Empty):
                return Containment(
                    Verdict.COMPATIBLE, assumptions=tuple(sorted(result.assumptions))
                )
            return _Explanation(self, writer, reader, goals).explain(result)
        except BudgetSpent:
            return _stopped("budget", reader.place(), "the budget of steps or seconds is spent")
        except RecursionError:
            return _stopped("depth", reader.place(), "the schemas are nested too deep")

    def example(self, at: Location, seconds: float) -> Result:
        """A value that the writer may send and that both validators take, within that time."""
        self.solver.start(seconds)
        sides = ((at, self.writer.side, True),)
        try:
            goals = frozenset({self.writer.value(at).id})
            result = self.solver.solve(goals)
            if not isinstance(result, Found):
                return result
            found = confirmed(self, goals, result, sides, lambda _: ())
            if found is None:
                return because("schema", "the validators do not confirm the value")
            return Found(found[0])
        except Unverifiable as error:
            return because("schema", f"no validator can confirm it: {error}")
        except BudgetSpent:
            return because("budget", "the budget of steps or seconds is spent")
        except RecursionError:
            return because("depth", "the schemas are nested too deep")

    def identify_with(self, closures: Closures | None) -> None:
        """Recognise equal schemas of these two documents."""
        identities = closures.identity if closures is not None else None
        self.writer.identities = self.reader.identities = identities

    def given_texts(self) -> frozenset[str]:
        """Texts that the schemas themselves give as examples and defaults."""
        hints = self.writer.hints
        if len(hints) != self._given[0]:
            texts = {
                text for many in list(hints.values()) for text in many if isinstance(text, str)
            }
            self._given = (len(hints), frozenset(texts))
        return self._given[1]

    def judgement(self, at: Location, side: Side, value: Json) -> tuple[Judge, bool | None]:
        """What the validators say of a value; raises Unverifiable.

        Where one of them fails on the schema as it stands (jsonschema on ``items: false`` beside
        ``unevaluatedItems`` in 2019-09), both are asked about its 2020-12 form; where they cannot
        read a part of it, about the rest, as far as that suffices.
        """
        compiler = self.writer if side.writer else self.reader
        if Effort(compiler).of(at, value) >= LIMIT:
            raise TooMuch("the schema applies its parts too many times")
        why: Unverifiable | None = None
        for form in (self._as_it_stands, self._translated):
            try:
                judge = form(at, side, value)
                if judge is not None:
                    return judge, judged(judge, value)
            except TooMuch:
                raise
            except Unverifiable as error:
                why = why or error
        assert why is not None
        judge = Judge.of_readable(at, side, self.sources, value)
        if judged(judge, value) is not side.writer:
            raise Unread(judge.unread, side.writer, why) if judge.unread else why
        return judge, side.writer

    def _as_it_stands(self, at: Location, side: Side, _value: Json) -> Judge | None:
        """The validators for the schema itself, where they can take it."""
        if not is_plain(at, side, at.dialect):
            return None
        name = (at.identity, side.writer)
        if name not in self._judges:
            self._judges[name] = Judge(at.raw, at.dialect, formats=side.asserts_format)
        return self._judges[name]

    def _translated(self, at: Location, side: Side, value: Json) -> Judge | None:
        """Of a side's last value, if it has the same members: no more goes into a translation."""
        name = (at.identity, names_by_depth(value))
        if self._latest.get(side.writer, (None,))[0] != name:
            judge = Judge.of(at, side, self.sources, value)
            if judge.for_one_value:
                return judge
            self._latest[side.writer] = (name, judge)
        return self._latest[side.writer][1]


class _Explanation:
    """Turns "not contained" into verified breaks and named unknowns."""

    def __init__(self, reading: _Reading, writer: Location, reader: Location, goals: Goals) -> None:
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
            self._unknown("budget", self.reader.place(), "the budget of steps or seconds is spent")
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
