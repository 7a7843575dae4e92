"""Conformance runs: asked for, claimed once, alive, finished once, taken up again."""

from __future__ import annotations

import threading

import pytest

from registry.domain import ANONYMOUS, SYSTEM, Run, RunFailure, RunStatus
from registry.errors import Conflict, Invalid, NotFound, Unauthenticated
from registry.services.get_run import get_run
from registry.services.list_runs import ListRuns, RunFilter, list_runs
from registry.services.record_run import (
    FinishRun,
    beat_run,
    cancel_run,
    claim_run,
    finish_run,
    recover_runs,
)
from registry.services.start_run import StartRun, matches, start_run
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.conftest import Clock
from tests.integration.story import openapi, publish, tell

URL = "http://127.0.0.1:4711/v1"
FAILURE = RunFailure("status_code", "500 instead of 404", "it broke", "GET /orders/{id}", line=9)


@pytest.fixture(autouse=True)
def _published(uow: SqlUnitOfWork) -> None:
    tell(uow)
    publish(uow, openapi("1.0.0"))


def start(uow: SqlUnitOfWork, **rest: object) -> Run:
    given: dict[str, object] = {"url": URL} | rest
    return start_run(StartRun("orders.order", "test", **given), uow, SYSTEM)  # type: ignore[arg-type]


def test_a_run_knows_what_it_is_evidence_of(uow: SqlUnitOfWork) -> None:
    run = start(uow)
    assert (run.number, run.system, run.system_version) == ("1.0.0", "orders", "1")
    assert run.settings["allowed_methods"] == ["GET", "POST"]
    assert claim_run(run.id, "w1", uow) is not None
    finish_run(FinishRun(run.id, RunStatus.FAILED, [FAILURE], {"requests": 9}), uow, SYSTEM)
    view = get_run(run.id, uow, ANONYMOUS)
    assert (view.run.status, view.run.failures_count) == (RunStatus.FAILED, 1)
    assert view.failures == [FAILURE]
    assert view.run.summary == {"requests": 9}
    with pytest.raises(Conflict, match="failed already"):
        finish_run(FinishRun(run.id, RunStatus.PASSED), uow, SYSTEM)
    with pytest.raises(Invalid, match="no result"):
        finish_run(FinishRun(run.id, RunStatus.RUNNING), uow, SYSTEM)
    page = list_runs(ListRuns(RunFilter(contract="orders.order", status="failed")), uow, ANONYMOUS)
    assert page.total == 1


def test_one_of_many_workers_gets_it(uow: SqlUnitOfWork) -> None:
    run = start(uow)
    got: list[bool] = []
    barrier = threading.Barrier(8)

    def work(n: int) -> None:
        barrier.wait()
        got.append(claim_run(run.id, f"w{n}", uow) is not None)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(got) == [False] * 7 + [True]


def test_a_silent_worker_loses_its_run(uow: SqlUnitOfWork, clock: Clock) -> None:
    run = start(uow)
    claim_run(run.id, "w1", uow)
    clock.advance(seconds=50)
    assert beat_run(run.id, {"requests": 3}, uow)
    clock.advance(seconds=50)
    assert recover_runs(uow) == ()
    clock.advance(seconds=50)
    [again] = recover_runs(uow)
    assert again.status is RunStatus.QUEUED
    assert not beat_run(run.id, {}, uow)
    claim_run(run.id, "w2", uow)
    clock.advance(seconds=90)
    [lost] = recover_runs(uow)
    assert lost.status is RunStatus.INTERRUPTED
    assert "w2" in lost.note


def test_cancelling_reaches_the_worker(uow: SqlUnitOfWork) -> None:
    run = start(uow)
    claim_run(run.id, "w1", uow)
    assert cancel_run(run.id, uow, SYSTEM).status is RunStatus.CANCELLED
    assert not beat_run(run.id, {}, uow)
    assert cancel_run(run.id, uow, SYSTEM).status is RunStatus.CANCELLED


@pytest.mark.parametrize(
    ("rest", "error", "words"),
    [
        ({"url": "http://evil.example/v1"}, Invalid, "may not leave"),
        ({"url": "http://127.0.0.1:4711/v2"}, Invalid, "may not leave"),
        ({"url": None}, Invalid, "fill in"),
        ({"number": "9.0.0"}, NotFound, "no version"),
    ],
)
def test_a_run_that_may_not_be(
    uow: SqlUnitOfWork, rest: dict[str, object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        start(uow, **rest)
    assert list_runs(ListRuns(), uow, ANONYMOUS).total == 0


def test_production_has_no_endpoint_and_strangers_may_not_ask(uow: SqlUnitOfWork) -> None:
    with pytest.raises(NotFound, match="endpoint"):
        start_run(StartRun("orders.order", "production"), uow, SYSTEM)
    with pytest.raises(Unauthenticated):
        start_run(StartRun("orders.order", "test", url=URL), uow, ANONYMOUS)


@pytest.mark.parametrize(
    ("pattern", "url", "expected"),
    [
        ("http://h:{port}/v1", "http://h:80/v1", True),
        ("http://h:{port}/v1", "http://h:80/v1/", True),
        ("http://h:{port}/v1", "http://h:80@evil/v1", False),
        ("http://h:{port}/v1", "http://h:80/x/v1", False),
        ("http://h:{port}", "http://h:80#/v1", False),
        ("http://h/", "http://h", True),
        ("http://h.x/", "http://hyx", False),
    ],
)
def test_an_endpoint_with_placeholders(pattern: str, url: str, expected: bool) -> None:
    assert matches(pattern, url) is expected
