"""Sales orders: captured by channels, accepted here."""

from __future__ import annotations

import copy
from collections.abc import Mapping

from conformance.reference.calls import Call, Rejected, Reply
from conformance.reference.capture import now
from conformance.reference.collection import Record
from conformance.reference.erp.books import Books, shown, since, stamp
from conformance.reference.service import Handler
from contracts.governance.states import MACHINES

LIFE = next(machine for machine in MACHINES if machine.name == "sales-order")
ON_HOLD = frozenset({"CUST-HOLD"})
"""Customers who get nothing until they have paid."""


class Sales:
    """Answers the operations of erp.sales-order."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def handlers(self) -> Mapping[str, Handler]:
        """Operation ids and what answers them."""
        return {
            "listSalesOrders": self.browse,
            "placeSalesOrder": self.place,
            "validateSalesOrder": self.validate,
            "getSalesOrder": self.get,
            "cancelSalesOrder": self.cancel,
        }

    def browse(self, call: Call) -> Reply:
        """A page, filtered."""

        def keep(record: Record) -> bool:
            for name in ("customerId", "status"):
                if name in call.query and record[name] != call.query[name]:
                    return False
            moment = call.query.get("changedSince")
            return moment is None or since(record, "changedAt", moment)

        return Reply(200, self._books.sales.page(call, keep))

    def place(self, call: Call) -> Reply:
        """Take an order over."""
        if call.body["customerId"] in ON_HOLD:
            raise Rejected(409, f"Customer {call.body['customerId']} is on hold")
        numbers = [line["lineNumber"] for line in call.body["lines"]]
        if len(numbers) != len(set(numbers)):
            raise Rejected(409, "A line number comes twice; give each line its own")
        moment = now()
        record: Record = {
            **copy.deepcopy(call.body),
            "lines": [
                {**line, "allocatedQuantity": 0, "shippedQuantity": 0}
                for line in copy.deepcopy(call.body["lines"])
            ],
            "status": "placed",
            "placedAt": moment,
            "changedAt": moment,
        }
        self._books.sales.add(record["orderId"], record)
        return shown(record, 201, Location=f"/sales-orders/{record['orderId']}")

    def validate(self, call: Call) -> Reply:
        """Whether an order would be accepted, and what stands in the way."""
        findings: list[Record] = []
        if call.body["customerId"] in ON_HOLD:
            findings.append({"kind": "creditHold", "message": "The customer is on hold"})
        for line in call.body["lines"]:
            findings += self._line(line)
        return Reply(200, {"valid": not findings, "findings": findings[:1000]})

    def get(self, call: Call) -> Reply:
        """One order."""
        return shown(self._books.sales.get(call.path["orderId"]))

    def cancel(self, call: Call) -> Reply:
        """Compensates placing; not once the order is released."""
        record = self._books.sales.get(call.path["orderId"])
        if not LIFE.allowed(record["status"], "cancelled"):
            raise Rejected(409, f"The order is {record['status']}")
        record["status"] = "cancelled"
        return shown(stamp(record))

    def _line(self, line: Record) -> list[Record]:
        number, item = line["lineNumber"], line["itemId"]
        if item not in self._books.items:
            text = f"There is no item {item}"
            return [{"lineNumber": number, "kind": "unknownItem", "message": text}]
        there = sum(e["available"] for (i, _), e in self._books.stock.items() if i == item)
        if line["quantity"] > there:
            text = f"{there} can be promised now"
            return [{"lineNumber": number, "kind": "notAvailable", "message": text}]
        return []
