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
from contracts.schema.containment import Containment
from contracts.schema.locations import Location, SchemaAt
from contracts.schema.messages import in_short
from contracts.schema.options import Options
from contracts.schema.plausible import expected
from contracts.schema.reading import Reading
from contracts.schema.references import Sources
from contracts.schema.results import Result, because
from contracts.schema.sizes import Room
from contracts.schema.values import Kind
from contracts.schema.verify import Unverifiable
from contracts.verdict import Direction, Json, Place, Verdict

_FRAMES = 6_000

MOST_NODES = 20_000
"""Formulas that are kept from one question to the next, at first; some 2 KB each with all that
was proved about them.
"""


class Prover:
    """Answers questions about the schemas of two documents and remembers what it proved."""

    def __init__(self, options: Options | None = None, subtrees: Subtrees | None = None) -> None:
        self.options = options or Options()
        self._sources = Sources()
        self._readings: dict[tuple[Direction | None, bool], Reading] = {}
        self._answers: dict[Any, Containment] = {}
        self._subtrees = subtrees or Subtrees()
        self._pairs: dict[frozenset[int], Closures] = {}
        self._spent = 0.0
        self._most_nodes = MOST_NODES
        self._room = Room(self.options.budget.built, self.options.budget.judged)
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
            return Containment.undecided(
                "pointer", Place(reader.pointer), "there is no schema at this place"
            )
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
            self._forget(direction, lexical)
        return known

    def proves(
        self,
        writer: SchemaAt,
        reader: SchemaAt,
        *,
        direction: Direction | None = None,
        seconds: float = math.inf,
    ) -> bool | None:
        """Whether it can be proved that the reader accepts every value; None if out of time."""
        first, second = self._sources.start(writer), self._sources.start(reader)
        rules = (first.dialect.rules, second.dialect.rules)
        lexical = all(rule.written_integers for rule in rules)
        reading = self._reading(direction or self.options.direction, lexical)
        reading.identify_with(self._closures(first, second))
        with _deep_stack(), self._time(seconds) as most:
            return reading.proves(first, second, most)

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

    def _reading_of(self, at: SchemaAt, direction: Direction | None) -> Reading:
        """The reading of one schema by itself."""
        return self._reading(direction or self.options.direction, at.dialect.rules.written_integers)

    def _forget(self, direction: Direction | None, lexical: bool) -> None:
        """Drop what was compiled and proved, once it is much; its answers stay.

        Twice as much may come together next time: what a few questions fill again they share.
        """
        reading = self._readings[direction, lexical]
        if len(reading.solver.universe.nodes) > self._most_nodes:
            del self._readings[direction, lexical]
            reading.close()
            self._most_nodes *= 2

    def _reading(self, direction: Direction | None, lexical: bool) -> Reading:
        name = (direction, lexical)
        if name not in self._readings:
            options = self.options.towards(direction)
            self._readings[name] = Reading(options, self._sources, lexical, self.met, self._room)
        return self._readings[name]


@contextmanager
def _deep_stack() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
