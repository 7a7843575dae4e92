"""One run in several processes: the same answer twice, one account, and an end within two seconds."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from conformance.evidence import Outcome, Run
from conformance.http import Caps, Progress, run
from conformance.plan import Safety, Suite
from contracts.documents import from_data
from tests.integration.conformance.test_runner import DOCUMENT, Seen, children, serving


def many(count: int) -> Any:
    item = DOCUMENT["paths"]["/things"]
    paths = dict.fromkeys([f"/things{n}" for n in range(count)], item)
    return from_data({**DOCUMENT, "paths": paths}, name="things.yaml")


def answer(_number: int, handler: Any) -> int:
    """Wrong in one place by chance of the input, and in one always."""
    if handler.path.startswith("/things1?") and handler.command == "GET":
        return 418
    return 500 if handler.path == "/things2" and handler.command == "POST" else 200


def pairs(found: Run) -> set[tuple[str, str, str]]:
    return {(f.check, o, f.cause) for f in found.failures for o in f.operations}


def test_two_runs_of_one_seed_find_the_same() -> None:
    seen = []
    for _ in range(2):
        with serving(Seen(answer)) as url:
            suite = Suite(max_examples=6, seed=7, workers=3)
            seen.append(run(suite, many(4), url))
    first, second = seen
    assert pairs(first) == pairs(second)
    assert ("not_a_server_error", "POST /things2") in {p[:2] for p in pairs(first)}
    assert ("status_code_conformance", "GET /things1") in {p[:2] for p in pairs(first)}
    assert {o.operation for o in first.operations if o.exercised} == {
        f"{m} /things{n}" for m in ("GET", "POST") for n in range(4)
    }


def test_progress_and_account_are_those_of_one_run() -> None:
    told: list[Progress] = []
    server = Seen(answer)
    with serving(server) as url:
        suite = Suite(max_examples=5, workers=3, phases=("coverage", "fuzzing"))
        found = run(suite, many(4), url, told.append)
    assert [t.kind for t in told].count("started") == 1
    assert told[0].data["operations"] == 8
    counts = [t.data["requests"] for t in told if t.kind == "operation"]
    assert counts == sorted(counts)
    assert found.requests >= counts[-1] > 0
    assert found.outcome is Outcome.FAILED
    assert sum(sum(o.statuses.values()) for o in found.operations) <= found.requests
    assert all(o.p95 is not None for o in found.operations if sum(o.statuses.values()) >= 20)
    causes = [t.data["failure"]["id"] for t in told if t.kind == "failure"]
    assert len(causes) == len(set(causes))


def test_all_processes_end_within_two_seconds() -> None:
    cancel = threading.Event()
    asked: list[float] = []
    most: list[int] = []
    before = children()

    def ask(progress: Progress) -> None:
        most.append(len(children() - before))
        going = progress.kind == "operation" and progress.data["requests"] > 10
        if going and not asked:
            asked.append(0.0)
            threading.Timer(0.5, lambda: (asked.append(time.monotonic()), cancel.set())).start()

    server = Seen(lambda _n, _h: 200)
    with serving(server) as url:
        found = run(Suite(max_examples=5000, workers=3), many(6), url, ask, cancel=cancel)
        took = time.monotonic() - asked[1]
        sent = len(server.methods)
        time.sleep(0.3)
        assert len(server.methods) == sent
    assert found.outcome is Outcome.CANCELLED
    assert took < 2.0
    assert max(most) == 3
    assert children() == before
    assert found.requests > 0


def test_the_pace_is_that_of_the_run_not_of_each_process() -> None:
    server = Seen(lambda _n, _h: 200)
    with serving(server) as url:
        suite = Suite(workers=3, phases=("fuzzing",), max_examples=10)
        run(suite, many(3), url, safety=Safety(max_rate=30))
    gaps = [b - a for a, b in zip(server.times, server.times[15:], strict=False)]
    assert len(server.times) > 30
    assert min(gaps) > 0.3, "fifteen requests take half a second at 30 a second"


@pytest.mark.parametrize("workers", [1, 2])
def test_a_cap_holds_for_every_process(workers: int) -> None:
    with serving(Seen(lambda _n, _h: 200)) as url:
        suite = Suite(workers=workers)
        found = run(suite, many(2), url, caps=Caps(memory=60 << 20))
    assert found.outcome is Outcome.ERROR
