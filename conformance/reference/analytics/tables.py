"""Data products that are read as tables: rows by key, filters, pages."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.reference.calls import Call, Reply
from conformance.reference.collection import Collection, Record
from conformance.reference.service import Handler


class Table:
    """One list operation over rows; ``filters`` are query parameters named like columns."""

    def __init__(
        self, operation: str, key: tuple[str, ...], filters: tuple[str, ...], rows: list[Record]
    ) -> None:
        self._operation = operation
        self._filters = filters
        self._rows = Collection("row")
        for row in rows:
            self._rows.add("_".join(str(row.get(name, "")) for name in key), row)

    def handlers(self) -> Mapping[str, Handler]:
        """The list operation."""
        return {self._operation: self.browse}

    def browse(self, call: Call) -> Reply:
        """A page, filtered."""

        def keep(row: Record) -> bool:
            return all(n not in call.query or row.get(n) == call.query[n] for n in self._filters)

        return Reply(200, self._rows.page(call, keep))


def inventory_position() -> Table:
    """analytics.inventory-position."""
    rows = [
        ("BOLT-M8X40", "DC-EAST", "L2603A", 15891, 200, 5000),
        ("BOLT-M8X40", "DC-EAST", "L2602C", 800.5, 0, 0),
        ("BOLT-M8X40", "DC-WEST", "L2603A", 300, 0, 0),
        ("NUT-M8", "DC-EAST", None, 40000, 1500, 0),
        ("PALLET-EUR", "DC-EAST", None, 64, 0, 0),
    ]
    return Table(
        "listBalances",
        ("itemId", "locationId", "lot"),
        ("itemId", "locationId"),
        [
            {
                "itemId": item,
                "locationId": place,
                **({"lot": lot} if lot else {}),
                "onHandQuantity": on_hand,
                "reservedQuantity": reserved,
                "inboundQuantity": inbound,
                "uom": "EA",
                "asOf": "2026-03-17T12:05:00Z",
            }
            for item, place, lot, on_hand, reserved, inbound in rows
        ],
    )


def supplier_performance() -> Table:
    """analytics.supplier-performance."""
    return Table(
        "listSupplierMonths",
        ("supplierId", "period"),
        ("supplierId", "period"),
        [
            {
                "supplierId": supplier,
                "period": f"2026-{month:02d}",
                "orderLines": 40 + month,
                "onTimePct": 90.5 + month,
                "fillRatePct": 98.1,
                "priceVariancePct": -0.4,
                "responseHours": 5.5,
                "score": 94.2,
                "asOf": "2026-04-01T03:00:00Z",
            }
            for supplier in ("SUP-10023", "SUP-10047")
            for month in (1, 2, 3)
        ],
    )
