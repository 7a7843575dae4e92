"""Requisitions: written, submitted, decided, withdrawn."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from decimal import Decimal

from conformance.reference.calls import Call, Rejected, Reply
from conformance.reference.capture import now
from conformance.reference.collection import Collection, Record
from conformance.reference.service import Handler, Parts

DECIDED = {"approve": "approved", "reject": "rejected", "return": "returned"}
FIRST_DAY = ("draft", "submitted", "approved", "draft", "submitted", "rejected", "returned")
"""States of the requisitions the platform began with."""
BUDGET = Decimal("18250.00")


class Requisitions:
    """Answers the operations of procurement.requisition."""

    def __init__(self, parts: Parts) -> None:
        self._faults = parts.faults
        self.records = Collection("requisition")
        self._number = 815
        for index, status in enumerate(FIRST_DAY):
            number = f"REQ-2026-{815 + index:04d}"
            self.records.add(number, _seed(number, status))
            self._number = 815 + index

    def handlers(self) -> Mapping[str, Handler]:
        """Operation ids and what answers them."""
        return {
            "listRequisitions": self.browse,
            "createRequisition": self.create,
            "getRequisition": self.get,
            "submitRequisition": self.submit,
            "decideRequisition": self.decide,
            "withdrawRequisition": self.withdraw,
            "checkBudget": self.check_budget,
        }

    def browse(self, call: Call) -> Reply:
        """A page, filtered."""

        def keep(record: Record) -> bool:
            names = ("status", "costCentre")
            return all(n not in call.query or record[n] == call.query[n] for n in names)

        return Reply(200, self.records.page(call, keep))

    def create(self, call: Call) -> Reply:
        """A new draft; the platform gives the number."""
        numbers = [line["lineNumber"] for line in call.body["lines"]]
        if len(numbers) != len(set(numbers)):
            raise Rejected(409, "A line number comes twice; give each line its own")
        self._number += 1
        number, moment = f"REQ-2026-{self._number:04d}", now()
        record: Record = {
            "requisitionId": number,
            "status": "draft",
            "priority": "normal",
            **copy.deepcopy(call.body),
            "createdAt": moment,
            "changedAt": moment,
        }
        self.records.add(number, record)
        return self._shown(record, 201, Location=f"/requisitions/{number}")

    def get(self, call: Call) -> Reply:
        """One requisition."""
        return self._shown(self.records.get(call.path["requisitionId"]))

    def submit(self, call: Call) -> Reply:
        """Draft or returned becomes submitted."""
        allowed = {"draft", "returned"}
        if "rejected-requisition-reopened" in self._faults:
            allowed.add("rejected")
        return self._moved(call, allowed, "submitted")

    def decide(self, call: Call) -> Reply:
        """A submitted requisition is approved, rejected or returned."""
        allowed = {"submitted", "inReview"}
        if "draft-approved" in self._faults:
            allowed.add("draft")
        return self._moved(call, allowed, DECIDED[call.body["decision"]])

    def withdraw(self, call: Call) -> Reply:
        """Taken back before it is decided."""
        return self._moved(call, {"draft", "submitted", "inReview", "returned"}, "withdrawn")

    def check_budget(self, call: Call) -> Reply:
        """Whether the cost centre can pay; nothing is reserved."""
        wanted = Decimal(call.body["amount"]["amount"])
        result = "ok" if wanted <= BUDGET * Decimal("0.9") else "warning"
        return Reply(
            200,
            {
                "costCentre": call.body["costCentre"],
                "result": "exceeded" if wanted > BUDGET else result,
                "available": {
                    "amount": str(BUDGET),
                    "currency": call.body["amount"]["currency"],
                },
                "asOf": now(),
            },
        )

    def ordered(self, number: str, order: str) -> None:
        """An approved requisition became an order."""
        record = self.records.find(number)
        if record is not None and record["status"] == "approved":
            record.update(status="ordered", poNumber=order, changedAt=now())

    def _moved(self, call: Call, allowed: set[str], to: str) -> Reply:
        record = self.records.get(call.path["requisitionId"])
        if record["status"] not in allowed:
            raise Rejected(409, f"The requisition is {record['status']}")
        record["status"] = to
        record["changedAt"] = now()
        return self._shown(record)

    def _shown(self, record: Record, status: int = 200, **headers: str) -> Reply:
        return Reply(status, copy.deepcopy(record), headers)


def _seed(number: str, status: str) -> Record:
    return {
        "requisitionId": number,
        "status": status,
        "priority": "urgent",
        "costCentre": "CC4711",
        "neededBy": "2026-03-20",
        "deliverTo": "5412345000013",
        "lines": [
            {"lineNumber": "00010", "itemId": "BOLT-M8X40", "quantity": 5000, "uom": "EA"},
        ],
        "createdAt": "2026-03-01T09:12:00Z",
        "changedAt": "2026-03-01T09:12:00Z",
    }
