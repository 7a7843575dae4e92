"""The process that reads: a job on stdin, what it saw as NDJSON on stdout.

It ends by itself when its parent goes away, and within a second of SIGTERM it has written down
what it saw, even while a broker or a database hangs.
"""

from __future__ import annotations

import base64
import os
import signal
import sys
import threading
import time
from datetime import UTC, datetime
from typing import Any

from conformance.passive.watch import Watch, open_watch
from conformance.process.child import Channel, serve
from contracts.documents import load
from contracts.errors import ContractError

GRACE = 1.0
"""Seconds a cancelled run may take to end by itself."""
TELL_SECONDS = 0.5
"""Between two reports of progress."""


def main() -> int:
    """Run the job read from stdin."""
    return serve(_run)


def _run(job: dict[str, Any], channel: Channel) -> int:
    documents = [load(base64.b64decode(d["content"]), name=d["name"]) for d in job["documents"]]
    try:
        with open_watch(job, documents) as watch:
            teller = _Teller(watch, channel)
            teller.stop_on_signal()
            teller.read()
    except ContractError as error:
        channel.send("refused", message=str(error))
    return 0


class _Teller:
    def __init__(self, watch: Watch, channel: Channel) -> None:
        self._watch = watch
        self._channel = channel
        self._started = datetime.now(UTC)
        self._taking = threading.Lock()
        self._stopped = threading.Event()
        self._causes = 0

    def read(self) -> None:
        """Take everything, and tell of it every half second."""
        told = time.monotonic()
        try:
            for item in self._watch.items():
                if self._stopped.is_set():
                    break
                with self._taking:
                    self._watch.take(item)
                if time.monotonic() - told >= TELL_SECONDS:
                    self._tell()
                    told = time.monotonic()
            if not self._stopped.is_set():
                with self._taking:
                    self._watch.finish(datetime.now(UTC))
        except ContractError:
            self._send("seen")
            raise
        self._send("finished")

    def stop_on_signal(self) -> None:
        """SIGTERM ends the reading; where it does not come back, what was seen is told anyway."""

        def last_word() -> None:
            time.sleep(GRACE)
            self._send("finished")
            os._exit(0)

        def stop(_signum: int, _frame: object) -> None:
            self._stopped.set()
            threading.Thread(target=last_word, daemon=True).start()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def _tell(self) -> None:
        found = self._watch.progress()
        self._channel.send("messages", **found)
        if found["causes"] != self._causes:
            self._causes = found["causes"]
            self._send("seen")

    def _send(self, kind: str) -> None:
        with self._taking:
            run = self._watch.run(self._started, datetime.now(UTC)).to_json()
        self._channel.send(kind, run=run)


if __name__ == "__main__":
    sys.exit(main())
