"""Objects: members by name, by pattern and all the rest, counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from contracts.lean_dataclasses import dataclass, field
from contracts.schema.evaluate import in_class
from contracts.schema.nodes import NameClass, Node, Op
from contracts.schema.results import (
    EMPTY,
    Empty,
    Found,
    Reason,
    Result,
    Undecided,
    because,
    better,
)
from contracts.schema.signatures import Signature, signatures
from contracts.schema.values import Kind
from contracts.verdict import Json

if TYPE_CHECKING:
    from contracts.schema.solve import Solver

_MOST_MEMBERS = 2_000

Slot = tuple[str, Signature | None, int]
"""A member: its name, or for unmentioned names the signature and a number."""


@dataclass(slots=True)
class Obligation:
    """Some member of a class must exist, with a value and a name as demanded."""

    names: NameClass
    literal: int
    value: int | None = None
    name: int | None = None


@dataclass(slots=True)
class Objects:
    """What the literals of a branch say."""

    members: dict[str, dict[int, int]] = field(default_factory=dict)
    """Goals of a member's value, each with the literal that says so."""
    classes: list[tuple[NameClass, int, int]] = field(default_factory=list)
    required: dict[str, int] = field(default_factory=dict)
    """Names that must be there, each with a literal that says so."""
    asked: dict[str, None] = field(default_factory=dict)
    """Required with a value that the other side would not have: the first to fail."""
    absent: dict[str, int] = field(default_factory=dict)
    names: dict[int, int] = field(default_factory=dict)
    """Goals of every name, each with its literal."""
    counts: list[int] = field(default_factory=list)
    obligations: list[Obligation] = field(default_factory=list)
    least: int = 0
    most: int | None = None


def _gather(signed: list[tuple[Node, bool]]) -> Objects:
    found = Objects()
    for node, positive in signed:
        op, args = node.op, node.args
        literal = node.id if positive else -node.id
        if op is Op.MEMBER:
            goals = found.members.setdefault(args[0], {})
            goals[args[1].id if positive else -args[1].id] = literal
            if not positive:
                found.asked[args[0]] = None
                found.required[args[0]] = literal
        elif op is Op.MEMBERS and positive:
            found.classes.append((args[0], args[1].id, literal))
        elif op is Op.MEMBERS:
            found.obligations.append(Obligation(args[0], literal, value=-args[1].id))
        elif op is Op.REQUIRED and positive:
            found.required.setdefault(args[0], literal)
        elif op is Op.REQUIRED:
            found.absent[args[0]] = literal
        elif op is Op.NAMES and positive:
            found.names[args[0].id] = literal
        elif op is Op.NAMES:
            found.obligations.append(Obligation(NameClass(), literal, name=-args[0].id))
        elif op is Op.MIN_MEMBERS or op is Op.MAX_MEMBERS:
            found.counts.append(literal)
            _count(found, op is Op.MIN_MEMBERS, args[0], positive)
    return found


def _count(found: Objects, lower: bool, bound: int, positive: bool) -> None:
    if lower == positive:
        found.least = max(found.least, bound if positive else bound + 1)
    else:
        most = bound if positive else bound - 1
        found.most = most if found.most is None else min(found.most, most)


def decide(solver: Solver, signed: list[tuple[Node, bool]]) -> Result:
    """An object for which the literals hold."""
    return _Builder(solver, _gather(signed)).decide()


class _Builder:
    def __init__(self, solver: Solver, objects: Objects) -> None:
        self.solver = solver
        self.objects = objects
        self.mentioned = self._mentioned()
        self.patterns = sorted({pattern for names in self._classes() for pattern in names.patterns})
        self.signatures: list[Signature] = []
        self.doubts: set[Reason] = set()
        self._goals: dict[
            tuple[str, Signature | None], tuple[dict[int, list[int]], frozenset[str]]
        ] = {}

    def _classes(self) -> Iterator[NameClass]:
        yield from (names for names, _, _ in self.objects.classes)
        yield from (obligation.names for obligation in self.objects.obligations)

    def _mentioned(self) -> dict[str, None]:
        objects = self.objects
        found = dict.fromkeys(objects.members)
        found.update(objects.required)
        found.update(dict.fromkeys(sorted(objects.absent)))
        for names in self._classes():
            found.update(dict.fromkeys(sorted(names.other_names)))
        return found

    def decide(self) -> Result:
        objects = self.objects
        complete = True
        if objects.most is not None and objects.least > objects.most:
            return EMPTY.because_of(frozenset(objects.counts))
        for name, literal in objects.required.items():
            if name in objects.absent:
                return EMPTY.because_of(frozenset((literal, objects.absent[name])))
        if objects.obligations or objects.least:
            self.signatures, complete = signatures(tuple(self.patterns))
        if len(objects.required) > _MOST_MEMBERS or objects.least > _MOST_MEMBERS:
            return because("minProperties", f"objects of more than {_MOST_MEMBERS} members")
        result = self._assign(0, {})
        if self.doubts and isinstance(result, Empty):
            return Undecided(frozenset(self.doubts))
        if not complete and isinstance(result, Empty):
            return because("patternProperties", "more patterns than are told apart")
        return result

    # -- what a slot must satisfy

    def goals(
        self, name: str, signature: Signature | None
    ) -> tuple[dict[int, list[int]], frozenset[str]]:
        """The goals for a member's value with their literals, and the policies behind them."""
        where = (name, signature)
        known = self._goals.get(where)
        if known is None:
            wanted: dict[int, list[int]] = {}
            if signature is None:
                own = self.objects.members.get(name, {})
                wanted = {goal: [literal] for goal, literal in own.items()}
            assumed: set[str] = set()
            for names, goal, literal in self.objects.classes:
                inside = self._inside(names, name, signature)
                if inside:
                    wanted.setdefault(goal, []).append(literal)
                    if literal in self.solver.assumption_of:
                        assumed.add(self.solver.assumption_of[literal])
                elif inside is None:
                    self._doubt(names)
            known = (wanted, frozenset(assumed))
            self._goals[where] = known
        return known

    def _inside(self, names: NameClass, name: str, signature: Signature | None) -> bool | None:
        if signature is None:
            return in_class(names, name)
        wanted = ({names.pattern} if names.pattern is not None else set()) | set(names.also)
        return wanted <= signature and not signature & set(names.other_patterns)

    def _doubt(self, names: NameClass) -> None:
        self.doubts.add(("patternProperties", f"names matching {names.patterns}", ""))

    def _value(self, slot: Slot, extra: frozenset[int]) -> Result:
        """A value for the slot, and for mentioned names whether the name is allowed at all.

        That there is none is put down to literals; ``extra`` goals are not among them.
        """
        name, signature, _ = slot
        wanted, assumed = self.goals(name, signature)
        result = self.solver.solve(extra.union(wanted))
        if not isinstance(result, Empty):
            return result
        policies = assumed if self.solver.universe.false.id in wanted else frozenset[str]()
        guilty: set[int] = set()
        for goal in wanted if result.core is None else result.core:
            guilty.update(wanted.get(goal, ()))
        return Empty(policies | result.assumptions, frozenset(guilty))

    def _name_allowed(self, slot: Slot, demand: frozenset[int]) -> Result:
        """The member's name: fixed, or one of the signature's that meets the demand."""
        name, signature, number = slot
        universe = self.solver.universe
        wanted = [*self.objects.names, *demand]
        said = frozenset(self.objects.names.values())
        if signature is None:
            if name in self.objects.absent:
                return EMPTY.because_of(frozenset({self.objects.absent[name]}))
            answers = [self.solver.evaluator.signed(goal, name) for goal in wanted]
            if False in answers:
                return EMPTY.because_of(said)
            return because("propertyNames", f"{name!r}") if None in answers else Found(name)
        wanted.append(universe.types(Kind.STRING).id)
        for pattern in self.patterns:
            atom = universe.atom(Op.PATTERN, pattern).id
            wanted.append(atom if pattern in signature else -atom)
        if self.mentioned:
            wanted.append(-universe.enum(self.mentioned).id)
        found, result = self.solver.values_of(wanted, number + 1)
        if len(found) > number:
            return Found(_readable(found[number], self, wanted) if number == 0 else found[number])
        if isinstance(result, Empty):
            return result.because_of(said if number == 0 else None)
        return result

    # -- who exists

    def _assign(
        self, index: int, chosen: dict[Slot, tuple[frozenset[int], frozenset[int]]]
    ) -> Result:
        """Give every obligation a member, then build the object."""
        if index == len(self.objects.obligations):
            return self._build(chosen)
        self.solver.step()
        obligation = self.objects.obligations[index]
        guilty = (obligation.literal, *self.objects.absent.values())
        best: Result = EMPTY.because_of(frozenset(guilty))
        for slot in self._slots(obligation.names, chosen):
            values, names = chosen.get(slot, (frozenset[int](), frozenset[int]()))
            if obligation.value is not None:
                values |= {obligation.value}
            if obligation.name is not None:
                names |= {obligation.name}
            result: Result = self._value(slot, values)
            if not isinstance(result, Empty):
                named = self._name_allowed(slot, names)
                if isinstance(named, Empty):
                    result = named
                else:
                    result = self._assign(index + 1, {**chosen, slot: (values, names)})
            if isinstance(result, Found) and result.exact:
                return result
            if slot in chosen and isinstance(result, Empty):
                result = result.because_of(None)  # also for what was laid upon it before
            best = better(best, result)
        return best

    def _slots(self, names: NameClass, chosen: Mapping[Slot, object]) -> Iterator[Slot]:
        """Where an obligation may be met: members already chosen, mentioned, then new names."""
        for slot in chosen:
            if self._inside(names, slot[0], slot[1]) is not False:
                yield slot
        for name in self.mentioned:
            if (name, None, 0) in chosen or name in self.objects.absent:
                continue
            inside = in_class(names, name)
            if inside is None:
                self._doubt(names)
            if inside:
                yield (name, None, 0)
        for signature in self.signatures:
            if self._inside(names, "", signature):
                number = sum(slot[1] == signature for slot in chosen)
                yield ("", signature, number)

    def _build(self, chosen: dict[Slot, tuple[frozenset[int], frozenset[int]]]) -> Result:
        slots: dict[Slot, tuple[frozenset[int], frozenset[int]]] = {
            (name, None, 0): (frozenset(), frozenset())
            for name in (*self.objects.asked, *self.objects.required)
        }
        slots.update(chosen)
        if self.objects.most is not None and len(slots) > self.objects.most:
            return EMPTY.because_of(None)
        value: dict[str, Json] = {}
        reasons: set[Reason] = set(self.doubts)
        for slot, (values, names) in slots.items():
            trouble = self._put(value, slot, values, names, reasons)
            if isinstance(trouble, Empty):
                return self._put_down(trouble, slot, chosen)
            if trouble is not None:
                return trouble
        if len(value) < self.objects.least:
            trouble = self._fill(value, slots, reasons)
            if isinstance(trouble, Empty):
                return trouble.because_of(None)
            if trouble is not None:
                return trouble
        return Found(self._ordered(value), frozenset(reasons))

    def _put_down(self, trouble: Empty, slot: Slot, chosen: Mapping[Slot, object]) -> Empty:
        """Why a member that must be there cannot be: also because it must."""
        if trouble.core is None or slot in chosen:
            return trouble.because_of(None)
        there = self.objects.required[slot[0]]
        forced = any(literal in trouble.core for literal in self._askers(slot[0]))
        return trouble if forced else trouble.because_of(trouble.core | {there})

    def _askers(self, name: str) -> Iterator[int]:
        """Literals that ask for a member by what its value must not be."""
        return (literal for literal in self.objects.members.get(name, {}).values() if literal < 0)

    def _put(
        self,
        value: dict[str, Json],
        slot: Slot,
        values: frozenset[int],
        names: frozenset[int],
        reasons: set[Reason],
    ) -> Result | None:
        """Add one member; what stands in the way, if anything."""
        named = self._name_allowed(slot, names)
        if isinstance(named, Empty):
            return named
        found = self._value(slot, values)
        if not isinstance(found, Found):
            return found
        if isinstance(named, Undecided) and slot[1] is not None:
            return named
        reasons |= found.reasons | named.reasons
        value[named.value if isinstance(named, Found) else slot[0]] = found.value
        return None

    def _fill(
        self, value: dict[str, Json], slots: Mapping[Slot, object], reasons: set[Reason]
    ) -> Result | None:
        """Add members nobody asked for until there are enough."""
        trouble: Result = EMPTY
        nothing: frozenset[int] = frozenset()
        optional: list[Slot] = [
            (name, None, 0)
            for name in self.mentioned
            if name not in value and name not in self.objects.absent
        ]
        for slot in optional:
            if len(value) >= self.objects.least:
                return None
            problem = self._put(value, slot, nothing, nothing, reasons)
            trouble = trouble if problem is None else better(trouble, problem)
        for signature in self.signatures:
            number = sum(slot[1] == signature for slot in slots)
            while len(value) < self.objects.least:
                self.solver.step()
                problem = self._put(value, ("", signature, number), nothing, nothing, reasons)
                number += 1
                if problem is not None:
                    trouble = better(trouble, problem)
                    break
        return None if len(value) >= self.objects.least else trouble

    def _ordered(self, value: dict[str, Json]) -> dict[str, Json]:
        """Members in the order in which the schemas mention them."""
        # Conjuncts are taken from a stack, so the first property is mentioned last.
        known = {name: value[name] for name in reversed(self.mentioned) if name in value}
        return {**known, **value}


_MEMBER_NAMES = ("note", "extra", "remark", "other", "info")


def _readable(name: str, builder: _Builder, wanted: list[int]) -> str:
    """A word for a name that may be any."""
    for word in _MEMBER_NAMES:
        if word in builder.mentioned:
            continue
        if all(builder.solver.evaluator.signed(goal, word) for goal in wanted):
            return word
    return name
