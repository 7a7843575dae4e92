"""What the gate asks of the candidate itself: published versions, conformance evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from registry.domain import (
    ContractUse,
    Lifecycle,
    Outcome,
    Reason,
    ReasonKind,
    Release,
    Run,
    RunStatus,
    Strictness,
    Version,
)
from registry.services.scene import Scene


def validity(scene: Scene) -> Iterator[Reason]:
    """What the candidates provide must be published, and not retired."""
    for release in scene.candidates:
        for use in release.provides:
            version = scene.version(use)
            text, step, code = "", "", ""
            if version is None:
                code = "version-missing"
                text = f"{use.contract} {use.number} is not published"
                step = f"publish {use.contract} {use.number}"
            elif version.branch:
                code = "not-released"
                text = f"{use.contract} {use.number} is only proposed (branch {version.branch})"
                step = f"publish {use.contract} {use.number} as a release"
            elif version.lifecycle is Lifecycle.RETIRED:
                code = "version-retired"
                text = f"{use.contract} {use.number} is retired"
                step = "move to a version that is active"
            if code:
                yield Reason(
                    ReasonKind.VALIDITY,
                    Outcome.BLOCKED,
                    code,
                    f"{release.system} {release.version} provides {text}",
                    contract=use.contract,
                    provider=release.system,
                    provider_version=release.version,
                    new_version=use.number,
                    owner=scene.owner(use.contract),
                    next_step=step,
                )


def evidence(scene: Scene) -> Iterator[Reason]:
    """Fresh, matching, passing: one reason per provided contract and suite."""
    for release in scene.candidates:
        for use in release.provides:
            version = scene.version(use)
            policy = scene.policy(use.contract)
            if version is None or not policy.asks_evidence:
                continue
            runs = [
                run
                for run in scene.evidence.get(version.content_sha256, ())
                if (run.system, run.system_version) == (release.system, release.version)
            ]
            for suite in policy.evidence_suites or ("",):
                matching = [run for run in runs if not suite or run.suite == suite]
                yield _judge(scene, release, use, version, suite, matching)


def _judge(
    scene: Scene,
    release: Release,
    use: ContractUse,
    version: Version,
    suite: str,
    runs: Sequence[Run],
) -> Reason:
    what = f"{release.system} {release.version} keeps {use.contract} {version.number}"
    asked = f"suite {suite}" if suite else "a conformance suite"
    reason = Reason(
        ReasonKind.EVIDENCE,
        Outcome.OK,
        "evidence-passed",
        "",
        contract=use.contract,
        provider=release.system,
        provider_version=release.version,
        new_version=use.number,
        owner=scene.team(release.system),
    )
    step = f"run {asked} against {release.system} {release.version} in a test environment"
    last = max(runs, key=lambda run: (run.finished_at is not None, run.finished_at), default=None)
    if last is None or last.finished_at is None:
        text = f"no run of {asked} shows that {what}"
        return _missing(
            replace(reason, code="evidence-missing", message=text, next_step=step), scene
        )
    reason = replace(reason, run=last.id)
    if last.status is RunStatus.FAILED:
        count = last.failures_count
        text = (
            f"run {last.id} found {count} failure{'s' * (count != 1)}: it does not show that {what}"
        )
        mend = f"mend the failures of run {last.id} and run {asked} again"
        return replace(
            reason, outcome=Outcome.BLOCKED, code="evidence-failed", message=text, next_step=mend
        )
    age = scene.at - last.finished_at
    limit = scene.policy(use.contract).evidence_max_age
    if limit is not None and age > limit:
        text = f"run {last.id} shows that {what}, but is {age.days} days old (at most {limit.days})"
        return _missing(replace(reason, code="evidence-stale", message=text, next_step=step), scene)
    return replace(reason, message=f"run {last.id} of {asked} shows that {what}")


def _missing(reason: Reason, scene: Scene) -> Reason:
    if scene.policy(reason.contract).evidence_missing is Strictness.BLOCK:
        return replace(reason, outcome=Outcome.UNKNOWN)
    note = f"; {scene.environment.id} lets that pass"
    return replace(reason, message=reason.message + note)
