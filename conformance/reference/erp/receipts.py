"""Goods receipts: posted against orders, never edited, only reversed."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from decimal import Decimal

from conformance.reference.calls import Call, Rejected, Reply
from conformance.reference.capture import now
from conformance.reference.collection import Record
from conformance.reference.erp.books import Books, shown, since
from conformance.reference.erp.ledger import Ledger
from conformance.reference.erp.seed import LOCATIONS, document_name
from conformance.reference.service import Handler

FIRST_DAY = "2026-02"
"""Receipts posted before are those the ERP began with."""


class Receipts:
    """Answers the operations of erp.goods-receipt."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._ledger = Ledger(books)

    def handlers(self) -> Mapping[str, Handler]:
        """Operation ids and what answers them."""
        return {
            "listGoodsReceipts": self.browse,
            "postGoodsReceipt": self.post,
            "getGoodsReceipt": self.get,
            "reverseGoodsReceipt": self.reverse,
        }

    def browse(self, call: Call) -> Reply:
        """A page, filtered."""

        def keep(record: Record) -> bool:
            if "poNumber" in call.query and record["poNumber"] != call.query["poNumber"]:
                return False
            moment = call.query.get("postedSince")
            return moment is None or since(record, "postedAt", moment)

        return Reply(200, self._books.receipts.page(call, keep))

    def post(self, call: Call) -> Reply:
        """Stock and value move, the order line counts up."""
        body = call.body
        if body["receiptId"] in self._books.receipts:
            raise Rejected(409, f"There is a goods receipt {body['receiptId']} already")
        line = self._line(body)
        self._check_quantity(body, line)
        record = {**copy.deepcopy(body), **self._posting(body["postingDate"])}
        self._books.receipts.add(record["receiptId"], record)
        line["receivedQuantity"] = _plus(line["receivedQuantity"], body["quantity"])
        if line["receivedQuantity"] >= line["quantity"]:
            line["completelyDelivered"] = True
        self._move(line["itemId"], body.get("deliverTo"), body["quantity"])
        order = self._books.orders.get(body["poNumber"])
        self._ledger.post(record, order, line, call.correlation_id)
        return shown(record, 201, Location=f"/goods-receipts/{record['receiptId']}")

    def get(self, call: Call) -> Reply:
        """One receipt."""
        record = self._books.receipts.get(call.path["receiptId"])
        if (
            "receipt-not-found-after-posting" in self._books.faults
            and record["postedAt"] > FIRST_DAY
        ):
            raise Rejected(404, "The receipt has not arrived in the read store")
        return shown(record)

    def reverse(self, call: Call) -> Reply:
        """A second document that points to the first."""
        original = self._books.receipts.get(call.path["receiptId"])
        if original["status"] == "reversed" or "reversalOf" in original:
            raise Rejected(409, "The receipt is reversed, or is itself a reversal")
        number = call.body["reversalId"]
        posting = self._posting(call.body["postingDate"])
        kept = {n: v for n, v in original.items() if n != "reversedBy"}
        record = {
            **copy.deepcopy(kept),
            **posting,
            "receiptId": number,
            "movementType": "102",
            "postingDate": call.body["postingDate"],
            "reversalOf": original["receiptId"],
        }
        self._books.receipts.add(number, record)
        original["status"] = "reversed"
        original["reversedBy"] = number
        self._take_back(original)
        self._unbook(record, call.correlation_id)
        return shown(record, 201, Location=f"/goods-receipts/{number}")

    def _unbook(self, reversal: Record, correlation_id: str) -> None:
        order = self._books.orders.find(reversal["poNumber"])
        for line in order["lines"] if order else ():
            if line["lineNumber"] == reversal["lineNumber"] and order is not None:
                self._ledger.post(reversal, order, line, correlation_id)

    def _line(self, body: Record) -> Record:
        order = self._books.orders.find(body["poNumber"])
        if order is None:
            raise Rejected(409, f"There is no purchase order {body['poNumber']}")
        if order["status"] not in {"open", "closedForInvoicing"}:
            raise Rejected(409, f"Purchase order {body['poNumber']} is {order['status']}")
        for line in order["lines"]:
            if line["lineNumber"] == body["lineNumber"]:
                found: Record = line
                return found
        raise Rejected(409, f"Purchase order {body['poNumber']} has no line {body['lineNumber']}")

    def _check_quantity(self, body: Record, line: Record) -> None:
        if body["movementType"] != "101":
            raise Rejected(409, "Only movement type 101 is posted here; reverse takes back")
        if body["uom"] != line["uom"]:
            raise Rejected(409, f"The line is in {line['uom']}, the receipt in {body['uom']}")
        if body["quantity"] <= 0:
            raise Rejected(409, "Nothing was received")
        allowed = Decimal(str(line["quantity"])) * (
            1 + Decimal(str(line.get("overTolerancePct", 0))) / 100
        )
        total = Decimal(str(line["receivedQuantity"])) + Decimal(str(body["quantity"]))
        if total > allowed:
            raise Rejected(409, f"{total} would be received of {allowed} that are allowed")

    def _posting(self, day: str) -> Record:
        self._books.documents += 1
        return {
            "status": "posted",
            document_name(self._books.release): {
                "year": min(2999, max(1900, int(day[:4]))),
                "number": f"{self._books.documents:010d}",
                "item": "0001",
            },
            "postedAt": now(),
        }

    def _take_back(self, receipt: Record) -> None:
        order = self._books.orders.find(receipt["poNumber"])
        for line in order["lines"] if order else ():
            if line["lineNumber"] == receipt["lineNumber"]:
                line["receivedQuantity"] = _plus(line["receivedQuantity"], -receipt["quantity"])
                line["completelyDelivered"] = False
                self._move(line["itemId"], receipt.get("deliverTo"), -receipt["quantity"])

    def _move(self, item: str, gln: str | None, quantity: float) -> None:
        place = LOCATIONS.get(gln or "", "DC-EAST")
        entry = self._books.stock.setdefault((item, place), {"available": 0})
        entry["available"] = max(0, _plus(entry["available"], quantity))


def _plus(first: float, second: float) -> float:
    total = Decimal(str(first)) + Decimal(str(second))
    return int(total) if total == total.to_integral_value() else float(total)
