"""Availability: derived from stock, reservations and expected receipts."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.reference.calls import Call, Rejected, Reply
from conformance.reference.capture import now
from conformance.reference.collection import Collection, Record
from conformance.reference.erp.books import Books
from conformance.reference.service import Handler


class Availability:
    """Answers the operations of erp.inventory-availability."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def handlers(self) -> Mapping[str, Handler]:
        """Operation ids and what answers them."""
        return {"listAvailability": self.browse, "getAvailability": self.get}

    def browse(self, call: Call) -> Reply:
        """One item at every location."""
        found = Collection("availability")
        for item, place in self._books.stock:
            if item == call.query["itemId"]:
                found.add(place, self._record(item, place, None))
        return Reply(200, found.page(call))

    def get(self, call: Call) -> Reply:
        """One item at one location."""
        item, place = call.path["itemId"], call.path["locationId"]
        if (item, place) not in self._books.stock:
            raise Rejected(404, f"{place} does not know item {item}")
        return Reply(200, self._record(item, place, call.query.get("neededBy")))

    def _record(self, item: str, place: str, needed_by: str | None) -> Record:
        entry = self._books.stock[item, place]
        master = self._books.items.find(item)
        record: Record = {
            "itemId": item,
            "locationId": place,
            "available": entry["available"],
            "uom": master["baseUom"] if master else "EA",
            "asOf": now(),
            "stale": False,
        }
        day = entry.get("nextReceiptDate")
        if day and (needed_by is None or day <= needed_by):
            record["nextReceiptDate"] = day
            record["nextReceiptQuantity"] = entry["nextReceiptQuantity"]
        return record
