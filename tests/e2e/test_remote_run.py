"""``interlock conformance run --environment``: queued at the registry, followed in the terminal."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from registry.cli.processes import Processes
from tests.e2e.conftest import INTERLOCK, ROOT, Run, Server
from tests.integration.story import ESTATE, openapi, sidecar
from tests.integration.test_worker import Orders, serving

pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
RUN = ("conformance", "run", "--contract", "orders.order", "--environment", "test")
SMALL = ("--phases", "fuzzing", "--max-examples", "3", "--checks", "status_code_conformance")


def fill(server: Server) -> None:
    headers = {"Authorization": f"Bearer {server.token}"}
    with httpx.Client(base_url=f"{server.url}/api/v1/", headers=headers, timeout=60) as api:
        told = api.put("estate", json={"document": json.dumps(ESTATE), "filename": "estate.json"})
        item = {"document": openapi("1.0.0").decode(), "sidecar": sidecar().decode()}
        published = api.post("publications", json={"items": [item]})
    assert told.is_success, told.text
    assert published.is_success, published.text


def test_a_worker_of_the_registry_runs_it(server: Server, interlock: Run, tmp_path: Path) -> None:
    fill(server)
    env = {"INTERLOCK_URL": server.url, "INTERLOCK_TOKEN": server.token}
    work = [*INTERLOCK, "worker", "--data", str(tmp_path / "data")]
    with Processes(tmp_path / "worker") as processes, serving() as good, serving(418) as bad:
        processes.start("worker", work, {"PYTHONPATH": str(ROOT)})
        passed = interlock(*RUN, "--url", good, *SMALL, "--format", "junit", **env)
        assert (passed.status, passed.out[:5]) == (0, "<?xml"), passed.err
        failed = interlock(*RUN, "--url", bad, *SMALL, **env)
        assert failed.status == 1, failed.err
        assert "418" in failed.out
        assert f"{server.url}/runs/run" in failed.err

        with serving(delay=0.2) as slow:
            asked = [*INTERLOCK, *RUN, "--url", slow, "--phases", "fuzzing"]
            began = len(Orders.times)
            process = subprocess.Popen(
                [*asked, "--max-examples", "2000"],
                env={"PYTHONPATH": str(ROOT), **env, "PATH": ""},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            deadline = time.monotonic() + 60
            while len(Orders.times) < began + 3 and time.monotonic() < deadline:
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=60)
        assert process.returncode == 3, errors
        assert "cancelling" in errors


def test_what_may_not_be(server: Server, interlock: Run) -> None:
    fill(server)
    env = {"INTERLOCK_URL": server.url, "INTERLOCK_TOKEN": server.token}
    elsewhere = interlock(*RUN, "--url", "http://elsewhere.example/v1", **env)
    assert elsewhere.status == 2
    assert "may not leave the environment's list" in elsewhere.err
    nobody = interlock(*RUN, INTERLOCK_URL="http://127.0.0.1:9")
    assert nobody.status == 4
    assert "no registry answers" in nobody.err
    neither = interlock("conformance", "run", "--contract", "orders.order")
    assert neither.status == 2
    assert "--environment" in neither.err


def test_a_break_is_shown_by_the_registry(server: Server, interlock: Run, tmp_path: Path) -> None:
    fill(server)
    headers = {"Authorization": f"Bearer {server.token}"}
    item = {
        "document": openapi("2.0.0", "string").decode(),
        "sidecar": sidecar().decode(),
        "branch": "text",
    }
    with httpx.Client(base_url=f"{server.url}/api/v1/", headers=headers, timeout=60) as api:
        assert api.post("publications", json={"items": [item]}).is_success
    env = {"INTERLOCK_URL": server.url, "INTERLOCK_TOKEN": server.token}
    where = ("--contract", "orders.order", "--old-in", "test", "--new-in", "test")
    ask = ("replay", "1.0.0", "2.0.0@text", *where)
    work = [*INTERLOCK, "worker", "--data", str(tmp_path / "data")]
    with Processes(tmp_path / "worker") as processes, serving() as good, serving(418) as odd:
        processes.start("worker", work, {"PYTHONPATH": str(ROOT)})
        same = interlock(*ask, "--old-url", good, "--new-url", good, **env)
        assert (same.status, "NOT SHOWN" in same.out) == (1, True), same
        shown = interlock(*ask, "--old-url", good, "--new-url", odd, **env)
        assert (shown.status, "1 of 1 shown live" in shown.out) == (0, True), shown
        assert max(map(len, shown.out.splitlines())) <= 80
    elsewhere = interlock(*ask, "--old-url", "http://elsewhere.example/v1", **env)
    assert elsewhere.status == 2
    assert "may not leave the environment's list" in elsewhere.err
