"""From what rules and the engine saw to findings: one cause, one finding."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from contracts.compatibility.exchanges import Exchange
from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import Change, Rule
from contracts.formats.contract import Element
from contracts.late_patterns import late
from contracts.lean_dataclasses import dataclass, field, replace
from contracts.verdict import Direction, Finding, Level, Place

WEIGHT = {Level.ERROR: 3, Level.UNKNOWN: 2, Level.WARNING: 1, Level.INFO: 0}


def place_of(element: Element | None, below: str = "", at: str | None = None) -> Place | None:
    """Where a finding points on one side; None where that side has nothing."""
    if element is None:
        return None
    found: Place = element.document.place(element.pointer + below if at is None else at)
    return found


def finding_of(rule: Rule, change: Change, pair: Pair, policies: Policies) -> Finding:
    """A rule's change as a finding, the right way round whatever the pair's orientation."""
    missing = pair.counterpart_owner
    old, new = pair.old, pair.new
    if old is None and change.old_at is not None:
        old = missing
    if new is None and change.new_at is not None:
        new = missing
    old_place = place_of(old, change.old, change.old_at)
    new_place = place_of(new, change.new, change.new_at)
    identity = (rule.reverse or rule.id) if pair.swapped else rule.id
    return Finding(
        rule=identity,
        level=policies.level(identity, change.level or rule.level),
        message=change.message,
        direction=pair.any.direction,
        old=new_place if pair.swapped else old_place,
        new=old_place if pair.swapped else new_place,
        witness=change.witness,
        where=(pair.label,),
        advice=change.advice or rule.advice,
        assumptions=change.assumptions,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """One place that a cause reaches: the exchange or operation, and the field of its payload."""

    at: Element | Exchange
    told: str | Callable[[], str | None] | None = None
    """The field, or how to find it: few ask, and there are thousands of places."""

    @property
    def element(self) -> Element:
        """The exchange or operation in the version that is asked about."""
        return self.at.sides[1] if isinstance(self.at, Exchange) else self.at

    @property
    def identity(self) -> int:
        """What is equal for the places in one exchange."""
        if isinstance(self.at, Exchange):
            return self.at.identity
        return id(self.at.parent if _is_inside(self.at) else self.at)

    @property
    def label(self) -> str:
        """The label of an element, or of the exchange that a subschema belongs to."""
        if isinstance(self.at, Exchange) or not _is_inside(self.at):
            return self.at.label
        assert self.at.parent is not None
        return self.at.parent.label

    @property
    def field(self) -> str | None:
        """The field of the payload; None for the whole."""
        return self.told() if callable(self.told) else self.told


_SEEN_OF_MEMBERS = frozenset(
    {"optional-property-removed", "request-property-removed", "property-added"}
)
"""Rules about properties that came or went, to which a break of an open object has more to say."""

MOST_REACHES = 5_000
"""Places remembered for one finding; a change that reaches more reaches everybody."""


@dataclass(slots=True, eq=False)
class Cause:
    """A finding with everything it reaches."""

    finding: Finding
    reaches: list[Reach] = field(default_factory=list)
    labels: dict[str, None] = field(default_factory=dict)

    def result(self) -> Finding:
        """The finding, telling all the places."""
        message = _naming(self.finding.message, tuple(self.labels))
        return replace(self.finding, where=tuple(self.labels), message=message)


class Findings:
    """Collects findings; the same cause seen from another exchange only adds a ``where``."""

    def __init__(self) -> None:
        self._causes: dict[tuple[str, ...], Cause] = {}
        self._members: set[tuple[Direction, str | None, str]] = set()
        self._shown: set[tuple[Direction, str | None, str]] = set()

    def add(self, finding: Finding, reaches: Iterable[Reach]) -> None:
        """Remember a finding, or where else its cause reaches."""
        place = {"open-property-removed": finding.old, "open-property-added": finding.new}.get(
            finding.rule
        )
        if place is not None:
            self._members.add((finding.direction, place.source, place.pointer))
        if finding.witness is not None and finding.new is not None:
            self._shown.add((finding.direction, finding.new.source, finding.new.pointer))
        identity = cause_of(finding)
        cause = self._causes.get(identity)
        if cause is None:
            cause = self._causes[identity] = Cause(finding)
        elif heavier(finding, cause.finding):
            cause.finding = replace(finding, where=cause.finding.where)
        for reach in reaches:
            if len(cause.reaches) < MOST_REACHES:
                cause.reaches.append(reach)
                cause.labels[reach.label] = None

    def tells_of_union(self, finding: Finding) -> bool:
        """Whether the engine has shown already that the alternatives at a place do not fit."""
        stands = finding.new.pointer.removesuffix("/discriminator") if finding.new else ""
        unions = {f"{stands}/oneOf", f"{stands}/anyOf"}
        return any(
            cause.finding.witness is not None
            and cause.finding.direction is finding.direction
            and any(
                place is not None and place.pointer in unions
                for place in (cause.finding.old, cause.finding.new)
            )
            for cause in self._causes.values()
        )

    def tells_of_member(self, finding: Finding) -> bool:
        """Whether it has been told already what becomes of a property that came or went."""
        place = finding.old or finding.new
        return (
            finding.rule in _SEEN_OF_MEMBERS
            and place is not None
            and (finding.direction, place.source, place.pointer) in self._members
        )

    def tells_of_keyword(self, finding: Finding) -> bool:
        """Whether the engine has shown already that values break at the keyword of a finding."""
        at = finding.new
        return at is not None and (finding.direction, at.source, at.pointer) in self._shown

    def causes(self) -> list[Cause]:
        """Heaviest first, then in the order they were seen."""
        return sorted(self._causes.values(), key=lambda cause: -WEIGHT[cause.finding.level])


def _is_inside(element: Element) -> bool:
    """Whether an element stands for a subschema of its parent."""
    return element.kind in {"property", "subschema"} and element.parent is not None


def _naming(message: str, places: tuple[str, ...]) -> str:
    """The message, which names one of the places, also telling how many more there are."""
    if len(places) > 1:
        for place in places:
            if message.startswith((f"{place}:", f"{place} ")):
                told = _PLURAL.sub(_plural, message[len(place) :], count=1)
                return f"{place} and {len(places) - 1} more{told}"
    return message


_PLURAL = late(r"^ (is|was|has) ")


def _plural(found: re.Match[str]) -> str:
    return {"is": " are ", "was": " were ", "has": " have "}[found[1]]


def cause_of(finding: Finding) -> tuple[str, ...]:
    """What makes two findings one: rule, direction and where the change stands."""
    places = (finding.old, finding.new)
    stands = [text for p in places for text in ((p.source or "", p.pointer) if p else ("", "-"))]
    return (finding.rule, finding.direction.value, *stands)


def heavier(one: Finding, other: Finding) -> bool:
    """Whether ``one`` says more than ``other``: a higher level, or a witness at the same."""
    if WEIGHT[one.level] != WEIGHT[other.level]:
        return WEIGHT[one.level] > WEIGHT[other.level]
    return one.witness is not None and other.witness is None
