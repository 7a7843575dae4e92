"""Runs a suite in its own process: watched, capped, cancellable, and never left behind."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import conformance
from conformance.evidence import Run
from conformance.http.assembly import Assembly
from conformance.http.operations import operations
from conformance.http.reachability import unreachable
from conformance.plan import Safety, Suite, SuiteRefused, refusals
from conformance.plan.classification import restricted_fields
from contracts.verdict import Json

STARTUP = 30.0
"""Seconds the child may take before its first event."""
SILENCE_AFTER_BUDGET = 15.0
"""Seconds beyond its time budget after which a run is ended by force."""
CANCEL_GRACE = 1.4
"""Seconds between asking a run to stop and ending it: cancelling takes less than two."""


class Contract(Protocol):
    """What a run needs of a document (:class:`contracts.documents.Document` has it)."""

    @property
    def data(self) -> Json: ...
    @property
    def name(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    def line(self, pointer: str) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Caps:
    """What the child process may use: bytes of address space, seconds of CPU above its budget."""

    memory: int = 3 << 30
    cpu_slack: int = 60


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
    with _child() as process:
        try:
            _give(process, job)
            for event in _events(process, budget, cancel, assembly):
                assembly.take(event)
                if on_event is not None and event["event"] in _TOLD:
                    kind = event.pop("event")
                    on_event(Progress(kind, event))
        except BaseException:
            assembly.interrupted("the run was interrupted")
            raise


_TOLD = frozenset({"started", "phase", "operation", "failure"})


@contextlib.contextmanager
def _child() -> Iterator[subprocess.Popen[bytes]]:
    """The worker process in an empty directory; gone with its whole group afterwards."""
    home = str(Path(conformance.__file__).resolve().parent.parent)
    path = os.pathsep.join(p for p in (home, os.environ.get("PYTHONPATH", "")) if p)
    with tempfile.TemporaryDirectory(prefix="interlock-run-") as directory:
        process = subprocess.Popen(
            [sys.executable, "-m", "conformance.http.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=directory,
            env=_environment(path),
            start_new_session=True,
        )
        try:
            yield process
        finally:
            _end(process)


def _environment(path: str) -> dict[str, str]:
    """A small environment: no proxy, no schemathesis or hypothesis settings, no secrets."""
    kept = {n: os.environ[n] for n in ("PATH", "HOME", "LANG", "SYSTEMROOT") if n in os.environ}
    return {**kept, "PYTHONPATH": path, "PYTHONHASHSEED": "0", "NO_PROXY": "*"}


def _give(process: subprocess.Popen[bytes], job: Mapping[str, Any]) -> None:
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(json.dumps(job, default=str).encode() + b"\n")
        process.stdin.flush()


def _events(
    process: subprocess.Popen[bytes], budget: float, cancel: threading.Event, assembly: Assembly
) -> Iterator[dict[str, Any]]:
    """The child's events until it ends, is cancelled, or is out of time."""
    assert process.stdout is not None
    fd = process.stdout.fileno()
    started = time.monotonic()
    force_at = started + STARTUP + budget + SILENCE_AFTER_BUDGET
    asked_to_stop = False
    buffer = b""
    while True:
        moment = time.monotonic()
        if cancel.is_set() and not asked_to_stop:
            asked_to_stop = True
            assembly.cancelled = True
            _signal(process, signal.SIGTERM)
            force_at = moment + CANCEL_GRACE
        if moment > force_at:
            if not asked_to_stop:
                assembly.interrupted("the run did not end within its time budget")
            return
        ready, _, _ = select.select([fd], [], [], 0.1)
        if not ready:
            continue
        chunk = os.read(fd, 1 << 16)
        if not chunk:
            assembly.ended(process.wait(5))
            return
        *lines, buffer = (buffer + chunk).split(b"\n")
        for line in lines:
            yield json.loads(line)


def _end(process: subprocess.Popen[bytes]) -> None:
    _signal(process, signal.SIGKILL)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    process.wait(5)


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
