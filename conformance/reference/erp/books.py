"""What the ERP remembers, and the small rules all its desks share."""

from __future__ import annotations

import copy

from conformance.reference.calls import Call, Rejected, Reply
from conformance.reference.capture import Outlet, now
from conformance.reference.collection import Collection, Record
from conformance.reference.erp import seed
from conformance.reference.service import Parts
from contracts.verdict import Json

OUTLETS = {
    kind: Outlet(
        f"erp.{kind}.changed",
        f"erp.{kind}.changed.v1",
        "/erp/master-data",
        "https://interlock.example/contracts/erp.master-data-events/1.0.0"
        f"#/components/schemas/{kind.title()}Changed",
    )
    for kind in ("supplier", "item")
}
"""Events of erp.master-data-events, by object."""


class Books:
    """The records of the ERP, its faults and its line to the outside."""

    def __init__(self, parts: Parts) -> None:
        self.faults = parts.faults
        self.capture = parts.capture
        self.release = parts.release
        self.suppliers = _filled("supplier", "supplierId", seed.suppliers())
        self.items = _filled("item", "itemId", seed.items())
        self.orders = _filled("purchase order", "poNumber", seed.orders(parts.release))
        self.receipts = _filled("goods receipt", "receiptId", seed.receipts(parts.release))
        self.sales = _filled("sales order", "orderId", seed.sales())
        self.stock = seed.stock()
        self.documents = 5000001000
        self.proposals = 42

    def check_version(self, call: Call, record: Record, field: str = "version") -> None:
        """Refuse a change to a record that moved on (RFC 9110 §13.1.1).

        Raises:
            Rejected: 412.
        """
        if "stale-change-accepted" in self.faults:
            return
        if call.if_match != etag(record, field):
            raise Rejected(412, f"The record is at {etag(record, field)}, not at {call.if_match}")

    def master_data_changed(
        self, kind: str, call: Call, record: Record, key: str, fields: list[str]
    ) -> None:
        """Tell the others that a master changed."""
        self.capture.emit(
            OUTLETS[kind],
            {
                f"{kind}Id": key,
                "version": record["version"],
                "changedFields": fields,
                "status": record["status"],
                "changedAt": record["changedAt"],
            },
            key=key,
            subject=key,
            correlation_id=call.correlation_id,
        )


def etag(record: Record, field: str = "version") -> str:
    """The version of a record as an ETag."""
    return f'"{record[field]}"'


def shown(record: Record, status: int = 200, field: str | None = None, **headers: str) -> Reply:
    """A record as an answer, with its ETag where it has a version."""
    tagged = {"ETag": etag(record, field)} if field else {}
    return Reply(status, copy.deepcopy(record), {**tagged, **headers})


def merged(record: Record, change: Json) -> Record:
    """A record after a JSON merge patch (RFC 7396)."""
    result = copy.deepcopy(record)
    for name, value in change.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict) and isinstance(result.get(name), dict):
            result[name] = merged(result[name], value)
        else:
            result[name] = copy.deepcopy(value)
    return result


def since(record: Record, field: str, instant: str) -> bool:
    """Whether a record's instant is at or after another."""
    from datetime import datetime

    return datetime.fromisoformat(record[field].upper()) >= datetime.fromisoformat(instant.upper())


def stamp(record: Record, field: str = "changedAt") -> Record:
    """The record with the time of this change."""
    record[field] = now()
    return record


def _filled(noun: str, key: str, records: list[Record]) -> Collection:
    collection = Collection(noun)
    for record in records:
        collection.add(record[key], record)
    return collection
