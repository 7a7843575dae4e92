"""One run, carried out by several processes side by side; the parent's side."""

from __future__ import annotations

import contextlib
import queue
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.process import child, follow, give

MODULE = "conformance.http.worker"
ENDS_ALL = frozenset({"login lost", "target gone", "target hangs", "no token"})
"""Reasons of one process that hold for all."""
_LOOK = 0.2


@dataclass(slots=True)
class _Member:
    """One process: how many barriers it has reached and passed, and how it ended."""

    number: int
    process: subprocess.Popen[bytes]
    cancelled: bool = False
    reached: int = 0
    passed: int = 0
    gone: bool = False
    trouble: str = ""

    def interrupted(self, why: str) -> None:
        """It was ended by force."""
        self.trouble = self.trouble or why

    def ended(self, status: int) -> None:
        """It closed its line."""
        if status and not self.trouble:
            self.trouble = (
                f"the generator was ended by signal {-status} (out of memory or CPU time?)"
                if status < 0
                else f"the generator ended with status {status} before it had finished"
            )


def carry_out(
    jobs: Sequence[Mapping[str, Any]], budget: float, cancel: threading.Event
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The events of all processes, each with the number of its process.

    After the last stage one process after the other asks its probes, so that none changes what
    another one reads. A process that dies without a last word gives an event ``lost``.
    """
    heard: queue.SimpleQueue[tuple[_Member, dict[str, Any] | None]] = queue.SimpleQueue()
    halt = threading.Event()
    with contextlib.ExitStack() as stack:
        members = [
            _Member(number, stack.enter_context(child(MODULE))) for number in range(len(jobs))
        ]
        stack.callback(halt.set)
        for member, job in zip(members, jobs, strict=True):
            give(member.process, job)
            threading.Thread(
                target=_listen, args=(member, budget, halt, heard), daemon=True
            ).start()
        stages = len(jobs[0]["stages"])
        while not all(m.gone for m in members):
            if cancel.is_set():
                halt.set()
            with contextlib.suppress(queue.Empty):
                yield from _hear(*heard.get(timeout=_LOOK), halt)
            _let_go(members, stages)


def _listen(member: _Member, budget: float, halt: threading.Event, heard: Any) -> None:
    try:
        for event in follow(member.process, budget, halt, member):
            heard.put((member, event))
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        member.interrupted(f"a process of the run was lost: {error}")
    finally:
        heard.put((member, None))


def _hear(
    member: _Member, event: dict[str, Any] | None, halt: threading.Event
) -> Iterator[tuple[int, dict[str, Any]]]:
    if event is None:
        member.gone = True
        yield member.number, {"event": "lost", "trouble": member.trouble}
    elif event["event"] == "ready":
        member.reached += 1
    else:
        if event["event"] == "finished" and event["stopped"] in ENDS_ALL:
            halt.set()
        yield member.number, event


def _let_go(members: Sequence[_Member], stages: int) -> None:
    """Open a barrier when all are there; the last one only for one at a time."""
    alive = [m for m in members if not m.gone]
    waiting = [m for m in alive if m.reached > m.passed]
    if not waiting:
        return
    step = waiting[0].passed + 1
    if any(m.reached < step for m in alive):
        return
    if step == stages:
        if any(m.passed == stages for m in alive):
            return  # one is asking its probes
        waiting = waiting[:1]
    for member in waiting:
        member.passed = step
        assert member.process.stdin is not None
        with contextlib.suppress(BrokenPipeError, OSError, ValueError):
            member.process.stdin.write(b"go\n")
            member.process.stdin.flush()
