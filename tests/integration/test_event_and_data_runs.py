"""Event and data runs from request to gate, on a real broker and real tables."""

from __future__ import annotations

import json
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import duckdb
import pytest

import contracts
from conformance.events.nats import Connection
from conformance.evidence import Heading, Outcome
from conformance.http import Progress
from conformance.passive import Job
from conformance.passive import run as read
from conformance.process import Caps
from contracts.documents import load
from registry.domain import ANONYMOUS, SYSTEM, GatePolicy, Run, RunStatus
from registry.errors import Invalid, NotFound
from registry.jobs.work import Work
from registry.services.can_i_deploy import CanIDeploy, can_i_deploy
from registry.services.get_run import get_run
from registry.services.publish_version import PublishVersion, publish_version
from registry.services.record_run import cancel_run
from registry.services.register_estate import RegisterEstate, register_estate
from registry.services.start_run import StartRun, start_run
from registry.settings import Settings
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.conformance import running
from tests.integration.story import ESTATE, sidecar

MOVED = {
    "asyncapi": "3.0.0",
    "info": {"title": "Moves", "version": "1.0.0"},
    "channels": {
        "moved": {
            "address": "orders.moved",
            "messages": {
                "moved": {
                    "payload": {
                        "type": "object",
                        "required": ["id", "source", "type", "specversion", "data"],
                        "properties": {
                            "type": {"const": "orders.moved.v1"},
                            "data": {"type": "object", "required": ["total"]},
                        },
                    }
                }
            },
        }
    },
    "operations": {"send": {"action": "send", "channel": {"$ref": "#/channels/moved"}}},
}
TABLE = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "orders.day",
    "version": "1.0.0",
    "status": "active",
    "schema": [
        {
            "name": "day",
            "logicalType": "object",
            "properties": [
                {"name": "id", "logicalType": "integer", "primaryKey": True},
                {"name": "seen_at", "logicalType": "timestamp", "required": True},
            ],
        }
    ],
}


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[str]:
    with running.nats(tmp_path / "nats") as port:
        connection = Connection(f"nats://127.0.0.1:{port}")
        config = {"name": "ORDERS", "subjects": ["orders.>"], "storage": "memory"}
        connection.ask("$JS.API.STREAM.CREATE.ORDERS", json.dumps(config).encode())
        yield f"nats://127.0.0.1:{port}"
        connection.close()


def send(broker: str, number: int, **data: Any) -> None:
    event = {
        "specversion": "1.0",
        "id": f"e{number}",
        "source": "/orders",
        "type": "orders.moved.v1",
        "data": data,
    }
    connection = Connection(broker)
    connection.publish("orders.moved", json.dumps(event).encode())
    connection.ask("$JS.API.INFO")
    connection.close()


def tell(uow: SqlUnitOfWork, *urls: str) -> None:
    """The estate with these endpoints of the shop, whose broker and database all may use."""
    estate = json.loads(json.dumps(ESTATE))
    provided = estate["systems"][0]["releases"][0]["provides"]
    provided |= {"orders.moved": "1.0.0", "orders.day": "1.0.0"}
    for system, url in zip(("shop", "depot"), urls, strict=False):
        estate["environments"][0]["endpoints"].append({"system": system, "url": url})
    register_estate(RegisterEstate(json.dumps(estate).encode(), "estate.json"), uow, SYSTEM)
    for name, document in (("orders.moved", MOVED), ("orders.day", TABLE)):
        kept = sidecar(id=name, consumers=[])
        content = json.dumps(document).encode()
        command = PublishVersion(content, f"{name}.json", sidecar=kept, number="1.0.0")
        publish_version(command, uow, SYSTEM)


def carry_out(uow: SqlUnitOfWork, contract: str, **rest: Any) -> Run:
    asked = start_run(StartRun(contract, "test", **rest), uow, SYSTEM)
    done = Work(Settings(), uow).carry_out(asked.id)
    assert done is not None
    return done


def codes(uow: SqlUnitOfWork) -> dict[str, str]:
    with uow.write() as store:
        environment = store.estate.get_environment("production")
        policy = GatePolicy(evidence_suites=("contract",))
        store.estate.put_environment(replace(environment, policy=policy), uow.now())
    decision = can_i_deploy(CanIDeploy("orders", "1", "production"), uow, ANONYMOUS)
    found = {r.contract: r.code for r in decision.reasons if r.code.startswith("evidence")}
    return {name: found[name] for name in ("orders.moved", "orders.day")}


def test_messages_and_rows_are_evidence_for_the_gate(
    uow: SqlUnitOfWork, broker: str, tmp_path: Path
) -> None:
    path = tmp_path / "lake.sqlite3"
    lake = sqlite3.connect(path)
    lake.execute("CREATE TABLE day (id INTEGER, seen_at TEXT)")
    lake.execute("INSERT INTO day VALUES (1, '2026-01-01T00:00:00+00:00')")
    lake.commit()
    tell(uow, broker, f"sqlite:///{path}")
    assert codes(uow) == {"orders.moved": "evidence-missing", "orders.day": "evidence-missing"}

    send(broker, 1, total=5)
    moved = carry_out(uow, "orders.moved", suite="contract")
    assert (moved.status, moved.system, moved.system_version) == (RunStatus.PASSED, "orders", "1")
    assert moved.url == broker
    day = carry_out(uow, "orders.day", suite="contract")
    assert (day.status, day.note) == (RunStatus.PASSED, "")
    assert codes(uow) == {"orders.moved": "evidence-passed", "orders.day": "evidence-passed"}

    send(broker, 2, sum=5)
    assert carry_out(uow, "orders.moved", suite="contract").status is RunStatus.FAILED
    lake.execute("INSERT INTO day VALUES (1, NULL)")
    lake.commit()
    lake.close()
    broken = carry_out(uow, "orders.day", suite="contract")
    view = get_run(broken.id, uow, SYSTEM)
    assert {f.check for f in view.failures} == {"required", "unique"}
    assert codes(uow) == {"orders.moved": "evidence-failed", "orders.day": "evidence-failed"}


def test_a_suite_without_a_name_says_what_it_looked_at(uow: SqlUnitOfWork, tmp_path: Path) -> None:
    path = tmp_path / "day.parquet"
    duckdb.sql(
        "COPY (SELECT 1::INTEGER AS id, TIMESTAMPTZ '2026-01-01 00:00:00+00' AS seen_at) "
        f"TO '{path}' (FORMAT parquet)"
    )
    tell(uow, "nats://127.0.0.1:9", f"parquet://{path}")
    day = carry_out(uow, "orders.day")
    assert (day.suite, day.status, day.note) == ("data", RunStatus.PASSED, "")
    moved = carry_out(uow, "orders.moved")
    assert (moved.suite, moved.status) == ("events", RunStatus.INCONCLUSIVE)
    assert "127.0.0.1:9" in moved.note


def test_a_run_stays_on_the_list_of_its_environment(uow: SqlUnitOfWork) -> None:
    tell(uow)
    with pytest.raises(NotFound, match="no broker of orders is registered in test"):
        start_run(StartRun("orders.moved", "test"), uow, SYSTEM)
    tell(uow, "nats://broker.example:4222", "kafka://broker.example:9092")
    with pytest.raises(Invalid, match="say which broker"):
        start_run(StartRun("orders.moved", "test"), uow, SYSTEM)
    with pytest.raises(Invalid, match="may not leave the environment's list"):
        start_run(StartRun("orders.moved", "test", url="nats://elsewhere:4222"), uow, SYSTEM)
    kafka = start_run(
        StartRun("orders.moved", "test", url="kafka://broker.example:9092"), uow, SYSTEM
    )
    assert kafka.status is RunStatus.QUEUED
    with pytest.raises(NotFound, match="no database of orders"):
        start_run(StartRun("orders.day", "test"), uow, SYSTEM)


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"last": 0}, "last"), ({"seconds": "soon"}, "seconds"), ({"checks": ["odd"]}, "odd")],
)
def test_a_setting_that_is_none_is_said(
    uow: SqlUnitOfWork, settings: dict[str, Any], said: str
) -> None:
    tell(uow, "nats://127.0.0.1:9")
    with pytest.raises(Invalid, match=said):
        start_run(StartRun("orders.moved", "test", settings=settings), uow, SYSTEM)


def opened(name: str, folder: Path) -> AbstractContextManager[Any]:
    """A broker of the other tests, and where it is."""

    @contextmanager
    def broker() -> Iterator[Any]:
        address = ("orders.moved",)
        if name == "kafka":
            found: Any = running.RunningKafka()
            yield found, f"kafka://{found.servers}"
        elif name == "mqtt":
            with running.mosquitto(folder) as port:
                found = running.RunningMosquitto(port)
                yield found, f"mqtt://127.0.0.1:{port}"
                found.close()
        else:
            with running.rabbitmq(folder) as port:
                found = running.RunningRabbit(port, streams=True, addresses=address)
                yield found, f"amqp://guest:guest@127.0.0.1:{port}?streams=yes"
                found.close()

    return broker()


@pytest.mark.xdist_group("brokers")
@pytest.mark.parametrize("name", ["kafka", "mqtt", "amqp"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_broker_feeds_a_run(uow: SqlUnitOfWork, tmp_path: Path, name: str) -> None:
    event = {"specversion": "1.0", "id": "e", "source": "/orders", "type": "orders.moved.v1"}
    with opened(name, tmp_path) as (broker, url):
        tell(uow, url)

        def send(**data: Any) -> None:
            for number in range(3):
                content = json.dumps({**event, "id": f"e{number}", "data": data}).encode()
                broker.send("orders.moved", content, {}, "key")

        done: list[Run] = []
        worker = Thread(
            target=lambda: done.append(carry_out(uow, "orders.moved", settings={"seconds": 6}))
        )
        if not broker.live:
            send(sum=5)
        worker.start()
        while broker.live and worker.is_alive():
            send(sum=5)  # nothing is kept: sent until the run has heard enough
            time.sleep(0.5)
        worker.join(60)
    view = get_run(done[0].id, uow, SYSTEM)
    assert view.run.status is RunStatus.FAILED, view.run.note
    (failure,) = (f for f in view.failures if f.check == "payload")
    assert (failure.example["data"], failure.line is not None) == ({"sum": 5}, True)
    assert "guest:guest" not in json.dumps(dict(view.run.summary))
    assert view.run.summary["requests"] >= 3


@contextmanager
def silent() -> Iterator[str]:
    """A NATS server that greets and then says nothing more."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            with suppress(OSError):
                connection, _ = server.accept()
                with connection:
                    connection.sendall(b"INFO {}\r\n")
                    while connection.recv(1 << 16):
                        continue

        Thread(target=greet, daemon=True).start()
        yield f"nats://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_run_at_a_hanging_broker_is_cancelled_within_two_seconds(uow: SqlUnitOfWork) -> None:
    with silent() as url:
        tell(uow, url)
        asked = start_run(StartRun("orders.moved", "test"), uow, SYSTEM)
        worker = Thread(target=lambda: Work(Settings(), uow).carry_out(asked.id))
        worker.start()
        time.sleep(1.5)
        assert get_run(asked.id, uow, SYSTEM).run.status is RunStatus.RUNNING
        began = time.monotonic()
        cancel_run(asked.id, uow, SYSTEM)
        worker.join(30)
        assert time.monotonic() - began < 2.0
    assert get_run(asked.id, uow, SYSTEM).run.status is RunStatus.CANCELLED


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_long_run_is_told_while_it_lasts_and_cancelled(
    uow: SqlUnitOfWork, tmp_path: Path
) -> None:
    path = tmp_path / "lake.sqlite3"
    lake = sqlite3.connect(path)
    lake.execute("CREATE TABLE day (id INTEGER, seen_at TEXT)")
    rows = ((n, "2026-01-01T00:00:00+00:00") for n in range(1_000_000))
    lake.executemany("INSERT INTO day VALUES (?, ?)", rows)
    lake.commit()
    lake.close()
    tell(uow, f"sqlite:///{path}")
    asked = start_run(StartRun("orders.day", "test"), uow, SYSTEM)
    told: list[Progress] = []
    worker = Thread(target=lambda: Work(Settings(), uow).carry_out(asked.id, told.append))
    worker.start()
    deadline = time.monotonic() + 30
    summary: Any = {}
    while not summary.get("progress") and time.monotonic() < deadline:
        time.sleep(0.1)
        summary = get_run(asked.id, uow, SYSTEM).run.summary
    assert summary["progress"]["messages"]["what"] == "rows"
    began = time.monotonic()
    cancel_run(asked.id, uow, SYSTEM)
    worker.join(30)
    assert time.monotonic() - began < 2.0
    assert 0 < told[0].data["taken"] < 1_000_000


def job(url: str, **rest: Any) -> Job:
    heading = Heading("data", "orders.day", "0" * 64, url)
    return Job("data", heading, (load(json.dumps(TABLE).encode(), name="day"),), url, **rest)


def test_a_run_has_caps(tmp_path: Path) -> None:
    path = tmp_path / "day.csv"
    with path.open("w") as file:
        file.write("id,seen_at\n")
        file.writelines(f"{n},2026-01-01T00:00:00Z\n" for n in range(1_500_000))
    starved = read(job(str(path)), caps=Caps(memory=110 << 20))
    assert (starved.outcome, "memory cap" in starved.reason) == (Outcome.ERROR, True)
    hasty = read(job(str(path), budget=1.0), caps=Caps(cpu_slack=1))
    assert (hasty.outcome, "signal" in hasty.reason) == (Outcome.ERROR, True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_relates_to_another_contract_is_judged_beside_it(
    uow: SqlUnitOfWork, tmp_path: Path
) -> None:
    library = Path(contracts.__file__).parent / "library"
    names = {"wms.goods-receipt-events": "wms", "procurement.purchase-order-events": "procurement"}
    receipts, orders = (
        load(library / folder / name.partition(".")[2] / "1.0.0.asyncapi.yaml")
        for name, folder in names.items()
    )
    with running.nats(tmp_path / "nats") as port:
        url = f"nats://127.0.0.1:{port}"
        tell(uow, url)
        for name, document in zip(names, (receipts, orders), strict=True):
            kept = sidecar(id=name, consumers=[])
            publish_version(PublishVersion(document.raw, sidecar=kept, number="1.0.0"), uow, SYSTEM)
        connection = Connection(url)
        stream = {"name": "ALL", "subjects": ["wms.>", "procurement.>"], "storage": "memory"}
        connection.ask("$JS.API.STREAM.CREATE.ALL", json.dumps(stream).encode())
        ordered = orders.get("/components/messages/purchaseOrderApproved/examples/0/payload")
        counted = receipts.get("/components/messages/receiptCounted/examples/0/payload")
        line = {**counted["data"]["lines"][0], "lineNumber": "00077"}
        counted = {**counted, "data": {**counted["data"], "lines": [line]}}
        connection.publish("wms.receipt.counted", json.dumps(counted).encode())
        connection.publish("procurement.purchase-order.approved", json.dumps(ordered).encode())
        connection.ask("$JS.API.INFO")
        connection.close()
        alone = carry_out(uow, "wms.goods-receipt-events", settings={"freshness": 1e9})
        beside = {"freshness": 1e9, "beside": ["procurement.purchase-order-events"]}
        together = carry_out(uow, "wms.goods-receipt-events", settings=beside)
    assert alone.status is RunStatus.PASSED, get_run(alone.id, uow, SYSTEM).failures
    found = get_run(together.id, uow, SYSTEM)
    assert [f.check for f in found.failures] == ["known_order_line"]
    told = {row["operation"] for row in found.run.summary["operations"]}
    assert all(name.startswith("wms.") for name in told)
    with pytest.raises(NotFound):
        carry_out(uow, "wms.goods-receipt-events", settings={"beside": ["nobody.knows"]})
