"""The process that generates traffic: a job on stdin, events as NDJSON on stdout.

It ends by itself when its parent goes away (stdin closes), and within a second of SIGTERM it has
written down what it saw, even while a request hangs.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import Any
from urllib.parse import urlsplit

from conformance.http.operations import operations
from conformance.plan import Suite
from conformance.process.child import Channel, serve

GRACE = 1.0
"""Seconds a cancelled run may take to end by itself."""


def main() -> int:
    """Run the job read from stdin."""
    return serve(_run)


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


if __name__ == "__main__":
    sys.exit(main())
