"""One way to read both sides of a question: what is compiled, proved and judged under it."""

from __future__ import annotations

from typing import Any

from contracts.schema.closures import Closures
from contracts.schema.compiler import Compiler
from contracts.schema.confirm import confirmed
from contracts.schema.containment import Containment
from contracts.schema.descent import Descent
from contracts.schema.effort import LIMIT, Effort
from contracts.schema.locations import Location
from contracts.schema.nodes import Universe
from contracts.schema.options import Options, Side
from contracts.schema.references import Sources
from contracts.schema.results import SPENT, BudgetSpent, Empty, Found, Result, because
from contracts.schema.sizes import Room
from contracts.schema.solve import Solver
from contracts.schema.translate import has_formats_of_openapi, is_plain
from contracts.schema.union_texts import names_by_depth
from contracts.schema.values import Kind
from contracts.schema.verify import Judge, TooMuch, Unread, Unverifiable, judged
from contracts.verdict import Json, Verdict


class Reading:
    """One way to read both sides: what is compiled and proved under it."""

    def __init__(
        self, options: Options, sources: Sources, lexical: bool, met: set[str], room: Room
    ) -> None:
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
        self.solver = Solver(universe, options.budget, self.writer.hints, room)
        self.solver.assumption_of = self.writer.assumption_of
        self.writer.meter = self.reader.meter = self.solver.look_at_the_clock
        self.descent = Descent(self.reader, self.solver)
        self._judges: dict[tuple[Any, bool], Judge | None] = {}
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
                    Verdict.COMPATIBLE,
                    assumptions=tuple(sorted(result.assumptions)),
                    vacuous=self._is_empty(writer),
                )
            from contracts.schema.explanation import Explanation

            return Explanation(self, writer, reader, goals).explain(result)
        except BudgetSpent:
            return Containment.undecided("budget", reader.place(), SPENT)
        except RecursionError:
            return Containment.undecided("depth", reader.place(), "the schemas are nested too deep")

    def _is_empty(self, writer: Location) -> bool:
        """Whether a writer can write nothing at all."""
        try:
            return isinstance(self.solver.solve({self.writer.value(writer).id}), Empty)
        except (BudgetSpent, RecursionError):
            return False

    def proves(self, writer: Location, reader: Location, seconds: float) -> bool | None:
        """Whether no value of the writer is left to the reader; None if that takes longer."""
        self.solver.start(seconds)
        try:
            goals = {self.writer.value(writer).id, -self.reader.value(reader).id}
            return isinstance(self.solver.solve(frozenset(goals)), Empty)
        except (BudgetSpent, RecursionError):
            return None

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
            return because("budget", SPENT)
        except RecursionError:
            return because("depth", "the schemas are nested too deep")

    def close(self) -> None:
        """Give back what it holds; nothing may be asked of it any more.

        Its parts know each other, so that they would stay until somebody looks for garbage.
        """
        for part in (self.solver.universe, self.solver, self.descent, self.writer, self.reader):
            vars(part).clear()

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
        if not self.solver.room.may_judge(value):
            raise TooMuch("such a value is too long for them, or there were too many in all")
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
            ours = side.asserts_format and has_formats_of_openapi(at.raw)
            judge = None if ours else Judge(at.raw, at.dialect, formats=side.asserts_format)
            self._judges[name] = judge
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
