"""The child's side: the line to the parent, the caps, and an end when the parent goes away."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import resource
import sys
import threading
from collections.abc import Callable
from typing import Any

from contracts.verdict import Json

Work = Callable[[dict[str, Any], "Channel"], int]
"""Does the job, tells of it, gives the exit status."""


class Channel:
    """The line to the parent: one JSON object per line, never torn."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._lock = threading.Lock()
        self.heard: queue.SimpleQueue[str] = queue.SimpleQueue()
        """Lines that the parent wrote after the job."""

    def send(self, kind: str, **data: Json) -> None:
        """Write one event; a parent that is gone is no error."""
        line = json.dumps({"event": kind, **data}, default=str) + "\n"
        with self._lock, contextlib.suppress(BrokenPipeError, OSError):
            view = memoryview(line.encode())
            while view:
                view = view[os.write(self._fd, view) :]


def serve(work: Work) -> int:
    """Do the job read from stdin under its caps; what breaks is told, not traced."""
    out = os.dup(1)
    os.dup2(2, 1)  # whatever libraries print must not reach the event stream
    channel = Channel(out)
    line = sys.stdin.buffer.readline()
    if not line:
        return 2
    job = json.loads(line)
    _limit(job)
    _watch_parent(channel)
    try:
        return work(job, channel)
    except MemoryError:
        channel.send("fatal", title="Out of memory", message="The run reached its memory cap")
        return 3
    except Exception as error:  # noqa: BLE001 - the edge: a tool error is told, not traced
        channel.send("fatal", title=type(error).__name__, message=str(error)[:2000])
        return 3


def _limit(job: dict[str, Any]) -> None:
    memory, cpu = int(job.get("memory", 0)), int(job.get("cpu", 0))
    if memory:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    if cpu:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _watch_parent(channel: Channel) -> None:
    """Hand on what the parent says, and end with it; read past the buffer and its lock."""

    def watch() -> None:
        rest = b""
        with contextlib.suppress(OSError):
            while chunk := os.read(0, 1 << 12):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    channel.heard.put(line.decode())
        os._exit(4)

    threading.Thread(target=watch, daemon=True).start()
