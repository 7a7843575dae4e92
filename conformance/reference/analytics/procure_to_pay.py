"""One row per purchase order line, replaced by key, with the age of the load."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from statistics import median

from conformance.reference.calls import Call, Rejected, Reply
from conformance.reference.capture import now
from conformance.reference.collection import Collection, Record
from conformance.reference.service import Backstage, Handler
from contracts.verdict import Json

MATCH = {
    "partiallyReceived": "partiallyReceived",
    "fullyReceived": "received",
    "matched": "matched",
    "disputed": "disputed",
    "posted": "posted",
}
"""Match status by workflow state; everything before a receipt is notReceived."""


class ProcureToPay:
    """Answers the operations of analytics.procure-to-pay."""

    def __init__(self) -> None:
        self._rows = Collection("order line")
        for row in _seed():
            self._rows.add(_key(row), row)

    def handlers(self) -> Mapping[str, Handler]:
        """Operation ids and what answers them."""
        return {
            "listOrderLines": self.browse,
            "getOrderLine": self.get,
            "getSummary": self.summary,
        }

    def deeds(self) -> Mapping[str, Backstage]:
        """Loading: one captured event after the other."""
        return {"load-event": self.load}

    def browse(self, call: Call) -> Reply:
        """A page, filtered."""

        def keep(row: Record) -> bool:
            names = ("supplierId", "companyCode", "matchStatus")
            if any(n in call.query and row[n] != call.query[n] for n in names):
                return False
            moment = call.query.get("approvedSince")
            return moment is None or _instant(row["approvedAt"]) >= _instant(moment)

        return Reply(200, self._rows.page(call, keep))

    def get(self, call: Call) -> Reply:
        """One row."""
        key = f"{call.path['poNumber']}_{call.path['lineNumber']}"
        return Reply(200, copy.deepcopy(self._rows.get(key)))

    def summary(self, call: Call) -> Reply:
        """Totals over all rows, or over one company."""
        company = call.query.get("companyCode")
        rows = [r for r in self._rows if company is None or r["companyCode"] == company]
        arrived = [r for r in rows if r["matchStatus"] != "notReceived"]
        matched = [r for r in arrived if r["matchStatus"] in {"matched", "posted"}]
        hours = [
            (_instant(r["receiptPostedAt"]) - _instant(r["approvedAt"])).total_seconds() / 3600
            for r in rows
            if "receiptPostedAt" in r
        ]
        amounts: dict[str, Decimal] = {}
        for row in rows:
            total = amounts.get(row["currency"], Decimal(0))
            amounts[row["currency"]] = total + Decimal(row["netAmount"])
        body: Record = {
            "rows": len(rows),
            "matchRate": round(len(matched) / len(arrived), 4) if arrived else 0,
            "orderedAmount": [
                {"amount": f"{amount:.2f}", "currency": currency}
                for currency, amount in sorted(amounts.items())
            ],
            "asOf": now(),
        }
        if hours:
            body["medianApprovalToReceiptHours"] = round(max(0.0, median(hours)), 1)
        return Reply(200, body)

    def load(self, what: Mapping[str, Json]) -> Json:
        """Take one event of the backbone into the rows."""
        event = what["event"]
        data, kind = event["data"], event["type"].split(".")[-2]
        if kind == "approved":
            for line in data["lines"]:
                self._approved(data, line)
        elif kind in {"statusChanged", "transmitted", "counted"}:
            for row in [r for r in self._rows if r["poNumber"] == data["poNumber"]]:
                self._touched(row, kind, data)
        return {"rows": len(self._rows)}

    def _approved(self, order: Mapping[str, Json], line: Mapping[str, Json]) -> None:
        row: Record = {
            "poNumber": order["poNumber"],
            "lineNumber": line["lineNumber"],
            "revision": order["revision"],
            "supplierId": order["supplierId"],
            "itemId": line["itemId"],
            "companyCode": order.get("companyCode", "DE01"),
            "orderedQuantity": line["quantity"],
            "receivedQuantity": 0,
            "invoicedQuantity": 0,
            "uom": line["uom"],
            "netAmount": "0.00",
            "currency": order["currency"],
            "matchStatus": "notReceived",
            "approvedAt": order["approvedAt"],
            "asOf": now(),
        }
        if _key(row) in self._rows:
            raise Rejected(409, f"There is a row {_key(row)} already")
        self._rows.add(_key(row), row)

    def _touched(self, row: Record, kind: str, data: Mapping[str, Json]) -> None:
        if kind == "statusChanged":
            row["matchStatus"] = MATCH.get(data["status"], row["matchStatus"])
            row["revision"] = data["revision"]
            if data["status"] == "acknowledged":
                row["acknowledgedAt"] = data["changedAt"]
        elif kind == "transmitted":
            row["transmittedAt"] = data["transmittedAt"]
        else:
            lines = [n for n in data["lines"] if n["lineNumber"] == row["lineNumber"]]
            for line in lines:
                row["receivedQuantity"] += line["receivedQuantity"]
                row.setdefault("receiptPostedAt", data["countedAt"])
        row["asOf"] = now()


def _key(row: Mapping[str, Json]) -> str:
    return f"{row['poNumber']}_{row['lineNumber']}"


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.upper())


def _seed() -> list[Record]:
    rows: list[Record] = []
    for number, item, status, received in [
        ("0417", "BOLT-M8X40", "partiallyReceived", 4800),
        ("0418", "NUT-M8", "notReceived", 0),
        ("0419", "PALLET-EUR", "matched", 5000),
        ("0420", "SOLVENT-5L", "posted", 5000),
        ("0421", "BOLT-M8X40", "disputed", 5100),
    ]:
        row: Record = {
            "poNumber": f"PO-2026-{number}",
            "lineNumber": "00010",
            "revision": 2,
            "supplierId": "SUP-10023",
            "itemId": item,
            "companyCode": "DE01",
            "orderedQuantity": 5000,
            "receivedQuantity": received,
            "invoicedQuantity": received if status in {"matched", "posted"} else 0,
            "uom": "EA",
            "netAmount": "625.00",
            "currency": "EUR",
            "matchStatus": status,
            "approvedAt": "2026-03-02T08:15:30Z",
            "transmittedAt": "2026-03-02T08:16:02Z",
            "acknowledgedAt": "2026-03-02T13:40:00Z",
            "asOf": "2026-03-17T11:00:00Z",
        }
        if received:
            row["receiptPostedAt"] = "2026-03-17T10:42:07Z"
        rows.append(row)
    return rows
