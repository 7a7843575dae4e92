"""The general ledger: every receipt that is posted or reversed is a journal, debit and credit."""

from __future__ import annotations

from decimal import Decimal

from conformance.reference.capture import Outlet, now
from conformance.reference.collection import Record
from conformance.reference.erp.books import Books

STOCK, CLEARING = "140000", "191100"
"""Accounts: inventory, and goods received that are not invoiced yet."""
JOURNAL = Outlet(
    "finance.journal.posted",
    "finance.journal.posted.v1",
    "/finance/ledger",
    "https://interlock.example/contracts/finance.posting-events/1.0.0"
    "#/components/schemas/JournalPosted",
)
"""The event of finance.posting-events that a receipt leads to."""


class Ledger:
    """Books what goods are worth."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._journals = 90000

    def post(self, receipt: Record, order: Record, line: Record, correlation_id: str) -> None:
        """One journal for one receipt; a reversal books the other way round."""
        price = line["price"]
        value = Decimal(str(receipt["quantity"])) * Decimal(price["amount"])
        value = (value / Decimal(str(price["perQuantity"]))).quantize(Decimal("0.01"))
        first, second = ("credit", "debit") if "reversalOf" in receipt else ("debit", "credit")
        self._journals += 1
        number = f"JRN-{receipt['postingDate'][:4]}-{self._journals}"
        money = {"amount": f"{value:.2f}", "currency": price["currency"]}
        self._books.capture.emit(
            JOURNAL,
            {
                "journalId": number,
                "companyCode": order["companyCode"],
                "fiscalPeriod": receipt["postingDate"][:7],
                "postingDate": receipt["postingDate"],
                "sourceDocument": receipt["receiptId"],
                "lines": [
                    {"account": STOCK, "side": first, **money},
                    {"account": CLEARING, "side": second, **money},
                ],
                "postedAt": now(),
            },
            key=number,
            subject=number,
            correlation_id=correlation_id,
        )
