"""Two sidecars of one contract: which promises got weaker, and whom that hurts.

What a document cannot say is promised in ``contract.yaml``: keys, order, delivery, service
levels, windows, the lifecycle. A promise that got weaker breaks whoever said that it needs more
than is left; where nobody said so it is a warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from contracts.compatibility.findings import finding_of
from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import rules_by_kind
from contracts.documents import Document
from contracts.formats.contract import Element
from contracts.governance.expectations import Expectation
from contracts.governance.sidecar import Sidecar, load_sidecar
from contracts.lean_dataclasses import replace
from contracts.verdict import (
    Bump,
    ConsumerVerdict,
    Direction,
    Finding,
    Level,
    Mode,
    Report,
    Verdict,
)

KIND = "promises"
_WEIGHT = {Level.ERROR: 0, Level.UNKNOWN: 1, Level.WARNING: 2, Level.INFO: 3}


def compare_promises(
    old: Document,
    new: Document,
    *,
    policies: Policies | None = None,
    today: date | None = None,
    consumers: Iterable[Expectation] = (),
) -> Report:
    """What the promises of two sidecars mean to the consumers they name.

    ``consumers`` are known from elsewhere: they stand beside, or instead of, those named.

    Raises:
        InvalidContract: one of them is not a sidecar; names the place.
    """
    sidecars = load_sidecar(old), load_sidecar(new)
    users = users_of(*sidecars) | {user.consumer: user for user in consumers}
    before, after = (
        _element(document, sidecar, users)
        for document, sidecar in zip((old, new), sidecars, strict=True)
    )
    assumed = (policies or Policies()).for_format("sidecar").on(today)
    pair = Pair(before, after)
    findings: list[Finding] = []
    reasons: dict[str, dict[int, str]] = {}
    for rule in rules_by_kind("sidecar").get(KIND, ()):
        for change in rule.check(pair, assumed) if rule.check is not None else ():
            finding = replace(
                finding_of(rule, change, pair, assumed), consumers=tuple(change.consumers)
            )
            if finding.rule in assumed.ignored:
                continue
            for name, reason in change.consumers.items():
                reasons.setdefault(name, {})[len(findings)] = reason
            findings.append(finding)
    order = sorted(range(len(findings)), key=lambda index: _WEIGHT[findings[index].level])
    positions = {index: position for position, index in enumerate(order)}
    verdicts = {
        name: replace(_verdict(findings, reasons.get(name, {}), positions), declared=user.declared)
        for name, user in users.items()
    }
    return _report(old, new, [findings[index] for index in order], verdicts)


def with_promises(report: Report, promises: Report) -> Report:
    """One report of a document's comparison and of its sidecar's."""
    shift = len(report.findings)
    consumers = dict(report.consumers)
    for name, added in promises.consumers.items():
        own = consumers.get(name)
        moved = replace(added, findings=tuple(index + shift for index in added.findings))
        consumers[name] = moved if own is None else _together(own, moved)
    return replace(
        report,
        verdict=max((report.verdict, promises.verdict), key=list(Verdict).index),
        findings=(*report.findings, *promises.findings),
        recommended_bump=max(
            (report.recommended_bump, promises.recommended_bump), key=list(Bump).index
        ),
        assumptions=tuple(dict.fromkeys((*report.assumptions, *promises.assumptions))),
        consumers=consumers,
    )


def users_of(old: Sidecar, new: Sidecar) -> dict[str, Expectation]:
    """The consumers by name; what the new sidecar says of one replaces what the old one said."""
    return {user.consumer: user for user in (*old.expectations(), *new.expectations())}


def _together(one: ConsumerVerdict, other: ConsumerVerdict) -> ConsumerVerdict:
    heavier = max((one, other), key=lambda each: list(Verdict).index(each.verdict))
    both = one.verdict is other.verdict and one.verdict is not Verdict.COMPATIBLE
    reason = f"{one.reason}; {other.reason}" if both else heavier.reason
    findings = (*one.findings, *other.findings)
    return ConsumerVerdict(heavier.verdict, findings, reason, one.declared)


def _element(document: Document, sidecar: Sidecar, users: Mapping[str, Expectation]) -> Element:
    return Element(
        kind=KIND,
        key=sidecar.id,
        label=sidecar.id,
        document=document,
        pointer="",
        direction=Direction.CONTRACT,
        facts={"sidecar": sidecar, "users": users},
        names=(sidecar.id,),
    )


def _verdict(
    findings: list[Finding], reasons: dict[int, str], positions: dict[int, int]
) -> ConsumerVerdict:
    hurting = {i: r for i, r in reasons.items() if findings[i].level is Level.ERROR}
    where = tuple(sorted(positions[index] for index in reasons))
    if not hurting:
        return ConsumerVerdict(Verdict.COMPATIBLE, where, "every promise that it needs is kept")
    return ConsumerVerdict(Verdict.BREAKING, where, "; ".join(dict.fromkeys(hurting.values())))


def _report(
    old: Document, new: Document, findings: list[Finding], consumers: dict[str, ConsumerVerdict]
) -> Report:
    levels = {finding.level for finding in findings}
    changed = old.sha256 != new.sha256
    bump = Bump.MINOR if findings else Bump.PATCH if changed else Bump.NONE
    broken = Level.ERROR in levels
    unclear = Verdict.UNKNOWN if Level.UNKNOWN in levels else Verdict.COMPATIBLE
    return Report(
        verdict=Verdict.BREAKING if broken else unclear,
        mode=Mode.DIRECTIONAL,
        format="sidecar",
        findings=tuple(findings),
        recommended_bump=Bump.MAJOR if broken or unclear is Verdict.UNKNOWN else bump,
        old_name=old.name,
        new_name=new.name,
        old_sha256=old.sha256,
        new_sha256=new.sha256,
        assumptions=tuple(dict.fromkeys(a for finding in findings for a in finding.assumptions)),
        consumers=consumers,
    )
