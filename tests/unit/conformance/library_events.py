"""Events of the library's contracts, changed, put in a row and checked."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import contracts
from conformance.events import EventSuite, Message, check
from conformance.evidence import Run
from contracts.documents import Document, load

LIBRARY = Path(contracts.__file__).parent / "library"
ORDERS = load(LIBRARY / "procurement/purchase-order-events/1.0.0.asyncapi.yaml")
RECEIPTS = load(LIBRARY / "wms/goods-receipt-events/1.0.0.asyncapi.yaml")
MASTERS = load(LIBRARY / "erp/master-data-events/1.0.0.asyncapi.yaml")
STOCK = load(LIBRARY / "wms/inventory-events/1.0.0.asyncapi.yaml")
COUNTED = "wms.receipt.counted"
STATUS = "procurement.purchase-order.status-changed"


def example(document: Document, name: str) -> dict[str, Any]:
    found = document.get(f"/components/messages/{name}/examples/0/payload")
    return copy.deepcopy(found)


def counted(**changes: Any) -> dict[str, Any]:
    return {**example(RECEIPTS, "receiptCounted"), **changes}


def moved(before: str, after: str, number: int) -> dict[str, Any]:
    event = example(ORDERS, "purchaseOrderStatusChanged")
    event.update(id=f"e{number}", sequence=f"{number:020d}")
    event["data"].update(previousStatus=before, status=after)
    return event


def with_data(event: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**event, "data": {**event["data"], **changes}}


def without(event: dict[str, Any], name: str) -> dict[str, Any]:
    return {n: v for n, v in event.items() if n != name}


def stream(*events: Any, address: str | None = COUNTED, **around: Any) -> list[Message]:
    return [Message(address, event, n, **around) for n, event in enumerate(events, 1)]


def run(messages: Iterable[Message], **suite: Any) -> Run:
    return check(EventSuite(**suite), [ORDERS, RECEIPTS, STOCK, MASTERS], messages)
