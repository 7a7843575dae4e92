"""Receiving: goods are counted against what was ordered, and a count can be taken back."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.reference.calls import Rejected
from conformance.reference.capture import Event, Outlet, now
from conformance.reference.collection import Collection, Record
from conformance.reference.service import Backstage, Parts
from conformance.reference.wms.stock import Stock
from contracts.verdict import Json


def _outlet(name: str) -> Outlet:
    return Outlet(
        f"wms.receipt.{name}",
        f"wms.receipt.{name}.v1",
        "/wms/receipts",
        "https://interlock.example/contracts/wms.goods-receipt-events/1.0.0"
        f"#/components/schemas/Receipt{name.title()}",
    )


OUTLETS = {name: _outlet(name) for name in ("counted", "discrepancy", "reversed")}
"""Events of wms.goods-receipt-events, by name."""


class Receipts:
    """Counts and reversals."""

    def __init__(self, parts: Parts, stock: Stock) -> None:
        self._capture = parts.capture
        self._stock = stock
        self._records = Collection("receipt")

    def deeds(self) -> Mapping[str, Backstage]:
        """What happens at the gate, by name."""
        return {
            "count-receipt": self.count,
            "reverse-receipt": self.reverse,
            "return-receipt": self.hand_back,
        }

    def count(self, what: Mapping[str, Json]) -> Json:
        """Goods were counted; ``expected`` maps line numbers to ordered quantities."""
        receipt: Record = {
            "receiptId": what["receiptId"],
            "poNumber": what["poNumber"],
            "location": what["location"],
            "lines": what["lines"],
        }
        self._records.add(receipt["receiptId"], receipt)
        event = self._tell("counted", receipt, what, None, lines=receipt["lines"], countedAt=now())
        expected: Mapping[str, float] = what.get("expected", {})
        for line in receipt["lines"]:
            wanted = expected.get(line["lineNumber"])
            if wanted is not None and wanted != line["receivedQuantity"]:
                self._differs(receipt, line, wanted, what, event)
            self._stock.receive(line.get("itemId", ""), receipt["location"], line)
        return event

    def reverse(self, what: Mapping[str, Json]) -> Json:
        """A count was wrong."""
        receipt = self._records.get(str(what["receiptId"]))
        if receipt.get("reversedBy"):
            raise Rejected(409, f"The receipt was reversed by {receipt['reversedBy']}")
        receipt["reversedBy"] = what["reversalId"]
        return self._tell(
            "reversed", receipt, what, what.get("causationId"),
            reversalId=what["reversalId"], reason=what["reason"],
            lines=receipt["lines"], reversedAt=now(),
        )  # fmt: skip

    def hand_back(self, what: Mapping[str, Json]) -> Json:
        """A consumer could not process the message of a count; it goes to the dead letters."""
        self._capture.dead_letter(OUTLETS["counted"], what["event"], str(what["reason"]))
        return {"reason": what["reason"]}

    def _differs(
        self, receipt: Record, line: Record, wanted: float, what: Mapping[str, Json], cause: Event
    ) -> None:
        self._tell(
            "discrepancy", receipt, what, cause["id"],
            lineNumber=line["lineNumber"],
            kind="short" if line["receivedQuantity"] < wanted else "over",
            expectedQuantity=wanted,
            receivedQuantity=line["receivedQuantity"],
            uom=line["uom"],
            foundAt=now(),
        )  # fmt: skip

    def _tell(
        self,
        name: str,
        receipt: Record,
        what: Mapping[str, Json],
        cause: str | None,
        **data: Json,
    ) -> Event:
        known = {n: receipt[n] for n in ("receiptId", "poNumber", "location")}
        return self._capture.emit(
            OUTLETS[name],
            {**known, **data},
            key=receipt["poNumber"],
            subject=receipt["receiptId"],
            correlation_id=str(what["correlationId"]),
            causation_id=cause,
        )
