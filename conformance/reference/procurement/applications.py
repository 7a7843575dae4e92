"""Onboarding: companies apply, category managers decide."""

from __future__ import annotations

import copy
from collections.abc import Mapping

from conformance.reference.calls import Call, Rejected, Reply
from conformance.reference.capture import now
from conformance.reference.collection import Collection, Record
from conformance.reference.service import Handler

STEPS = {
    ("prospective", "review"): "underReview",
    ("prospective", "approve"): "approved",
    ("prospective", "reject"): "rejected",
    ("underReview", "approve"): "approved",
    ("underReview", "reject"): "rejected",
}
"""State after a decision; anything else is refused."""


class Applications:
    """Answers the operations of procurement.supplier-onboarding."""

    def __init__(self) -> None:
        self._records = Collection("application")
        self._number = 30
        for _ in range(4):
            self._add(copy.deepcopy(_COMPANY), "2026-01-12T10:00:00Z")

    def handlers(self) -> Mapping[str, Handler]:
        """Operation ids and what answers them."""
        return {
            "listApplications": self.browse,
            "applyForOnboarding": self.apply,
            "getApplication": self.get,
            "decideApplication": self.decide,
        }

    def browse(self, call: Call) -> Reply:
        """A page, filtered."""
        wanted = call.query.get("status")
        page = self._records.page(call, lambda r: wanted is None or r["status"] == wanted)
        return Reply(200, page)

    def apply(self, call: Call) -> Reply:
        """A company asks to become a supplier."""
        record = self._add(copy.deepcopy(call.body), now())
        where = f"/supplier-applications/{record['applicationId']}"
        return Reply(201, copy.deepcopy(record), {"Location": where})

    def get(self, call: Call) -> Reply:
        """One application."""
        return Reply(200, copy.deepcopy(self._records.get(call.path["applicationId"])))

    def decide(self, call: Call) -> Reply:
        """Into review, approved or rejected."""
        record = self._records.get(call.path["applicationId"])
        state = STEPS.get((record["status"], call.body["decision"]))
        if state is None:
            raise Rejected(409, f"The application is {record['status']}")
        record["status"] = state
        if "riskTier" in call.body:
            record["riskTier"] = call.body["riskTier"]
        record["changedAt"] = now()
        return Reply(200, copy.deepcopy(record))

    def _add(self, company: Record, moment: str) -> Record:
        self._number += 1
        number = f"APP-2026-{self._number:04d}"
        record = {"applicationId": number, **company, "status": "prospective", "changedAt": moment}
        return self._records.add(number, record)


_COMPANY: Record = {
    "legalName": "Nordschrauben GmbH",
    "country": "DE",
    "taxIds": [{"scheme": "VAT", "value": "DE129273398"}],
    "contacts": [
        {
            "name": "Order desk",
            "email": "orders@nordschrauben.example",
            "phone": "+4940123456",
            "role": "orders",
        }
    ],
    "certificates": [
        {
            "type": "iso9001",
            "number": "Q-4711",
            "issuer": "TUEV",
            "validFrom": "2024-06-01",
            "validTo": "2027-05-31",
        }
    ],
    "categories": ["31161500"],
}
