"""Runs a suite in its own process: watched, capped, cancellable, and never left behind."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from conformance.evidence import Contract, Run
from conformance.http.assembly import Assembly
from conformance.http.crew import carry_out
from conformance.http.fence import SWEEP_SECONDS, sandbox_refusals
from conformance.http.groups import shares
from conformance.http.operations import Operation, operations
from conformance.http.reachability import unreachable
from conformance.http.sound import sound
from conformance.plan import Safety, Suite, SuiteRefused, refusals
from conformance.plan.auth import credential
from conformance.plan.classification import restricted_fields
from conformance.process import Caps
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
    if safety.sandbox.asks:
        refused += tuple(sandbox_refusals(suite, safety.sandbox, document.data, tuple(selected)))
    if refused:
        raise SuiteRefused(refused)
    ceiling = safety.rate_ceiling
    if ceiling is not None:
        suite = suite.with_changes(rate_limit=min(suite.rate_limit or ceiling, ceiling))
    signing = credential(suite.auth, document.data, environ)
    certificates = suite.tls.texts(environ)
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
    problem = unreachable(
        target, timeout=min(5.0, suite.request_timeout), certificates=certificates
    )
    if problem:
        return assembly.not_reached(problem, now())
    tested, problems = sound(document.data)
    assembly.document_problems = problems
    watched = bool(suite.states) and "state_transitions" in suite.checks
    shared = shares(suite, tested, _of(tested, selected), together=watched)
    rate = suite.rate_limit / len(shared) if suite.rate_limit else None
    limits = caps or Caps()
    job: dict[str, Any] = {
        "suite": suite.with_changes(rate_limit=rate).to_json(),
        "document": tested,
        "target": target,
        "methods": sorted(safety.allowed_methods & _asked(suite)),
        "credential": signing.to_json(),
        "certificates": certificates,
        "sandbox": safety.sandbox.to_json(),
        "restricted": sorted(restricted | restricted_fields(document.data)),
        "memory": limits.memory,
        "cpu": int(suite.time_budget) + limits.cpu_slack,
        "shared": len(shared) > 1,
    }
    jobs = [
        {**job, "stages": [stage.to_json() for stage in share.stages], "probes": share.probes}
        for share in shared
    ]
    budget = suite.time_budget + (SWEEP_SECONDS if safety.sandbox.cleanup else 0)
    _follow(assembly, jobs, budget, on_event, cancel or threading.Event())
    return assembly.run(now())


def _of(document: dict[str, Json], selected: Sequence[Operation]) -> tuple[Operation, ...]:
    """Those of the selected operations that can be tested."""
    chosen = {o.label for o in selected}
    return tuple(o for o in operations(document) if o.label in chosen)


def _asked(suite: Suite) -> frozenset[str]:
    from conformance.plan.suite import METHODS

    return frozenset(suite.methods if suite.methods is not None else METHODS)


def _follow(
    assembly: Assembly,
    jobs: Sequence[Mapping[str, Any]],
    budget: float,
    on_event: OnEvent | None,
    cancel: threading.Event,
) -> None:
    merged = Merged()
    try:
        for number, event in carry_out(jobs, budget, cancel):
            assembly.take(number, event)
            told = merged.told(number, event)
            if on_event is not None and told is not None:
                on_event(told)
    except BaseException:
        assembly.interrupted("the run was interrupted")
        raise
    finally:
        assembly.cancelled = cancel.is_set()


class Merged:
    """The progress of several processes as that of one run."""

    def __init__(self) -> None:
        self._requests: dict[int, int] = {}
        self._once: set[str] = set()

    def told(self, number: int, event: Mapping[str, Any]) -> Progress | None:
        """What to tell of one event of one process; None for nothing."""
        kind = event["event"]
        data = {name: value for name, value in event.items() if name != "event"}
        if kind in {"started", "phase", "failure"}:
            what = kind + str(data.get("phase", "")) + str(data.get("failure", {}).get("id", ""))
            if what in self._once:
                return None
            self._once.add(what)
        elif kind == "operation":
            self._requests[number] = int(data["requests"])
            data["requests"] = sum(self._requests.values())
        else:
            return None
        return Progress(kind, data)
