"""Replays: findings between two stored versions, sent to both deployments."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from conformance.http import Progress
from conformance.plan import Safety, Suite
from conformance.replay import Deployment, Outcome, replay
from contracts.documents import Document
from contracts.verdict import Finding, Level, Report
from registry.domain import Run, RunStatus
from registry.services.record_run import FinishRun

MOST = 20
"""Findings that are replayed in one run."""


def replay_findings(
    claimed: Run,
    report: Report,
    old: Document,
    new: Document,
    hear: Callable[[Progress], None],
    cancelled: threading.Event,
) -> FinishRun:
    """Replay the findings that a run asks for; its summary holds what was shown.

    Raises:
        SecretMissing: the credential of an endpoint is not there.
    """
    asked: Mapping[str, Any] = claimed.settings["replay"]
    chosen = [f for f in report.findings if _wanted(f, frozenset(asked["findings"]))]
    sides = (old, _deployment(asked["old"])), (new, _deployment(_new(claimed)))
    found = []
    for number, finding in enumerate(chosen[:MOST], 1):
        if cancelled.is_set():
            break
        told = {"phase": "replay", "operation": finding.rule, "requests": number}
        hear(Progress("operation", told))
        done = replay(finding, *sides, values=asked["values"], cancel=cancelled)
        found.append(done)
    shown = sum(one.outcome is Outcome.SHOWN for one in found)
    note = f"{shown} of {len(found)} shown live" if found else "no breaking finding has a payload"
    if len(chosen) > MOST:
        note += f"; {len(chosen) - MOST} more were left out"
    summary = {"replays": [one.to_json() for one in found], "replayed": asked["old"]["version"]}
    return FinishRun(claimed.id, RunStatus.INCONCLUSIVE, summary=summary, note=note)


def _wanted(finding: Finding, names: frozenset[str]) -> bool:
    if finding.level is not Level.ERROR or finding.witness is None:
        return False
    return not names or bool(names & {finding.rule, finding.fingerprint})


def _new(claimed: Run) -> dict[str, Any]:
    return {**claimed.settings, "url": claimed.url, "environment": claimed.environment}


def _deployment(side: Mapping[str, Any]) -> Deployment:
    signing = Suite.from_mapping({name: side[name] for name in ("auth", "tls") if name in side})
    safety = Safety(
        environment=side["environment"],
        production=bool(side["production"]),
        methods=tuple(side["allowed_methods"]),
        hosts=(urlsplit(side["url"]).netloc.rpartition("@")[2],),
        max_rate=side["max_requests_per_second"],
    )
    return Deployment(side["url"], safety, signing.auth, signing.tls)
