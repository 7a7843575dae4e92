"""An order really moves through four systems, and their events keep the contracts."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from conformance.events import EventSuite, Message, check, read_capture
from conformance.events.brokers import open_source
from conformance.events.source import Reading
from conformance.evidence import Outcome, Run
from conformance.reference.erp.faults import FAULTS as ERP_FAULTS
from conformance.reference.faults import Fault
from conformance.reference.procurement.faults import FAULTS as PROCUREMENT_FAULTS
from conformance.reference.wms.faults import FAULTS as WMS_FAULTS
from contracts.documents import Document, load
from tests.integration.conformance.conftest import (
    LIBRARY,
    ROOT,
    TOKEN,
    Service,
    Start,
    document_of,
    services,
)
from tests.integration.conformance.running import nats

EVENTS = [f for f in (*ERP_FAULTS, *PROCUREMENT_FAULTS, *WMS_FAULTS) if f.area == "events"]
pytestmark = pytest.mark.xdist_group("story")
SYSTEMS = ("erp", "procurement", "wms", "analytics")


def business_day(running: dict[str, Service]) -> str:
    command = [sys.executable, "-m", "conformance.reference.story", "--tag", "TEST"]
    for name, service in running.items():
        command += [f"--{name}", service.url]
    environment = {"PYTHONPATH": str(ROOT), "INTERLOCK_REFERENCE_TOKEN": TOKEN}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def address(port: int) -> str:
    return f"nats://127.0.0.1:{port}"


def contracts_of_the_day() -> list[Document]:
    systems = ("erp", "procurement", "wms", "finance")
    paths = [path for name in systems for path in (LIBRARY / name).rglob("*.asyncapi.yaml")]
    return [load(path) for path in sorted(paths)]


def channels() -> tuple[str, ...]:
    documents = contracts_of_the_day()
    return tuple(c["address"] for d in documents for c in d.data["channels"].values())


def held_against_contracts(messages: Iterator[Message]) -> Run:
    return check(EventSuite(freshness=60.0), contracts_of_the_day(), messages)


@dataclass(frozen=True)
class Day:
    """A clean business day: how it ended, what the systems say, what they told."""

    states: str
    order: dict[str, Any]
    receipt: dict[str, Any]
    wishes: list[dict[str, Any]]
    events: tuple[str, ...]
    sent: tuple[Message, ...]
    """What the broker holds of all channels."""


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    store = tmp_path_factory.mktemp("broker")
    with nats(store) as port, services(tmp_path_factory.mktemp("day"), address(port)) as start:
        running = {name: start(name) for name in SYSTEMS}
        states = business_day(running)
        sent = open_source(address(port)).read(channels(), Reading())

        def read(system: str, path: str) -> Any:
            url = running[system].url + path
            return httpx.get(url, headers=headers).raise_for_status().json()

        captures = [running[name].capture for name in ("erp", "procurement", "wms")]
        return Day(
            states=states,
            order=read("erp", "/purchase-orders/PO-TEST-1"),
            receipt=read("erp", "/goods-receipts/GR-TEST-3-1"),
            wishes=read("procurement", "/requisitions?status=ordered")["items"],
            events=tuple(line for c in captures for line in c.read_text().splitlines()),
            sent=tuple(sent),
        )


def test_an_order_really_moves(day: Day) -> None:
    assert day.states == "matched, matched, matched, cancelled"
    assert day.order["lines"][0]["receivedQuantity"] == 5000
    assert day.order["lines"][0]["completelyDelivered"] is True
    assert day.receipt["status"] == "reversed"
    assert {w["poNumber"] for w in day.wishes} == {"PO-TEST-1", "PO-TEST-2", "PO-TEST-3"}


def test_its_events_keep_the_contracts(day: Day, tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    path.write_text("\n".join(day.events))
    found = held_against_contracts(read_capture(path))
    assert found.failures == ()
    assert found.outcome is Outcome.PASSED
    silent = [text for text in found.warnings if "finance.journal.posted" in text]
    assert silent == [], "the ledger tells of every receipt"
    used = {r.operation for r in found.operations if r.requests}
    assert all(
        r.operation in used or r.operation.startswith("finance.") for r in found.operations
    ), "every channel of the three systems was used"


def test_the_same_events_are_on_the_broker(day: Day) -> None:
    told = [json.loads(line) for line in day.events]
    assert sorted(m.payload["id"] for m in day.sent) == sorted(
        line["message"]["id"] for line in told if line["address"] in channels()
    )
    found = held_against_contracts(iter(day.sent))
    assert found.failures == ()


def test_a_service_refuses_a_broker_that_is_not_there() -> None:
    command = [sys.executable, "-m", "conformance.reference", "erp", "--broker"]
    for url, reason in (("kafka://127.0.0.1:1", "speak NATS only"), (address(1), "start one")):
        done = subprocess.run([*command, url], capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert reason in done.stderr


@pytest.mark.parametrize("fault", EVENTS, ids=lambda fault: fault.id)
def test_each_event_fault_is_found(fault: Fault, day: Day, tmp_path: Path) -> None:
    """The fault's own distortion, put on the recorded messages of its contract."""
    told = load(document_of(fault.contract, kind="asyncapi")).data["channels"].values()
    addresses = {channel["address"] for channel in told}
    spoiled: list[str] = []
    for line in day.events:
        record = json.loads(line)
        if record["address"] not in addresses:
            spoiled.append(line)
            continue
        if fault.line is not None:
            spoiled.append(json.dumps(fault.line(record)))
            continue
        assert fault.event is not None
        spoiled += [
            json.dumps({**record, "key": sent.get("partitionkey"), "message": sent})
            for sent in fault.event(record["message"])
        ]
    path = tmp_path / "spoiled.jsonl"
    path.write_text("\n".join(spoiled))
    found = held_against_contracts(read_capture(path))
    assert set(fault.found_by) & {f.check for f in found.failures}, found.failures


def test_a_switched_on_event_fault_reaches_the_capture(start: Start) -> None:
    running = {name: start(name) for name in SYSTEMS if name != "wms"}
    running["wms"] = start("wms", "receipt-sent-twice")
    business_day(running)
    found = held_against_contracts(read_capture(running["wms"].capture))
    assert {f.check for f in found.failures} == {"duplicates"}
