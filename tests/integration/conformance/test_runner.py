"""A run ends, whatever the target does; it sends only what it may, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from conformance.evidence import Outcome
from conformance.http import Caps, Progress, run
from conformance.plan import Auth, Safety, Suite, SuiteRefused
from contracts.documents import from_data

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1.0.0"},
    "paths": {
        "/things": {
            "get": {
                "parameters": [
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}}
                ],
                "responses": {"200": {"description": "ok"}, "400": {"description": "no"}},
            },
            "post": {
                "requestBody": {
                    "content": {"application/json": {"schema": {"type": "object"}}},
                    "required": True,
                },
                "responses": {"200": {"description": "ok"}, "400": {"description": "no"}},
            },
        }
    },
}


@dataclass
class Seen:
    """What a small server saw, and how it answers: a status, or None to hang."""

    answer: Callable[[int, BaseHTTPRequestHandler], int | None]
    methods: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving(seen: Seen, headers: dict[str, str] | None = None) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            seen.methods.append(self.command)
            seen.times.append(time.monotonic())
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status = seen.answer(len(seen.methods), self)
            if status is None:
                seen.release.wait(60)
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            if status in {401, 405}:
                self.send_header("Allow", "GET, POST")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...

    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "HEAD", "QUERY"):
        setattr(Handler, f"do_{method}", Handler.handle_any)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        seen.release.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def document() -> Any:
    return from_data(DOCUMENT, name="things.yaml")


def many(paths: tuple[str, ...]) -> Any:
    item = DOCUMENT["paths"]["/things"]
    return from_data({**DOCUMENT, "paths": dict.fromkeys(paths, item)}, name="things.yaml")


def children() -> set[int]:
    mine = set()
    for name in (path.name for path in Path("/proc").iterdir()):
        if name.isdigit():
            try:
                fields = Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == os.getpid():
                mine.add(int(name))
    return mine


@pytest.fixture(autouse=True)
def nothing_is_left_behind() -> Iterator[None]:
    before = children()
    yield
    assert children() <= before


def test_a_hanging_target_is_cancelled_within_two_seconds() -> None:
    seen = Seen(lambda _n, _h: None)
    cancel = threading.Event()
    with serving(seen) as url:
        asked: list[float] = []

        def ask(progress: Progress) -> None:
            if progress.kind == "phase" and not asked:
                asked.append(0.0)
                threading.Timer(1.0, lambda: (asked.append(time.monotonic()), cancel.set())).start()

        found = run(Suite(request_timeout=30), document(), url, ask, cancel=cancel)
        took = time.monotonic() - asked[1]
    assert found.outcome is Outcome.CANCELLED
    assert took < 2.0


def test_a_run_in_full_swing_is_cancelled_within_two_seconds() -> None:
    seen = Seen(lambda _n, _h: 200)
    cancel = threading.Event()
    with serving(seen) as url:
        asked: list[float] = []

        def ask(progress: Progress) -> None:
            if progress.kind == "operation" and progress.data["requests"] > 10 and not asked:
                asked.append(0.0)
                threading.Timer(0.3, lambda: (asked.append(time.monotonic()), cancel.set())).start()

        found = run(Suite(max_examples=5000), document(), url, ask, cancel=cancel)
        took = time.monotonic() - asked[1]
        sent = len(seen.methods)
        time.sleep(0.3)
        assert len(seen.methods) == sent, "nothing is sent after the end"
    assert found.outcome is Outcome.CANCELLED
    assert found.requests > 0, "what was seen until then is kept"
    assert took < 2.0


def test_a_hanging_target_ends_by_its_timeouts() -> None:
    seen = Seen(lambda _n, _h: None)
    with serving(seen) as url:
        suite = Suite(request_timeout=0.3, time_budget=4, phases=("examples", "coverage"))
        started = time.monotonic()
        found = run(suite, document(), url)
    assert time.monotonic() - started < 25
    assert found.outcome is Outcome.INCONCLUSIVE, found.reason


def test_only_what_the_environment_allows_is_sent() -> None:
    seen = Seen(lambda _n, _h: 200)
    with serving(seen) as url:
        suite = Suite(methods=("GET",), max_examples=5, phases=("coverage", "fuzzing"))
        run(suite, document(), url, safety=Safety("production", production=True, max_rate=500))
    assert seen.methods, "the suite did run"
    assert set(seen.methods) <= {"GET", "HEAD", "OPTIONS"}


def test_a_destructive_suite_does_not_start() -> None:
    seen = Seen(lambda _n, _h: 200)
    rule = pytest.raises(SuiteRefused, match="production-safe-methods-only")
    with serving(seen) as url, rule:
        run(Suite(), document(), url, safety=Safety("production", production=True))
    assert seen.methods == []


def test_the_pace_is_kept() -> None:
    seen = Seen(lambda _n, _h: 200)
    with serving(seen) as url:
        suite = Suite(methods=("GET",), rate_limit=20, phases=("fuzzing",))
        run(suite, document(), url)
    assert len(seen.times) > 10
    gaps = [later - sooner for sooner, later in zip(seen.times, seen.times[10:], strict=False)]
    assert min(gaps) > 0.40, "ten requests take half a second at 20 a second"


def test_a_redirect_does_not_leave_the_target() -> None:
    elsewhere = Seen(lambda _n, _h: 200)
    here = Seen(lambda _n, _h: 302)
    with serving(elsewhere) as other, serving(here, {"Location": f"{other}/things"}) as url:
        run(Suite(max_examples=3, phases=("coverage",)), document(), url)
    assert here.methods
    assert elsewhere.methods == []


def with_security() -> Any:
    data = json.loads(json.dumps(DOCUMENT))
    data["components"] = {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}}
    data["security"] = [{"bearer": []}]
    for operation in data["paths"]["/things"].values():
        operation["responses"]["401"] = {"description": "who?"}
    return from_data(data, name="things.yaml")


def test_a_login_that_is_lost_makes_the_run_inconclusive() -> None:
    def answer(number: int, handler: BaseHTTPRequestHandler) -> int:
        signed = handler.headers.get("Authorization") == "Bearer sesame"
        return 200 if signed and number < 20 else 401

    with serving(Seen(answer)) as url:
        suite = Suite(auth=Auth("bearer", "env:T"), max_examples=200)
        found = run(suite, with_security(), url, environ={"T": "sesame"})
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "stopped accepting" in found.reason


def test_a_door_that_never_opens_is_no_pass() -> None:
    with serving(Seen(lambda _n, _h: 401)) as url:
        found = run(Suite(max_examples=3, phases=("coverage",)), with_security(), url)
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "credential" in found.reason


def test_a_credential_the_contract_does_not_declare_proves_nothing() -> None:
    data = json.loads(json.dumps(DOCUMENT))
    data["components"] = {
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    }
    data["security"] = [{"key": []}]
    with serving(Seen(lambda _n, _h: 200)) as url:
        suite = Suite(auth=Auth("bearer", "env:T"), max_examples=3, checks=("ignored_auth",))
        found = run(suite, from_data(data), url, environ={"T": "sesame"})
    assert [f.check for f in found.failures] == []
    assert any("does not declare" in warning for warning in found.warnings)


def test_nobody_there() -> None:
    found = run(Suite(), document(), "http://127.0.0.1:9")
    assert found.outcome is Outcome.INCONCLUSIVE
    assert found.reason.startswith("target not reachable")


def test_a_suite_that_selects_nothing_says_so() -> None:
    found = run(Suite(operations=("nothing*",)), document(), "http://127.0.0.1:9")
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "selects no operation" in found.reason


def test_a_generator_that_dies_is_a_tool_error() -> None:
    killed: list[int] = []
    begun: list[float] = []

    def kill(progress: Progress) -> None:
        begun.append(time.monotonic())
        if progress.kind == "operation" and time.monotonic() - begun[0] > 3 and not killed:
            killed.extend(children() - before)
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    before = children()
    with serving(Seen(lambda _n, _h: 200)) as url:
        parts = tuple(f"/things/{n}" for n in range(30))
        found = run(Suite(max_examples=100), many(parts), url, kill)
    assert killed
    assert found.outcome is Outcome.ERROR
    assert "signal 9" in found.reason
    assert found.requests > 0, "what was seen until then is kept"
    assert any(o.exercised for o in found.operations)


def test_memory_is_capped() -> None:
    with serving(Seen(lambda _n, _h: 200)) as url:
        found = run(Suite(), document(), url, caps=Caps(memory=60 << 20))
    assert found.outcome is Outcome.ERROR


def test_one_seed_finds_the_same_causes_twice() -> None:
    def answer(number: int, handler: BaseHTTPRequestHandler) -> int:
        return 418 if "limit" in handler.path and handler.command == "GET" else 200

    causes = []
    for _ in range(2):
        with serving(Seen(answer)) as url:
            suite = Suite(max_examples=8, seed=7, phases=("coverage", "fuzzing"))
            found = run(suite, document(), url)
        causes.append({(f.check, f.operation, f.cause) for f in found.failures})
    assert causes[0] == causes[1]
    assert ("status_code_conformance", "GET /things") in {c[:2] for c in causes[0]}


def test_a_broken_operation_does_not_stop_the_rest() -> None:
    data = json.loads(json.dumps(DOCUMENT))
    data["paths"]["/broken/{id}"] = {"get": {"responses": {"200": {"description": "ok"}}}}
    with serving(Seen(lambda _n, _h: 200)) as url:
        found = run(Suite(max_examples=3), from_data(data, name="things.yaml"), url)
    exercised = {o.operation for o in found.operations if o.exercised}
    assert {"GET /things", "POST /things"} <= exercised


def test_secrets_do_not_leave_the_runner() -> None:
    with serving(Seen(lambda _n, _h: 500)) as url:
        suite = Suite(auth=Auth("bearer", "env:T"), max_examples=3)
        heard: list[str] = []
        found = run(
            suite,
            with_security(),
            url,
            lambda progress: heard.append(json.dumps(progress.data, default=str)),
            environ={"T": "open-sesame-4711"},
        )
    assert found.failures
    assert "open-sesame-4711" not in json.dumps(found.to_json())
    assert "open-sesame-4711" not in "".join(heard)


def test_an_endpoint_that_hangs_is_found_and_does_not_stop_the_rest() -> None:
    def answer(_number: int, handler: BaseHTTPRequestHandler) -> int | None:
        return None if handler.path.startswith("/things1") else 200

    with serving(Seen(answer)) as url:
        suite = Suite(request_timeout=0.5, max_examples=5, phases=("coverage", "fuzzing"))
        found = run(suite, many(("/things0", "/things1", "/things2")), url)
    silent = {f.operation for f in found.failures if f.check == "request_answered"}
    assert silent == {"GET /things1", "POST /things1"}
    exercised = {o.operation for o in found.operations if o.exercised}
    assert exercised == {f"{m} /things{n}" for m in ("GET", "POST") for n in (0, 2)}
    hung = next(o for o in found.operations if o.operation == "GET /things1")
    assert 1 <= hung.unanswered <= 3
    assert found.outcome is Outcome.FAILED


def test_an_answer_that_drips_is_none() -> None:
    def answer(_number: int, handler: BaseHTTPRequestHandler) -> int | None:
        if not handler.path.startswith("/things1"):
            return 200
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(100):
            try:
                handler.wfile.write(b"x")
                handler.wfile.flush()
            except OSError:
                break
            time.sleep(0.1)
        return None

    seen = Seen(answer)
    seen.release.set()
    with serving(seen) as url:
        suite = Suite(request_timeout=0.5, max_examples=3, phases=("coverage",), methods=("GET",))
        started = time.monotonic()
        found = run(suite, many(("/things0", "/things1")), url)
    assert time.monotonic() - started < 25
    causes = {(f.check, f.title) for f in found.failures if f.operation == "GET /things1"}
    assert causes == {("request_answered", "No answer in time")}


def test_a_connection_closed_without_an_answer_is_found() -> None:
    def answer(_number: int, handler: BaseHTTPRequestHandler) -> int | None:
        return None if handler.path.startswith("/things1") else 200

    seen = Seen(answer)
    seen.release.set()  # whoever would hang closes instead
    with serving(seen) as url:
        suite = Suite(max_examples=3, phases=("coverage",), methods=("GET",))
        found = run(suite, many(("/things0", "/things1")), url)
    assert [(f.operation, f.title) for f in found.failures if f.check == "request_answered"] == [
        ("GET /things1", "Connection closed without an answer")
    ]
