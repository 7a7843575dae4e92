"""From "not contained" to every independent cause: which keyword, where, on both sides.

A *station* is a spot in the data: what the writer lets through there (goals) against one schema
of the reader. It is examined once for a whole comparison: its failing keywords, and the stations
its failing subschemas lead to. So a component that many operations share, or that contains
itself, is examined once, and a changed one is reached on a shortest way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

from contracts.lean_dataclasses import replace
from contracts.schema.alternatives import Alternatives
from contracts.schema.compiler import Child, Compiler, Part
from contracts.schema.evaluate import in_class
from contracts.schema.locations import Location
from contracts.schema.nodes import Node, Op
from contracts.schema.results import BudgetSpent, Empty, Found
from contracts.schema.search import Branch, Search
from contracts.schema.solve import Goals, Solver
from contracts.schema.stations import Case, Cause, Failure, Station
from contracts.schema.values import Kind
from contracts.verdict import Json

_MOST_CASES = 16
_MOST_STATIONS = 20_000
_DEEPEST = 60
_MOST_FAILURES = 400
_MOST_PASSED = 20


_Name = tuple[Goals, Any]
"""A station: what the writer lets through, and the identity of the reader's schema."""
_Way = tuple[Child, _Name]


_NOWHERE: Any = object()


class Descent:
    """Examines stations and remembers them."""

    def __init__(self, reader: Compiler, solver: Solver) -> None:
        self.reader = reader
        self.solver = solver
        self._search: Search = solver.search
        self._stations: dict[_Name, Station] = {}
        self._led: set[_Name] = set()
        self._unfinished = False
        self._meant = Alternatives(reader, solver.universe)
        self._arrivals: dict[_Name, list[_Way]] = {}
        self._routes: dict[Failure, dict[_Name, _Way | None]] = {}
        self._reaching: dict[_Name, dict[Failure, None]] = {}
        self._owners: dict[Failure, _Name] = {}
        self._ordinals: dict[Failure, int] = {}
        self._values: dict[tuple[Failure, _Name], Found | None] = {}
        self._passed: dict[Goals, list[Json]] = {}
        """Values that the writer lets through, some for each goals that were asked about."""
        self._cases: dict[tuple[Goals, Kind], list[Case]] = {}

    def causes(self, goals: Goals, at: Location) -> Iterator[Cause]:
        """Every failure that can be reached from a spot, by a shortest way."""
        root = (goals, at.identity)
        spent: BudgetSpent | None = None
        try:
            self._explore(root, at)
        except BudgetSpent as error:  # what is known by now can still be shown
            spent = error
            self.solver.grant_more()
        for failure in sorted(self._reaching.get(root, ()), key=self._ordinals.__getitem__):
            path = self._path(root, self._routes[failure])
            if path is not None:
                owner = self._owners[failure]
                yield Cause(failure, path, owner[0])
        if spent is not None:
            raise spent

    def _path(self, start: _Name, ways: dict[_Name, _Way | None]) -> tuple[Child, ...] | None:
        found: list[Child] = []
        here = start
        while True:
            way = ways.get(here, _NOWHERE)
            if way is None:
                return tuple(found)
            if way is _NOWHERE or len(found) > _DEEPEST:
                return None
            found.append(way[0])
            here = way[1]

    def witness(self, cause: Cause, root: Goals, at: Location) -> Found | None:
        """A value of the root that fails there, around the value found for the next station.

        None where the parts do not fit together so easily; :meth:`Cause.whole` is then asked.
        """
        ways = self._routes[cause.failure]
        chain: list[_Name] = [(root, at.identity)]
        while (cause.failure, chain[-1]) not in self._values:
            way = ways[chain[-1]]
            if way is None:
                break
            chain.append(way[1])
        for name in reversed(chain):
            if (cause.failure, name) not in self._values:
                self._values[cause.failure, name] = self._around(cause.failure, name)
        return self._values[cause.failure, chain[0]]

    def _around(self, failure: Failure, name: _Name) -> Found | None:
        way = self._routes[failure][name]
        if way is None:
            broken = failure.violated
        else:
            inner = self._values[failure, way[1]]
            if inner is None:
                return None
            universe = self.solver.universe
            broken = way[0].wrap(universe.negation(universe.enum([inner.value])))
        result = self.solver.solve(name[0] | {-broken.id})
        return result if isinstance(result, Found) and result.exact else None

    def _explore(self, root: _Name, at: Location) -> None:
        """Examine what was never examined, and lead the ways to all failures through it."""
        waiting: deque[tuple[_Name, Location]] = deque([(root, at)])
        examined: dict[_Name, None] = {}
        try:
            self._walk(waiting, examined)
        finally:  # the budget may end it anywhere: what was examined stays known
            self._unfinished = self._unfinished or bool(waiting)
            if examined:
                edge = dict.fromkeys(examined)
                for name in examined:
                    edge.update(dict.fromkeys(self._inner_names(name)))
                beyond: dict[Failure, deque[_Name]] = {}
                for name in edge:
                    for failure in self._reaching.get(name, ()):
                        beyond.setdefault(failure, deque()).append(name)
                for failure, settled in beyond.items():
                    self._lead(failure, settled)

    def _walk(self, waiting: deque[tuple[_Name, Location]], examined: dict[_Name, None]) -> None:
        met: set[_Name] = {name for name, _ in waiting}
        failures = 0
        while waiting and len(met) <= _MOST_STATIONS and failures < _MOST_FAILURES:
            name, place = waiting[0]
            station = self.station(name[0], place)
            waiting.popleft()
            if name not in self._led:
                examined[name] = None
                failures += len(station.failures)
                self._enlist(name, station)
            elif not self._unfinished:
                continue
            for child, there in station.ways:
                inner = (there, child.at.identity)
                if inner not in met:
                    met.add(inner)
                    waiting.append((inner, child.at))

    def _enlist(self, name: _Name, station: Station) -> None:
        self._led.add(name)
        for failure in station.failures:
            self._routes[failure] = {name: None}
            self._reaching.setdefault(name, {})[failure] = None
            self._owners[failure] = name
            self._ordinals[failure] = len(self._ordinals)
        for child, there in station.ways:
            self._arrivals.setdefault((there, child.at.identity), []).append((child, name))

    def _lead(self, failure: Failure, settled: deque[_Name]) -> None:
        """Extend the ways to one failure backwards from stations that have one."""
        ways = self._routes[failure]
        while settled:
            name = settled.popleft()
            for child, outer in self._arrivals.get(name, ()):
                if outer not in ways:
                    ways[outer] = (child, name)
                    self._reaching.setdefault(outer, {})[failure] = None
                    settled.append(outer)

    def _inner_names(self, name: _Name) -> Iterator[_Name]:
        for child, there in self._stations[name].ways:
            yield (there, child.at.identity)

    def station(self, goals: Goals, at: Location) -> Station:
        """The failures at one spot and the ways further in."""
        name = (goals, at.identity)
        known = self._stations.get(name)
        if known is None:
            known = Station()
            for part in self.reader.compile(at).parts:
                if self._fails(goals, part.node):
                    self._examine(known, goals, at, part)
            self._stations[name] = known
        return known

    def _fails(self, goals: Goals, node: Node) -> bool:
        known = self._passed.setdefault(goals, [])
        if any(self.solver.evaluator.holds(node, value) is False for value in known):
            return True
        if self._members_fit(goals, self.solver.universe.atom_of(node)):
            return False
        result = self.solver.solve(goals | {-node.id})
        if isinstance(result, Found) and result.exact and len(known) < _MOST_PASSED:
            known.append(result.value)
        return not isinstance(result, Empty)

    def _members_fit(self, goals: Goals, atom: Node) -> bool:
        """Whether an atom about one member holds whatever the rest of the object is."""
        if atom.op is not Op.MEMBER:
            return False
        name, wanted = atom.args
        return all(
            isinstance(self.solver.solve(case.member(name) | {-wanted.id}), Empty)
            for case in self._literals(goals, Kind.OBJECT)
        )

    def _examine(self, found: Station, goals: Goals, at: Location, part: Part) -> None:
        if part.kind in ("any", "one", "chosen"):
            self._alternatives(found, goals, at, part)
            return
        ways: list[tuple[Child, Goals]] = []
        if part.kind == "all":
            for child in part.children:
                ways.extend(self._ways(goals, child))
        if ways:
            found.ways.extend(ways)
        else:
            found.failures.append(Failure(at, part, part.node))

    def _ways(self, goals: Goals, child: Child) -> Iterator[tuple[Child, Goals]]:
        if child.in_place:
            inside = goals | {-node.id for node in child.unless}
            if self._fails(inside, self.reader.in_place(child.at)):
                yield child, inside
            return
        node = self.reader.value(child.at)
        for entered, there in dict.fromkeys(self._entered(goals, child)):
            if self._fails(there, node):
                yield entered, there

    # -- alternatives

    def _alternatives(self, found: Station, goals: Goals, at: Location, part: Part) -> None:
        """Look into the alternative that is meant, where that can be told."""
        universe = self.solver.universe
        nodes = [self.reader.in_place(child.at) for child in part.children]
        explained: list[Node] = []
        for child, marks, there in self._meant.meant(goals, part):
            others = [n for n, one in zip(nodes, part.children, strict=True) if one is not child]
            others = list(child.unless) if part.kind == "chosen" else others
            inside = there | {marks.id} | {-node.id for node in others}
            if not self._fails(inside, self.reader.in_place(child.at)):
                continue
            ways = [*self._ways(there, child.meant(universe, marks, others))]
            if ways:
                found.ways.extend(ways)
                explained.append(marks)
        if not explained:
            found.failures.append(Failure(at, part, part.node))
            return
        unexplained = universe.negation(universe.any_of(explained))
        if part.kind in ("one", "chosen"):
            several = part.several if part.several is not None else universe.any_of(nodes)
            unexplained = universe.any_of((several, unexplained))
        rest = universe.any_of((part.node, universe.negation(unexplained)))
        if self._fails(goals, rest):
            found.failures.append(Failure(at, part, rest))

    # -- entering a member or an item

    def _entered(self, goals: Goals, child: Child) -> Iterator[tuple[Child, Goals]]:
        """What the writer lets through inside; too much is no harm, the cause is asked again."""
        if child.step == ".~":
            text = {self.solver.universe.types(Kind.STRING).id}
            for literals in self._literals(goals, Kind.OBJECT):
                named = {n.args[0].id for n, plus in literals.signed if plus and n.op is Op.NAMES}
                yield child, frozenset(named | text)
        elif child.step.startswith("."):
            for literals in self._literals(goals, Kind.OBJECT):
                yield from self._members(literals, child)
        else:
            for literals in self._literals(goals, Kind.ARRAY):
                yield from self._items(literals, child)

    def _members(self, literals: Case, child: Child) -> Iterator[tuple[Child, Goals]]:
        if child.step != ".*":
            yield child, literals.member(child.step[1:])
            return
        if child.names is None:
            return
        universe = self.solver.universe
        mentioned: dict[str, None] = {}
        rest: set[int] = set()
        for node, positive in literals.signed:
            if node.op in (Op.MEMBER, Op.REQUIRED):
                mentioned[node.args[0]] = None
            elif node.op is Op.MEMBERS and positive:
                mentioned.update(dict.fromkeys(sorted(node.args[0].other_names)))
                if not node.args[0].patterns or node.args[0] == child.names:
                    rest.add(node.args[1].id)
        for name in mentioned:
            if in_class(child.names, name):
                wrap = _member_wrap(universe, name)
                entered = replace(child, wrap=wrap, step=f".{name}", names=None)
                yield entered, literals.member(name)
        yield child, frozenset(rest)

    def _items(self, literals: Case, child: Child) -> Iterator[tuple[Child, Goals]]:
        if child.step != "[*]":
            yield child, literals.item(int(child.step[1:-1]))
            return
        if child.start is None:
            return
        universe = self.solver.universe
        ends = [
            n.args[0] + (n.op is Op.ITEM) for n, _ in literals.signed if n.op in (Op.ITEM, Op.ITEMS)
        ]
        last = max([child.start, *ends])
        for index in range(child.start, last):
            wrap = _item_wrap(universe, index)
            entered = replace(child, wrap=wrap, step=f"[{index}]", start=None)
            yield entered, literals.item(index)
        yield child, literals.item(last)

    def _literals(self, goals: Goals, kind: Kind) -> list[Case]:
        """The writer's alternatives at a spot, each as literals of one type."""
        name = (goals, kind)
        known = self._cases.get(name)
        if known is None:
            branch = Branch()
            known = []
            if self._search.extend(branch, goals, kind) is None:
                for case in self._split(branch, kind):
                    known.append(Case(self.solver.universe, case.literals))
            self._cases[name] = known
        return known

    def _split(self, branch: Branch, kind: Kind) -> list[Branch]:
        cases = [branch]
        while True:
            index = next((i for i, case in enumerate(cases) if case.clauses), None)
            if index is None:
                return cases
            case = cases.pop(index)
            clause = min(case.clauses, key=len)
            if len(cases) + len(clause) > _MOST_CASES:
                case.clauses.clear()
                cases.append(case)
                continue
            for ident in clause:
                side = case.without(clause, ident)
                if self._search.extend(side, (ident,), kind) is None:
                    cases.append(side)


def _member_wrap(universe: Any, name: str) -> Any:
    return lambda node: universe.member(name, node)


def _item_wrap(universe: Any, index: int) -> Any:
    return lambda node: universe.item(index, node)
