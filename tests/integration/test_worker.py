"""Workers as real processes: a queued run is carried out, and outlives the worker that dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from registry.app import open_runtime
from registry.domain import SYSTEM, Lifecycle, Run, RunStatus
from registry.domain.webhook import Channel
from registry.jobs.queue import open_queue
from registry.runtime import Runtime
from registry.security.keys import signing_key
from registry.security.sealing import FernetSealer
from registry.services.change_lifecycle import ChangeLifecycle, change_lifecycle
from registry.services.deliver_events import Answer, deliver_events
from registry.services.get_run import get_run
from registry.services.manage_webhooks import CreateWebhook, create_webhook
from registry.services.record_run import cancel_run
from registry.services.start_run import StartRun, start_run
from registry.settings import Settings
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.story import openapi, publish, tell

ROOT = Path(__file__).parents[2]
SETTINGS = {"phases": ["fuzzing"], "max_examples": 3, "checks": ["status_code_conformance"]}


class Orders(BaseHTTPRequestHandler):
    """Answers every order with 200 and a body that keeps the contract, or with ``status``."""

    status = 200
    delay = 0.0
    times: ClassVar[list[float]] = []
    """When each request came, over all servers."""

    def do_GET(self) -> None:
        self.times.append(time.monotonic())
        time.sleep(self.delay)
        body = b'{"id": "1", "total": 1}'
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def serving(status: int = 200, delay: float = 0.0) -> Iterator[str]:
    """A server on a free port; gives the URL the estate registers for the test environment."""
    handler = type("Handler", (Orders,), {"status": status, "delay": delay})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", database=database_url, run_silence=2)


@pytest.fixture
def runtime(settings: Settings) -> Iterator[Runtime]:
    runtime = open_runtime(settings)
    assert isinstance(runtime.uow, SqlUnitOfWork)
    tell(runtime.uow)
    publish(runtime.uow, openapi("1.0.0"))
    yield runtime
    runtime.uow.engine.dispose()
    runtime.queue.huey.storage.close()  # type: ignore[attr-defined]


@contextmanager
def working(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """``interlock worker`` as a process of its own."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "INTERLOCK_DATA": str(settings.data),
        "INTERLOCK_DATABASE": settings.database,
        "INTERLOCK_RUN_SILENCE": str(settings.run_silence),
        "INTERLOCK_PRIVATE_WEBHOOKS": str(settings.private_webhooks).lower(),
    }
    log = (settings.data / "worker.log").open("ab")
    command = [sys.executable, "-m", "registry.cli.main", "worker"]
    worker = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        yield worker
    finally:
        if worker.poll() is None:
            worker.send_signal(signal.SIGINT)
            worker.wait(30)
        log.close()


def until(runtime: Runtime, run: Run, wanted: Callable[[RunStatus], bool]) -> Run:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = get_run(run.id, runtime.uow, SYSTEM).run
        if wanted(found.status):
            return found
        time.sleep(0.1)
    log = (runtime.settings.data / "worker.log").read_text()
    raise AssertionError(f"the run stayed {found.status}:\n{log}")


def test_a_worker_carries_out_what_is_queued(runtime: Runtime, settings: Settings) -> None:
    with serving() as good, serving(status=418) as bad, working(settings):
        runs = [
            start_run(
                StartRun("orders.order", "test", url=url, settings=SETTINGS),
                runtime.uow,
                SYSTEM,
                runtime.queue,
            )
            for url in (good, bad)
        ]
        passed, failed = (until(runtime, run, lambda status: status.final) for run in runs)
    assert passed.status is RunStatus.PASSED, passed
    assert failed.status is RunStatus.FAILED
    view = get_run(failed.id, runtime.uow, SYSTEM)
    assert view.failures[0].check == "status_code_conformance"
    assert "418" in view.failures[0].message
    assert view.failures[0].curl.startswith("curl")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # claims are told on both
def test_a_run_outlives_its_worker_and_can_be_cancelled(
    runtime: Runtime, settings: Settings
) -> None:
    with serving(delay=0.3) as slow:
        asked = StartRun(
            "orders.order", "test", url=slow, settings={"phases": ["fuzzing"], "max_examples": 500}
        )
        run = start_run(asked, runtime.uow, SYSTEM, runtime.queue)
        with working(settings) as first:
            begun = until(runtime, run, lambda status: status is RunStatus.RUNNING)
            first.kill()
            first.wait(10)
        time.sleep(settings.run_silence + 1)
        with working(settings):
            again = until(
                runtime, run, lambda _: get_run(run.id, runtime.uow, SYSTEM).run.attempt == 2
            )
            assert again.worker != begun.worker
            before = len(Orders.times)
            while len(Orders.times) == before:
                time.sleep(0.05)
            cancelled = time.monotonic()
            cancel_run(run.id, runtime.uow, SYSTEM)
            time.sleep(3.0)
        assert max(Orders.times) - cancelled < 2.0, "within two seconds nothing is sent any more"
        final = get_run(run.id, runtime.uow, SYSTEM).run
        assert final.status is RunStatus.CANCELLED


def test_a_worker_reminds_of_an_overdue_sunset(settings: Settings, runtime: Runtime) -> None:
    """When it starts, and every hour after that."""
    heard: list[str] = []

    class Slack(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    assert isinstance(runtime.uow, SqlUnitOfWork)
    year_ago = SqlUnitOfWork(runtime.uow.engine, lambda: datetime.now(UTC) - timedelta(days=365))
    change_lifecycle(
        ChangeLifecycle("orders.order", "1.0.0", Lifecycle.DEPRECATED), year_ago, SYSTEM
    )
    sealer = FernetSealer(signing_key(settings))
    deliver_events(runtime.uow, sealer, lambda *_: Answer(200), "urn:test")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slack)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/hook"
    command = CreateWebhook(url, ("sunset",), channel=Channel.SLACK, team="shop-team")
    create_webhook(command, runtime.uow, SYSTEM, sealer)
    try:
        with working(settings.model_copy(update={"private_webhooks": True})):
            deadline = time.monotonic() + 60
            while not heard and time.monotonic() < deadline:
                time.sleep(0.1)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
    assert len(heard) == 1, (settings.data / "worker.log").read_text()
    assert "The sunset of orders.order 1.0.0 is overdue" in heard[0]
    assert "shop 1 in production" in heard[0]


@pytest.mark.parametrize(
    ("at", "tasks"),
    [
        ("05:01", {"deliver", "recover", "fire"}),
        ("05:07", {"deliver", "recover", "fire", "seal"}),
        ("05:37", {"deliver", "recover", "fire", "remind"}),
        ("02:23", {"deliver", "recover", "fire", "retain"}),
    ],
)
def test_what_runs_when(tmp_path: Path, at: str, tasks: set[str]) -> None:
    """As the scheduler of the queue asks it, minute by minute."""
    queue = open_queue(Settings(data=tmp_path))
    assert {
        task.name for task in queue.huey.read_periodic(datetime.fromisoformat(f"2026-11-21T{at}"))
    } == tasks
    queue.huey.storage.close()
