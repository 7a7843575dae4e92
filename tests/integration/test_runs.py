"""Conformance runs: asked for, claimed once, alive, finished once, taken up again."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import pytest

from conformance.evidence import (
    Failure,
    OperationResult,
    Outcome,
    RecordedRequest,
    RecordedResponse,
    Severity,
)
from conformance.evidence import Run as Evidence
from conformance.evidence.reports import FORMATS
from conformance.plan import Auth, Sandbox
from contracts.documents import load
from contracts.governance.estate import Endpoint as StatedEndpoint
from contracts.governance.sidecar import load_sidecar
from contracts.verdict import Place
from registry.domain import ANONYMOUS, SYSTEM, Endpoint, Run, RunFailure, RunStatus
from registry.errors import Conflict, Invalid, NotFound, Unauthenticated
from registry.jobs.work import safety_of, suite_of
from registry.services.evidence import evidence_of, result_of
from registry.services.get_run import get_run
from registry.services.list_runs import ListRuns, RunFilter, list_runs
from registry.services.record_run import (
    FinishRun,
    beat_run,
    cancel_run,
    claim_run,
    finish_run,
    recover_runs,
    run_goes_on,
    waiting_runs,
)
from registry.services.report_run import report_run
from registry.services.start_run import StartRun, start_run
from registry.services.targets import matches
from registry.services.view_trend import IndexPart, view_trend
from registry.store.unit_of_work import SqlUnitOfWork
from registry.web.trends import HEIGHT, chart
from tests.integration.conftest import Clock
from tests.integration.story import openapi, publish, sidecar, tell

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


def test_a_target_bears_so_many_runs_at_once(uow: SqlUnitOfWork) -> None:
    first, second, third = (start(uow) for _ in range(3))
    running = claim_run(first.id, "w1", uow)
    assert running is not None
    assert claim_run(second.id, "w2", uow) is None
    assert waiting_runs(running, uow) == (second.id, third.id)
    assert claim_run(second.id, "w2", uow, per_target=2) is not None
    assert claim_run(third.id, "w3", uow, per_target=2) is None
    finish_run(FinishRun(first.id, RunStatus.PASSED), uow, SYSTEM)
    assert claim_run(third.id, "w3", uow, per_target=2) is not None
    assert run_goes_on(third.id, uow)
    assert not run_goes_on(first.id, uow)


def test_many_workers_keep_to_the_limit_of_a_target(uow: SqlUnitOfWork) -> None:
    queued = [start(uow) for _ in range(6)]
    barrier = threading.Barrier(len(queued))
    got: list[bool] = []

    def work(run: Run) -> None:
        barrier.wait()
        got.append(claim_run(run.id, f"w {run.id}", uow, per_target=2) is not None)

    threads = [threading.Thread(target=work, args=(run,)) for run in queued]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(got) == [False] * 4 + [True] * 2


def test_another_instance_of_the_provider_is_checked_too(uow: SqlUnitOfWork) -> None:
    publish(uow, openapi("1.1.0"), sidecar=sidecar(instances=["shop"]))
    other = "http://127.0.0.1:4712/shop"
    with uow.write() as store:
        store.estate.put_endpoint(Endpoint("test", "shop", other))
        store.estate.put_endpoint(Endpoint("production", "shop", other))
    assert start(uow, url=other).system == "shop"
    assert start(uow, url=None, system="shop").url == other
    assert start(uow).system == "orders"
    found = start_run(StartRun("orders.order", "production"), uow, SYSTEM)
    assert found.system == "shop", "the provider has no endpoint there, its instance has"
    with pytest.raises(Invalid, match="depot does not provide"):
        start(uow, system="depot")


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


def test_a_worker_whose_run_was_taken_up_says_nothing_about_it(
    uow: SqlUnitOfWork, clock: Clock
) -> None:
    run = start(uow)
    first = claim_run(run.id, "w1", uow)
    clock.advance(seconds=90)
    recover_runs(uow)
    assert first is not None
    late = FinishRun(run.id, RunStatus.CANCELLED, attempt=first.attempt)
    with pytest.raises(Conflict, match="another worker"):
        finish_run(late, uow, SYSTEM)
    second = claim_run(run.id, "w2", uow)
    assert second is not None
    assert not beat_run(run.id, {}, uow, first.attempt)
    assert not run_goes_on(run.id, uow, first.attempt)
    with pytest.raises(Conflict, match="another worker"):
        finish_run(late, uow, SYSTEM)
    assert beat_run(run.id, {}, uow, second.attempt)
    passed = FinishRun(run.id, RunStatus.PASSED, attempt=second.attempt)
    assert finish_run(passed, uow, SYSTEM).status is RunStatus.PASSED


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


def prove(
    uow: SqlUnitOfWork, *causes: str, called: tuple[str, ...] = ("GET /a",), **rest: object
) -> Run:
    run = start(uow, **rest)
    claim_run(run.id, "w", uow)
    failures = [
        RunFailure("check", f"title {c}", "m", "GET /a", cause=c, operations=("GET /a",))
        for c in causes
    ]
    summary = {"operations": [{"operation": o, "statuses": {"200": 1}} for o in called]}
    status = RunStatus.FAILED if causes else RunStatus.PASSED
    return finish_run(FinishRun(run.id, status, failures, summary), uow, SYSTEM)


def standings(uow: SqlUnitOfWork, run: Run) -> dict[str, str]:
    return {h.cause: h.standing.value for h in get_run(run.id, uow, ANONYMOUS).history}


def test_failures_are_new_known_fixed_or_flaky(uow: SqlUnitOfWork) -> None:
    first = prove(uow, "a", "b")
    assert standings(uow, first) == {"a": "new", "b": "new"}
    second = prove(uow, "b", "c")
    assert standings(uow, second) == {"a": "fixed", "b": "known", "c": "new"}
    not_called = prove(uow, "b", called=("GET /z",))
    assert standings(uow, not_called) == {"b": "known"}, "what was not called is not fixed"
    again = prove(uow, "a", "b")
    assert standings(uow, again) == {"a": "flaky", "b": "known"}
    assert standings(uow, prove(uow, "a", suite="other")) == {"a": "new"}
    assert standings(uow, second)["a"] == "fixed", "a later run does not change what was true"
    [old] = [h for h in get_run(again.id, uow, ANONYMOUS).history if h.cause == "b"]
    assert (old.first_run, old.seen, old.looked) == (first.id, 4, 4)


def test_a_run_that_proves_nothing_fixes_nothing(uow: SqlUnitOfWork) -> None:
    prove(uow, "a")
    run = start(uow)
    claim_run(run.id, "w", uow)
    ended = finish_run(FinishRun(run.id, RunStatus.INCONCLUSIVE), uow, SYSTEM)
    assert standings(uow, ended) == {}
    assert standings(uow, prove(uow, "a")) == {"a": "known"}


def test_evidence_is_stored_whole(uow: SqlUnitOfWork) -> None:
    evidence = Evidence(
        id="",
        suite="http",
        contract="orders.order",
        sha256="0" * 64,
        environment="test",
        target=URL,
        started_at="",
        finished_at="",
        outcome=Outcome.FAILED,
        requests=3,
        operations=(OperationResult("GET /a", 3, {"500": 3}, ("200",), 1),),
        failures=(
            Failure(
                *("not_a_server_error", "Server error", "it broke", "GET /a", Severity.CRITICAL),
                cause="c1",
                request=RecordedRequest("GET", f"{URL}/a", (("Accept", "*/*"),), '{"q": 1}'),
                response=RecordedResponse(500, (("Content-Type", "text/plain"),), "boom", 0.25),
                place=Place("/paths/~1a", 7, "orders.yaml"),
                curl="curl -X GET http://127.0.0.1:4711/v1/a",
                steps=("curl one", "curl two"),
                count=3,
                operations=("GET /a", "GET /b"),
                known="being mended (team-a, until 2027-01-01)",
                related=("status_code_conformance",),
            ),
        ),
    )
    run = start(uow)
    claim_run(run.id, "w", uow)
    finish_run(result_of(run.id, evidence), uow, SYSTEM)
    view = get_run(run.id, uow, ANONYMOUS)
    assert evidence_of(view.run, view.failures).failures == evidence.failures
    for format_ in FORMATS:
        report = report_run(run.id, format_, uow, ANONYMOUS)
        assert "Server error" in report.text
        assert report.file_name.startswith("orders.order-1.0.0-run")
    har = json.loads(report_run(run.id, "har", uow, ANONYMOUS).text)
    [entry] = har["log"]["entries"]
    assert entry["request"]["postData"]["text"] == '{"q": 1}'
    assert (entry["response"]["status"], entry["time"]) == (500, 250.0)
    with pytest.raises(Invalid, match="no report"):
        report_run(run.id, "pdf", uow, ANONYMOUS)


def test_a_run_that_goes_on_has_no_report(uow: SqlUnitOfWork) -> None:
    with pytest.raises(Conflict, match="when it ends"):
        report_run(start(uow).id, "json", uow, ANONYMOUS)


def test_a_trend_counts_proofs_and_shows_the_rest(uow: SqlUnitOfWork, clock: Clock) -> None:
    tell(uow)
    publish(uow, openapi("1.0.0"))
    url = "http://127.0.0.1:8731/v1"
    ended = (RunStatus.FAILED, RunStatus.INCONCLUSIVE, RunStatus.PASSED, RunStatus.PASSED)
    index = [{"name": "operations without failure", "share": 0.5, "counted": 1, "of": 2}, "odd"]
    for status in ended:
        clock.advance(hours=1)
        run = start_run(StartRun("orders.order", "test", url=url), uow, SYSTEM)
        failures = [RunFailure("c", "t", "m")] if status is RunStatus.FAILED else []
        summary = {"requests": 7, "index": index}
        finish_run(FinishRun(run.id, status, failures, summary), uow, SYSTEM)
    start_run(StartRun("orders.order", "test", url=url, suite="other"), uow, SYSTEM)
    (series,) = view_trend("orders.order", uow, ANONYMOUS).series
    assert [p.status for p in series.points] == list(ended)
    assert (series.proofs, series.pass_rate) == (3, 0.6667)
    assert [p.failures for p in series.points] == [1, 0, 0, 0]
    assert series.points[0].index == (IndexPart("operations without failure", 0.5, 1, 2),)
    bars = chart(series).bars
    assert [bar.tone for bar in bars] == ["bad", "none", "ok", "ok"]
    assert bars[0].height * 2 == HEIGHT
    assert "67% passed" in chart(series).sentence
    with pytest.raises(NotFound):
        view_trend("orders.none", uow, ANONYMOUS)


def test_a_run_signs_in_and_keeps_to_the_sandbox_as_the_environment_says(
    uow: SqlUnitOfWork,
) -> None:
    stated = {
        "system": "orders",
        "url": "https://erp.example",
        "signIn": {
            "kind": "oauth2",
            "name": "interlock",
            "secret": "env:ERP_SECRET",
            "tokenUrl": "https://login.example/token",
            "certificate": "env:ERP_PEM",
        },
    }
    endpoint = StatedEndpoint.model_validate(stated)
    assert endpoint.sign_in is not None
    sandbox = Sandbox("companyCode", "DE99", "TST-", cleanup=True)
    with uow.write() as store:
        found = store.estate.get_environment("test")
        policy = replace(
            found.policy,
            sandbox=sandbox.to_json(),
            sign_in={"orders": endpoint.sign_in.settings()},
        )
        store.estate.put_environment(replace(found, policy=policy), uow.now())
    run = claim_run(start(uow, settings={"workers": 2}).id, "w1", uow)
    assert run is not None
    suite = suite_of(run, load_sidecar(load(sidecar(), name="contract.yaml")))
    assert suite.auth == Auth(
        "oauth2", "env:ERP_SECRET", "interlock", "https://login.example/token"
    )
    assert (suite.tls.certificate, suite.workers) == ("env:ERP_PEM", 2)
    assert safety_of(run).sandbox == sandbox


@pytest.mark.parametrize("setting", ["auth", "tls"])
def test_who_asks_for_a_run_names_no_credential(uow: SqlUnitOfWork, setting: str) -> None:
    with pytest.raises(Invalid, match="may not name a credential"):
        start(uow, settings={setting: {"secret": "file:/etc/passwd"}})
