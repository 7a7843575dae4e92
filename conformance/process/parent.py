"""The parent's side: starts the child, gives it its job, hears it, and never leaves it behind."""

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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import conformance

STARTUP = 30.0
"""Seconds the child may take before its first event."""
SILENCE_AFTER_BUDGET = 15.0
"""Seconds beyond its time budget after which a run is ended by force."""
CANCEL_GRACE = 1.4
"""Seconds between asking a run to stop and ending it: cancelling takes less than two."""


@dataclass(frozen=True, slots=True)
class Caps:
    """What the child process may use: bytes of address space, seconds of CPU above its budget."""

    memory: int = 3 << 30
    cpu_slack: int = 60


class Follower(Protocol):
    """Who is told how a child ended."""

    cancelled: bool

    def interrupted(self, why: str) -> None:
        """It was ended by force, or we were."""

    def ended(self, status: int) -> None:
        """It closed its line; a negative status is a signal."""


@contextlib.contextmanager
def child(module: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process running ``module`` in an empty directory; gone with its whole group afterwards."""
    home = str(Path(conformance.__file__).resolve().parent.parent)
    path = os.pathsep.join(p for p in (home, os.environ.get("PYTHONPATH", "")) if p)
    with tempfile.TemporaryDirectory(prefix="interlock-run-") as directory:
        process = subprocess.Popen(
            [sys.executable, "-m", module],
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


def give(process: subprocess.Popen[bytes], job: Mapping[str, Any]) -> None:
    """Write the job; a child that is gone already is noticed by who follows it."""
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(json.dumps(job, default=str).encode() + b"\n")
        process.stdin.flush()


def follow(
    process: subprocess.Popen[bytes], budget: float, cancel: threading.Event, follower: Follower
) -> Iterator[dict[str, Any]]:
    """The child's events until it ends, is cancelled, or is out of time (``budget``, seconds)."""
    assert process.stdout is not None
    fd = process.stdout.fileno()
    force_at = time.monotonic() + STARTUP + budget + SILENCE_AFTER_BUDGET
    asked_to_stop = False
    buffer = b""
    while True:
        moment = time.monotonic()
        if cancel.is_set() and not asked_to_stop:
            asked_to_stop = True
            follower.cancelled = True
            _signal(process, signal.SIGTERM)
            force_at = moment + CANCEL_GRACE
        if moment > force_at:
            if not asked_to_stop:
                follower.interrupted("the run did not end within its time budget")
            return
        ready, _, _ = select.select([fd], [], [], 0.1)
        if not ready:
            continue
        chunk = os.read(fd, 1 << 16)
        if not chunk:
            follower.ended(process.wait(5))
            return
        *lines, buffer = (buffer + chunk).split(b"\n")
        for line in lines:
            yield json.loads(line)


def _environment(path: str) -> dict[str, str]:
    """A small environment: no proxy, no schemathesis or hypothesis settings, no secrets."""
    kept = {n: os.environ[n] for n in ("PATH", "HOME", "LANG", "SYSTEMROOT") if n in os.environ}
    cache = _cache()
    remembered = {"HYPOTHESIS_STORAGE_DIRECTORY": cache} if cache else {}
    return {**kept, **remembered, "PYTHONPATH": path, "PYTHONHASHSEED": "0", "NO_PROXY": "*"}


def _cache() -> str | None:
    """Where tables of characters are kept from run to run; building them costs a second of CPU."""
    with contextlib.suppress(OSError, RuntimeError):
        home = os.environ.get("XDG_CACHE_HOME")
        root = Path(home) if home else Path.home() / ".cache"
        directory = root / "interlock" / "hypothesis"
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.access(directory, os.W_OK):
            return str(directory)
    return None


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
