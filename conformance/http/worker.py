"""The process that generates traffic: a job on stdin, events as NDJSON on stdout.

It ends by itself when its parent goes away (stdin closes), and within a second of SIGTERM it has
written down what it saw, even while a request hangs.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import sys
import threading
import time
from typing import Any
from urllib.parse import urlsplit

from conformance.http.operations import operations
from conformance.plan import Suite
from contracts.verdict import Json

GRACE = 1.0
"""Seconds a cancelled run may take to end by itself."""


class Channel:
    """The line to the parent: one JSON object per line, never torn."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._lock = threading.Lock()

    def send(self, kind: str, **data: Json) -> None:
        """Write one event; a parent that is gone is no error."""
        line = json.dumps({"event": kind, **data}, default=str) + "\n"
        with self._lock, contextlib.suppress(BrokenPipeError, OSError):
            view = memoryview(line.encode())
            while view:
                view = view[os.write(self._fd, view) :]


def main() -> int:
    """Run the job read from stdin."""
    out = os.dup(1)
    os.dup2(2, 1)  # whatever libraries print must not reach the event stream
    channel = Channel(out)
    line = sys.stdin.buffer.readline()
    if not line:
        return 2
    job = json.loads(line)
    _limit(job)
    _watch_parent()
    try:
        return _run(job, channel)
    except MemoryError:
        channel.send("fatal", title="Out of memory", message="The generator reached its memory cap")
        return 3
    except Exception as error:  # noqa: BLE001 - the edge: a tool error is told, not traced
        channel.send("fatal", title=type(error).__name__, message=str(error)[:2000])
        return 3


def _run(job: dict[str, Any], channel: Channel) -> int:
    from conformance.http.execution import Execution
    from conformance.http.guard import Guard

    suite = Suite.from_mapping(job["suite"])
    document = job["document"]
    url = urlsplit(job["target"])
    port = url.port or (443 if url.scheme == "https" else 80)
    guard = Guard(
        methods=frozenset(job["methods"]),
        addresses=frozenset({(url.hostname or "", port)}),
        max_rate=suite.rate_limit,
    )
    guard.install()
    known = operations(document)
    selected = tuple(o for o in known if suite.selects(o.label, o.operation_id, o.method))
    execution = Execution(
        suite=suite,
        document=document,
        target=job["target"],
        known=known,
        selected=selected,
        credentials=job.get("credentials", {}),
        restricted=frozenset(job.get("restricted", ())),
        guard=guard,
        channel=channel,
    )
    _stop_on_signal(execution)
    execution.run()
    execution.report()
    return 0


def _stop_on_signal(execution: Any) -> None:
    def last_word() -> None:
        time.sleep(GRACE)
        execution.report()
        os._exit(0)

    def stop(_signum: int, _frame: object) -> None:
        execution.stop("cancelled")
        threading.Thread(target=last_word, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _limit(job: dict[str, Any]) -> None:
    memory, cpu = int(job.get("memory", 0)), int(job.get("cpu", 0))
    if memory:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    if cpu:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _watch_parent() -> None:
    def watch() -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stdin.buffer.read()
        os._exit(4)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    sys.exit(main())
