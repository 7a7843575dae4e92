"""Lint: does a contract keep the rules of the house?"""

from __future__ import annotations

from contracts.documents import Document
from contracts.governance.estate import Estate
from contracts.governance.rulebook import LintPolicy, policies
from contracts.governance.sidecar import Sidecar
from contracts.governance.subject import Subject
from contracts.lean_dataclasses import dataclass
from contracts.verdict import Level, Place


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One rule broken in one place, and what mends it."""

    policy: str
    level: Level
    message: str
    mend: str
    place: Place


def lint(
    document: Document | None,
    sidecar: Sidecar | None = None,
    *,
    sidecar_document: Document | None = None,
    estate: Estate | None = None,
) -> tuple[LintFinding, ...]:
    """Hold a document and its sidecar against every policy; either may be missing.

    Heaviest first, then by place. With ``sidecar_document`` findings in the sidecar have lines;
    with ``estate`` names of teams, systems and regions are looked up.
    """
    subject = Subject(document, sidecar, sidecar_document, estate)
    found = [finding for rule in policies() for finding in _held_against(subject, rule)]
    order = list(Level)
    found.sort(key=lambda item: (order.index(item.level), item.place.source or ""))
    return tuple(found)


def _held_against(subject: Subject, rule: LintPolicy) -> list[LintFinding]:
    found = []
    for complaint in rule.check(subject):
        source = subject.sidecar_document if complaint.sidecar else subject.document
        place = Place(
            complaint.pointer,
            source.line(complaint.pointer) if source is not None else None,
            source.name if source is not None else None,
        )
        mend = complaint.mend or rule.mend
        found.append(LintFinding(rule.id, rule.level, complaint.message, mend, place))
    return found
