"""Purchase orders: created by procurement, kept, changed, cancelled and closed here."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from conformance.reference.calls import Call, Rejected, Reply
from conformance.reference.capture import now
from conformance.reference.collection import Record
from conformance.reference.erp.books import Books, shown, since, stamp
from conformance.reference.service import Handler

CLOSING = {
    ("open", "receiving"): "closedForReceiving",
    ("open", "invoicing"): "closedForInvoicing",
    ("closedForReceiving", "invoicing"): "closed",
    ("closedForInvoicing", "receiving"): "closed",
    ("open", "final"): "finallyClosed",
    ("closedForReceiving", "final"): "finallyClosed",
    ("closedForInvoicing", "final"): "finallyClosed",
    ("closed", "final"): "finallyClosed",
}
"""State after closing; anything else is refused."""


class Orders:
    """Answers the operations of erp.purchase-order."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def handlers(self) -> Mapping[str, Handler]:
        """Operation ids and what answers them."""
        return {
            "listPurchaseOrders": self.browse,
            "createPurchaseOrder": self.create,
            "getPurchaseOrder": self.get,
            "changePurchaseOrder": self.change,
            "cancelPurchaseOrder": self.cancel,
            "closePurchaseOrder": self.close,
        }

    def browse(self, call: Call) -> Reply:
        """A page, filtered."""

        def keep(record: Record) -> bool:
            for name in ("supplierId", "status"):
                if name in call.query and record[name] != call.query[name]:
                    return False
            moment = call.query.get("changedSince")
            return moment is None or since(record, "changedAt", moment)

        return Reply(200, self._books.orders.page(call, keep))

    def create(self, call: Call) -> Reply:
        """A new order at revision 1; suppliers the ERP does not know are one-time suppliers."""
        supplier = self._books.suppliers.find(call.body["supplierId"])
        if supplier is not None and supplier["blocks"]["purchasing"]:
            raise Rejected(409, f"Supplier {supplier['supplierId']} is blocked for purchasing")
        moment = now()
        record: Record = {
            **copy.deepcopy(call.body),
            "revision": 1,
            "status": "open",
            "lines": [self._line(line) for line in self._distinct(call.body["lines"])],
            "createdAt": moment,
            "changedAt": moment,
        }
        self._value(record)
        self._books.orders.add(record["poNumber"], record)
        where = f"/purchase-orders/{record['poNumber']}"
        return shown(record, 201, "revision", Location=where)

    def get(self, call: Call) -> Reply:
        """One order."""
        return shown(self._books.orders.get(call.path["poNumber"]), 200, "revision")

    def change(self, call: Call) -> Reply:
        """New terms or lines under If-Match; raises the revision."""
        record = self._books.orders.get(call.path["poNumber"])
        self._books.check_version(call, record, "revision")
        if record["status"] not in {"open", "closedForReceiving", "closedForInvoicing"}:
            raise Rejected(409, f"The order is {record['status']}")
        if "lines" in call.body:
            lines = self._changed_lines(record, call.body["lines"])
            self._value({**record, "lines": lines})
            record["lines"] = lines
        if "paymentTerms" in call.body:
            record["paymentTerms"] = call.body["paymentTerms"]
        record["revision"] += 1
        self._value(stamp(record))
        return shown(record, 200, "revision")

    def cancel(self, call: Call) -> Reply:
        """Compensates the creation; not once goods came."""
        record = self._books.orders.get(call.path["poNumber"])
        received = any(line["receivedQuantity"] for line in record["lines"])
        if received:
            raise Rejected(409, "Goods were received; close the order instead")
        if record["status"] != "open":
            raise Rejected(409, f"The order is {record['status']}")
        record["status"] = "cancelled"
        record["revision"] += 1
        return shown(stamp(record), 200, "revision")

    def close(self, call: Call) -> Reply:
        """No further receipt, no further invoice, or neither."""
        record = self._books.orders.get(call.path["poNumber"])
        state = CLOSING.get((record["status"], call.body["kind"]))
        if state is None:
            raise Rejected(409, f"The order is {record['status']}")
        record["status"] = state
        for line in record["lines"]:
            if state in {"closedForReceiving", "closed", "finallyClosed"}:
                line["completelyDelivered"] = True
            if state in {"closedForInvoicing", "closed", "finallyClosed"}:
                line["finallyInvoiced"] = True
        record["revision"] += 1
        return shown(stamp(record), 200, "revision")

    def _distinct(self, lines: list[Record]) -> list[Record]:
        numbers = [line["lineNumber"] for line in lines]
        if len(numbers) != len(set(numbers)):
            raise Rejected(409, "A line number comes twice; give each line its own")
        return lines

    def _line(self, line: Record, known: Record | None = None) -> Record:
        kept = known or {}
        result: Record = {
            **copy.deepcopy(line),
            "receivedQuantity": kept.get("receivedQuantity", 0),
            "invoicedQuantity": kept.get("invoicedQuantity", 0),
            "completelyDelivered": kept.get("completelyDelivered", False),
            "finallyInvoiced": kept.get("finallyInvoiced", False),
        }
        if "requestedDate" in line:
            result["expectedDate"] = line["requestedDate"]
        return result

    def _changed_lines(self, record: Record, lines: list[Record]) -> list[Record]:
        known = {line["lineNumber"]: line for line in record["lines"]}
        wanted = {line["lineNumber"]: line for line in self._distinct(lines)}
        for number, line in known.items():
            if line["receivedQuantity"] > wanted.get(number, {}).get("quantity", 0):
                raise Rejected(409, f"Line {number} received {line['receivedQuantity']} already")
        return [self._line(line, known.get(line["lineNumber"])) for line in lines]

    def _value(self, record: Record) -> None:
        """The sum of the lines, from release 2 on."""
        if self._books.release < "2":
            return
        total = sum((_worth(line) for line in record["lines"]), Decimal(0))
        if abs(total) >= 10**15:
            raise Rejected(409, "The order is worth more than an amount can say")
        record["netValue"] = {"amount": f"{total:.2f}", "currency": record["currency"]}


def _worth(line: Any) -> Decimal:
    price = line["price"]
    per = Decimal(str(price["perQuantity"]))
    return Decimal(price["amount"]) * Decimal(str(line["quantity"])) / per
