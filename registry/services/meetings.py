"""Every meeting of a provider with a consumer that a deployment brings about, and its verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from contracts.governance.expectations import Expectation as Use
from contracts.reports import phrases
from contracts.verdict import Finding, Level, Report, Verdict
from registry.domain import Outcome, Reason, ReasonKind, Release, Strictness, Version, WaiverState
from registry.services.comparison import Comparer, Pair, Side, gate_mode
from registry.services.scene import Scene


@dataclass(frozen=True, slots=True)
class Meeting:
    """One consumer, built against ``old``, and one provider that speaks ``new``."""

    kind: ReasonKind
    contract: str
    provider: str
    provider_version: str
    consumer: str
    consumer_version: str
    old: str
    new: str
    old_version: Version | None
    new_version: Version | None
    use: Use

    @property
    def reason(self) -> Reason:
        """A reason with the names filled in."""
        return Reason(
            kind=self.kind,
            outcome=Outcome.OK,
            code="",
            message="",
            contract=self.contract,
            provider=self.provider,
            provider_version=self.provider_version,
            consumer=self.consumer,
            consumer_version=self.consumer_version,
            old_version=self.old,
            new_version=self.new,
        )


def meetings(scene: Scene) -> list[Meeting]:
    """Every one, once."""
    found: dict[tuple[str, ...], Meeting] = {}
    for release in scene.candidates:
        others = [r for r in (*scene.candidates, *scene.around) if r is not release]
        for meeting in (
            *_as_provider(scene, release, others),
            *_as_consumer(scene, release, others),
        ):
            key = (
                meeting.contract,
                meeting.provider,
                meeting.provider_version,
                meeting.consumer,
                meeting.consumer_version,
                meeting.old,
                meeting.new,
            )
            found.setdefault(key, meeting)
    return list(found.values())


def _as_provider(scene: Scene, release: Release, others: Sequence[Release]) -> Iterator[Meeting]:
    for provided in release.provides:
        for other in others:
            stated = [use for use in other.consumes if use.contract == provided.contract]
            for use in stated:
                yield Meeting(
                    ReasonKind.PROVIDES,
                    provided.contract,
                    release.system,
                    release.version,
                    other.system,
                    other.version,
                    use.number,
                    provided.number,
                    scene.version(use),
                    scene.version(provided),
                    scene.use(provided.contract, other.system, use),
                )
            if stated or not _declares(scene, provided.contract, other.system):
                continue
            # it consumes by declaration only: it lives with what is spoken there today
            for today in _spoken_before(scene, release.system, provided.contract):
                yield Meeting(
                    ReasonKind.PROVIDES,
                    provided.contract,
                    release.system,
                    release.version,
                    other.system,
                    other.version,
                    today,
                    provided.number,
                    scene.versions.get((provided.contract, today)),
                    scene.version(provided),
                    scene.use(provided.contract, other.system, None),
                )


def _as_consumer(scene: Scene, release: Release, others: Sequence[Release]) -> Iterator[Meeting]:
    for consumed in release.consumes:
        for other in others:
            for use in other.provides:
                if use.contract == consumed.contract:
                    yield Meeting(
                        ReasonKind.CONSUMES,
                        consumed.contract,
                        other.system,
                        other.version,
                        release.system,
                        release.version,
                        consumed.number,
                        use.number,
                        scene.version(consumed),
                        scene.version(use),
                        scene.use(consumed.contract, release.system, consumed),
                    )


def providers_missing(scene: Scene) -> Iterator[Reason]:
    """What a candidate consumes and nobody would provide there."""
    spoken = {u.contract for r in (*scene.candidates, *scene.around) for u in r.provides}
    for release in scene.candidates:
        for use in release.consumes:
            if use.contract in spoken:
                continue
            blocks = scene.policy(use.contract).unknown is Strictness.BLOCK
            yield Reason(
                ReasonKind.CONSUMES,
                Outcome.BLOCKED if blocks else Outcome.OK,
                "provider-missing",
                f"{release.system} {release.version} consumes {use.contract} {use.number}, and "
                f"nobody provides it in {scene.environment.id}",
                contract=use.contract,
                consumer=release.system,
                consumer_version=release.version,
                old_version=use.number,
                owner=scene.owner(use.contract),
                next_step=f"deploy a provider of {use.contract} there first, or together",
            )


def _declares(scene: Scene, contract: str, system: str) -> bool:
    return any(e.consumer == system for e in scene.expectations.get(contract, ()))


def _spoken_before(scene: Scene, system: str, contract: str) -> Iterable[str]:
    uses = (u for r in scene.before if r.system == system for u in r.provides)
    return sorted({u.number for u in uses if u.contract == contract})


def compared(
    met: Sequence[Meeting], scene: Scene, comparer: Comparer
) -> list[tuple[Meeting, Report | None]]:
    """Each meeting with its comparison; one comparison serves all consumers of two versions."""
    together: dict[tuple[str, str, str, str], dict[str, Use]] = {}
    place: list[tuple[str, str, str, str] | None] = []
    for meeting in met:
        old, new = meeting.old_version, meeting.new_version
        if old is None or new is None or _same(old, new):
            place.append(None)
            continue
        key = (meeting.contract, meeting.old, meeting.new, "")
        if together.get(key, {}).get(meeting.consumer, meeting.use) != meeting.use:
            key = (*key[:3], f"{meeting.consumer} {meeting.consumer_version}")
        together.setdefault(key, {})[meeting.consumer] = meeting.use
        place.append(key)
    sides = {key: meeting for key, meeting in zip(place, met, strict=True) if key is not None}
    pairs = [
        _pair(sides[key], tuple(uses[name] for name in sorted(uses)), scene)
        for key, uses in together.items()
    ]
    reports = dict(zip(together, comparer.reports(pairs), strict=True))
    return [
        (meeting, reports[key] if key is not None else None)
        for key, meeting in zip(place, met, strict=True)
    ]


def _same(old: Version, new: Version) -> bool:
    """Whether two versions say and promise the same."""
    return old.content_sha256 == new.content_sha256 and (
        old.sidecar_sha256 == new.sidecar_sha256 or old.number == new.number
    )


def _pair(meeting: Meeting, uses: tuple[Use, ...], scene: Scene) -> Pair:
    old, new = meeting.old_version, meeting.new_version
    assert old is not None
    assert new is not None
    mode = gate_mode(scene.contracts[meeting.contract])
    return Pair(Side.of(old), Side.of(new), new.format, mode, scene.at.date(), uses)


def judge_meeting(meeting: Meeting, report: Report | None, scene: Scene) -> Reason:
    """The reason that one meeting gives."""
    reason = replace(meeting.reason, owner=scene.owner(meeting.contract))
    if report is None:
        return _without_report(meeting, reason, scene)
    effect = report.consumers.get(meeting.consumer)
    verdict = effect.verdict if effect else report.verdict
    found = [report.findings[at] for at in effect.findings] if effect else list(report.findings)
    weighty = tuple(f for f in found if f.level in {Level.ERROR, Level.UNKNOWN})
    reason = replace(reason, verdict=verdict, findings=weighty)
    if verdict is Verdict.COMPATIBLE:
        text = f"{meeting.consumer} {meeting.consumer_version} fits {_spoken(meeting)}"
        why = f" ({effect.reason})" if effect and effect.reason else ""
        if report.breaking_for_none:
            why += f"; breaking for none: {phrases.knowledge(report.knowledge)}"
        return replace(reason, code="compatible", message=text + why)
    return _not_compatible(meeting, reason, scene)


def _without_report(meeting: Meeting, reason: Reason, scene: Scene) -> Reason:
    if meeting.old == meeting.new or (
        meeting.old_version is not None
        and meeting.new_version is not None
        and _same(meeting.old_version, meeting.new_version)
    ):
        text = f"{meeting.consumer} and {meeting.provider} speak {meeting.contract} {meeting.new}"
        return replace(reason, code="same-version", message=text, verdict=Verdict.COMPATIBLE)
    missing = meeting.old if meeting.old_version is None else meeting.new
    text = f"{meeting.contract} {missing} is not published, so nothing can be compared"
    step = f"publish {meeting.contract} {missing}"
    return _unknown(replace(reason, code="version-missing", message=text, next_step=step), scene)


def _not_compatible(meeting: Meeting, reason: Reason, scene: Scene) -> Reason:
    open_, used, lapsed = _after_waivers(meeting, reason.findings, scene)
    if reason.findings and not open_:
        text = (
            f"{meeting.consumer} {meeting.consumer_version} would break on {_spoken(meeting)}; "
            "that is waived"
        )
        return replace(reason, outcome=Outcome.WAIVED, code="waived", message=text, waivers=used)
    errors = [f for f in open_ if f.level is Level.ERROR]
    if not errors and reason.verdict is not Verdict.BREAKING:
        count = len(open_) or 1
        text = (
            f"whether {meeting.consumer} {meeting.consumer_version} fits {_spoken(meeting)} could "
            f"not be decided in {count} place{'s' * (count != 1)}"
        )
        step = "settle the open questions by hand and record the answer as a waiver"
        found = replace(reason, code="undecided", message=text, next_step=step, waivers=used)
        return _unknown(found, scene)
    count = len(errors) or 1
    text = (
        f"{meeting.consumer} {meeting.consumer_version} (built against {meeting.contract} "
        f"{meeting.old}) breaks on {_spoken(meeting)} in {count} place{'s' * (count != 1)}"
    )
    if lapsed:
        text += f"; waiver {', '.join(lapsed)} no longer counts"
    team = scene.team(meeting.consumer)
    step = (
        f"keep {meeting.contract} {meeting.old} alive beside {meeting.new}, move "
        f"{meeting.consumer} to {meeting.new} first, or have team {team} sign a waiver"
    )
    return replace(
        reason,
        outcome=Outcome.BLOCKED,
        code="waiver-lapsed" if lapsed else "breaks-consumer",
        message=text,
        next_step=step,
        waivers=used,
    )


def _after_waivers(
    meeting: Meeting, findings: Sequence[Finding], scene: Scene
) -> tuple[list[Finding], tuple[str, ...], tuple[str, ...]]:
    """What no waiver covers, the waivers that count, and those that would but do not any more."""
    fitting = [
        w
        for w in scene.waivers
        if (w.contract, w.from_version, w.to_version)
        == (meeting.contract, meeting.old, meeting.new)
        and w.requested_at <= scene.at
    ]
    open_, used, lapsed = [], set(), set()
    for finding in findings:
        covering = [
            w
            for w in fitting
            if w.covers(finding.fingerprint, meeting.consumer, scene.environment.id)
        ]
        active = {w.id for w in covering if w.state(scene.at) is WaiverState.ACTIVE}
        if active:
            used |= active
            continue
        open_.append(finding)
        ended = {WaiverState.EXPIRED, WaiverState.REVOKED}
        lapsed |= {w.id for w in covering if w.state(scene.at) in ended}
    return open_, tuple(sorted(used)), tuple(sorted(lapsed))


def _unknown(reason: Reason, scene: Scene) -> Reason:
    if scene.policy(reason.contract).unknown is Strictness.BLOCK:
        return replace(reason, outcome=Outcome.UNKNOWN)
    note = f"; {scene.environment.id} lets that pass"
    return replace(reason, outcome=Outcome.OK, message=reason.message + note)


def _spoken(meeting: Meeting) -> str:
    provider = f"{meeting.provider} {meeting.provider_version}"
    return f"{meeting.contract} {meeting.new} as {provider} speaks it"
