"""From what rules and the engine saw to findings: one cause, one finding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import Change, Rule
from contracts.formats.contract import Element
from contracts.verdict import Finding, Level, Place

WEIGHT = {Level.ERROR: 3, Level.UNKNOWN: 2, Level.WARNING: 1, Level.INFO: 0}


def place_of(element: Element | None, below: str = "") -> Place | None:
    """Where a finding points on one side; None where that side has nothing."""
    if element is None:
        return None
    found: Place = element.document.place(element.pointer + below)
    return found


def finding_of(rule: Rule, change: Change, pair: Pair, policies: Policies) -> Finding:
    """A rule's change as a finding, the right way round whatever the pair's orientation."""
    old = place_of(pair.old, change.old)
    new = place_of(pair.new, change.new)
    identity = (rule.reverse or rule.id) if pair.swapped else rule.id
    return Finding(
        rule=identity,
        level=policies.level(identity, change.level or rule.level),
        message=change.message,
        direction=pair.any.direction,
        old=new if pair.swapped else old,
        new=old if pair.swapped else new,
        witness=change.witness,
        where=(pair.label,),
        advice=change.advice or rule.advice,
        assumptions=change.assumptions,
    )


@dataclass(slots=True)
class Findings:
    """Collects findings; the same cause seen from another exchange only adds a ``where``."""

    _by_cause: dict[tuple[str, ...], Finding] = field(default_factory=dict)
    _where: dict[tuple[str, ...], dict[str, None]] = field(default_factory=dict)

    def add(self, finding: Finding) -> None:
        """Remember a finding, or where else its cause reaches."""
        cause = cause_of(finding)
        known = self._by_cause.get(cause)
        if known is None or heavier(finding, known):
            self._by_cause[cause] = finding
        self._where.setdefault(cause, {}).update(dict.fromkeys(finding.where))

    def extend(self, findings: Iterable[Finding]) -> None:
        """Add several."""
        for finding in findings:
            self.add(finding)

    def all(self) -> tuple[Finding, ...]:
        """Heaviest first, then in the order they were seen."""
        merged = [
            replace(finding, where=tuple(self._where[cause]))
            for cause, finding in self._by_cause.items()
        ]
        return tuple(sorted(merged, key=lambda finding: -WEIGHT[finding.level]))


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
