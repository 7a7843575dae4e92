"""Messages and rows from the form, the API and the command to the evidence, on real parts."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from conformance.events.nats import Connection
from registry.cli.processes import Processes
from tests.e2e.conftest import INTERLOCK, ROOT, Run, Server
from tests.integration.conformance import running
from tests.integration.story import ESTATE, sidecar
from tests.integration.test_event_and_data_runs import MOVED, TABLE, send

pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)


def fill(api: httpx.Client, broker: str, table: str) -> None:
    estate = json.loads(json.dumps(ESTATE))
    test = estate["environments"][0]
    test["endpoints"] += [{"system": "shop", "url": broker}, {"system": "depot", "url": table}]
    test["evidence"] = {"afterDeployment": True}
    provided = {"orders.moved": "1.0.0", "orders.day": "1.0.0"}
    estate["systems"][0]["releases"].append({"version": "9", "provides": provided})
    items = [
        {
            "document": json.dumps(document),
            "sidecar": sidecar(id=name, consumers=[]).decode(),
            "number": "1.0.0",
        }
        for name, document in (("orders.moved", MOVED), ("orders.day", TABLE))
    ]
    told = api.put("estate", json={"document": json.dumps(estate), "filename": "estate.json"})
    assert told.is_success, told.text
    published = api.post("publications", json={"items": items})
    assert published.is_success, published.text


def ended(api: httpx.Client, run: str) -> Any:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        view = api.get(f"runs/{run}").json()
        if view["run"]["status"] not in {"queued", "running"}:
            return view
        time.sleep(0.2)
    raise AssertionError(view)


def test_messages_and_rows_from_every_door(server: Server, interlock: Run, tmp_path: Path) -> None:
    lake = tmp_path / "lake.sqlite3"
    with sqlite3.connect(lake) as connection:
        connection.execute("CREATE TABLE day (id INTEGER, seen_at TEXT)")
        connection.execute("INSERT INTO day VALUES (1, NULL)")
    headers = {"Authorization": f"Bearer {server.token}"}
    work = [*INTERLOCK, "worker", "--data", str(tmp_path / "data")]
    with (
        running.nats(tmp_path / "nats") as port,
        httpx.Client(base_url=f"{server.url}/api/v1/", headers=headers, timeout=60) as api,
        Processes(tmp_path / "worker") as processes,
    ):
        broker = f"nats://127.0.0.1:{port}"
        stream = {"name": "ORDERS", "subjects": ["orders.>"], "storage": "memory"}
        connection_ = Connection(broker)
        connection_.ask("$JS.API.STREAM.CREATE.ORDERS", json.dumps(stream).encode())
        connection_.close()
        send(broker, 1, total=5)
        send(broker, 2, sum=5)
        fill(api, broker, f"sqlite:///{lake}")
        processes.start("worker", work, {"PYTHONPATH": str(ROOT)})

        asked = {"contract": "orders.moved", "environment": "test"}
        view = ended(api, api.post("runs", json=asked).json()["id"])
        assert view["run"]["status"] == "failed", view
        assert view["run"]["summary"]["requests"] == 2
        (failure,) = view["failures"]
        assert (failure["check"], failure["example"]["data"]) == ("payload", {"sum": 5})

        page = httpx.get(f"{server.url}/runs/{view['run']['id']}").text
        assert "Messages read" in page
        assert "orders.moved.v1" in page, "the message that shows it"

        env = {"INTERLOCK_URL": server.url, "INTERLOCK_TOKEN": server.token}
        run = ("conformance", "run", "--environment", "test", "--setting", "table=day")
        rows = interlock(*run, "--contract", "orders.day", **env)
        assert rows.status == 1, rows.err
        assert "Required value is missing" in rows.out
        assert "1 rows in" in rows.out
        assert all(len(line) <= 80 for line in rows.out.splitlines() if str(tmp_path) not in line)

        deployed = {"system": "orders", "version": "9", "environment": "test"}
        assert api.post("deployments", json=deployed).status_code == 201
        found = api.get("runs").json()["runs"]
        after = [r for r in found if r["requested_by"] == "deployment of orders 9"]
        assert {r["contract"] for r in after} == {"orders.moved", "orders.day"}
        assert {ended(api, r["id"])["run"]["status"] for r in after} == {"failed"}

        made = interlock(
            "trigger", "add", "orders.day", "--environment", "test", "--webhook", **env
        )
        address, secret = made.out.split()
        answer = httpx.post(address, headers={"X-Interlock-Token": secret})
        assert answer.status_code == 202, answer.text
        assert ended(api, answer.json()["id"])["run"]["requested_by"].startswith("webhook trg")
        assert httpx.post(address, headers={"X-Interlock-Token": "no"}).status_code == 401
        trend = api.get("contracts/orders.day/trend").json()["series"]
        assert sum(len(series["points"]) for series in trend) == 3
        assert re.search(r"<svg", httpx.get(f"{server.url}/contracts/orders.day/trend").text)
