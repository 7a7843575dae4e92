"""Runs a suite in its own process: watched, capped, cancellable, and never left behind."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from conformance.evidence import Contract, Run
from conformance.http.assembly import Assembly
from conformance.http.operations import operations
from conformance.http.reachability import unreachable
from conformance.plan import Safety, Suite, SuiteRefused, refusals
from conformance.plan.classification import restricted_fields
from conformance.process import Caps, child, follow, give
from contracts.verdict import Json


@dataclass(frozen=True, slots=True)
class Progress:
    """Something that happened in a run: ``kind`` is started, phase, operation or failure."""

    kind: str
    data: Mapping[str, Json]


OnEvent = Callable[[Progress], None]


def run(
    suite: Suite,
    document: Contract,
    target: str,
    on_event: OnEvent | None = None,
    *,
    safety: Safety | None = None,
    cancel: threading.Event | None = None,
    contract: str = "",
    system: str = "",
    system_version: str = "",
    run_id: str = "",
    restricted: frozenset[str] = frozenset(),
    environ: Mapping[str, str] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    caps: Caps | None = None,
) -> Run:
    """Run a suite against ``target`` and return its evidence; whatever happens there is a Run.

    ``restricted`` are names of JSON fields taken out of everything kept, beside those the
    document classifies so. ``cancel`` ends the run within two seconds.

    Raises:
        SuiteRefused: a safety rule forbids it; nothing was sent.
        SecretMissing: the suite signs in with a secret that is not there.
    """
    safety = safety or Safety()
    known = operations(document.data if isinstance(document.data, dict) else {})
    selected = [o for o in known if suite.selects(o.label, o.operation_id, o.method)]
    refused = refusals(suite, safety, target, [(o.label, o.method) for o in selected])
    if refused:
        raise SuiteRefused(refused)
    ceiling = safety.rate_ceiling
    if ceiling is not None:
        suite = suite.with_changes(rate_limit=min(suite.rate_limit or ceiling, ceiling))
    credentials = suite.auth.headers(environ)
    assembly = Assembly(
        suite=suite,
        document=document,
        target=target,
        environment=safety.environment,
        contract=contract or document.name,
        system=system,
        system_version=system_version,
        run_id=run_id or str(uuid.uuid4()),
        started_at=now(),
    )
    if not selected:
        return assembly.nothing_to_do(now())
    problem = unreachable(target, timeout=min(5.0, suite.request_timeout))
    if problem:
        return assembly.not_reached(problem, now())
    job = {
        "suite": suite.to_json(),
        "document": document.data,
        "target": target,
        "methods": sorted(safety.allowed_methods & _asked(suite)),
        "credentials": credentials,
        "restricted": sorted(restricted | restricted_fields(document.data)),
        "memory": (caps or Caps()).memory,
        "cpu": int(suite.time_budget) + (caps or Caps()).cpu_slack,
    }
    _follow(assembly, job, suite.time_budget, on_event, cancel or threading.Event())
    return assembly.run(now())


def _asked(suite: Suite) -> frozenset[str]:
    from conformance.plan.suite import METHODS

    return frozenset(suite.methods if suite.methods is not None else METHODS)


def _follow(
    assembly: Assembly,
    job: Mapping[str, Any],
    budget: float,
    on_event: OnEvent | None,
    cancel: threading.Event,
) -> None:
    with child("conformance.http.worker") as process:
        try:
            give(process, job)
            for event in follow(process, budget, cancel, assembly):
                assembly.take(event)
                if on_event is not None and event["event"] in _TOLD:
                    kind = event.pop("event")
                    on_event(Progress(kind, event))
        except BaseException:
            assembly.interrupted("the run was interrupted")
            raise


_TOLD = frozenset({"started", "phase", "operation", "failure"})
