"""Stock: the warehouse is the master of what is physically there."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from conformance.reference.calls import Rejected
from conformance.reference.capture import Event, Outlet, now
from conformance.reference.collection import Record
from conformance.reference.service import Backstage, Parts
from contracts.verdict import Json

EAST, WEST = "5412345000013", "5412345000020"


def _outlet(name: str) -> Outlet:
    return Outlet(
        f"wms.inventory.{name}",
        f"wms.inventory.{name}.v1",
        "/wms/inventory",
        "https://interlock.example/contracts/wms.inventory-events/1.0.0"
        f"#/components/schemas/Inventory{name.title()}",
    )


OUTLETS = {
    name: _outlet(name) for name in ("adjusted", "counted", "transferred", "reserved", "picked")
}
"""Events of wms.inventory-events, by name."""


class Stock:
    """Balances by item and site, and every movement told."""

    def __init__(self, parts: Parts) -> None:
        self._capture = parts.capture
        self._movements = 0
        self._balance: dict[tuple[str, str], Decimal] = {
            ("BOLT-M8X40", EAST): Decimal(12000),
            ("BOLT-M8X40", WEST): Decimal(800),
            ("NUT-M8", EAST): Decimal(40000),
        }

    def deeds(self) -> Mapping[str, Backstage]:
        """What happens in the aisles, by name."""
        return {
            "adjust-stock": self.adjust,
            "count-stock": self.count,
            "transfer-stock": self.transfer,
            "reserve-stock": self.reserve,
            "pick-stock": self.pick,
        }

    def receive(self, item: str, site: str, line: Record) -> None:
        """Goods came in; the receipt tells of them."""
        good = line["receivedQuantity"] - line.get("rejectedQuantity", 0)
        place = (item, site)
        self._balance[place] = self._balance.get(place, Decimal(0)) + Decimal(str(good))

    def adjust(self, what: Mapping[str, Json]) -> Json:
        """A correction: ``delta`` and ``reason``."""
        return self._moved("adjusted", what, _decimal(what["delta"]), reason=what["reason"])

    def count(self, what: Mapping[str, Json]) -> Json:
        """A count: what is there is ``counted``."""
        place = (str(what["itemId"]), str(what["location"]))
        counted = _decimal(what["counted"])
        delta = counted - self._balance.get(place, Decimal(0))
        return self._moved(
            "counted", what, delta, reason="cycleCount", countedQuantity=_number(counted)
        )

    def transfer(self, what: Mapping[str, Json]) -> Json:
        """From site to site; one message per half."""
        quantity, there = _decimal(what["quantity"]), str(what["to"])
        ways = {"fromLocation": what["location"], "toLocation": there, "reason": "siteTransfer"}
        number = f"TR-2026-{self._movements + 1:04d}"
        out = self._moved("transferred", what, -quantity, transferId=number, **ways)
        back = {**what, "location": there, "causationId": out["id"]}
        return [out, self._moved("transferred", back, quantity, transferId=number, **ways)]

    def reserve(self, what: Mapping[str, Json]) -> Json:
        """Set aside for an order."""
        delta = -_decimal(what["quantity"])
        return self._moved("reserved", what, delta, reason="reserve", orderId=what["orderId"])

    def pick(self, what: Mapping[str, Json]) -> Json:
        """Taken for an order."""
        delta = -_decimal(what["quantity"])
        return self._moved("picked", what, delta, reason="order", orderId=what["orderId"])

    def _moved(self, name: str, what: Mapping[str, Json], delta: Decimal, **data: Json) -> Event:
        item, site = str(what["itemId"]), str(what["location"])
        after = self._balance.get((item, site), Decimal(0)) + delta
        if after < 0:
            raise Rejected(409, f"{site} has not that much of {item}")
        self._balance[item, site] = after
        self._movements += 1
        return self._capture.emit(
            OUTLETS[name],
            {
                "movementId": f"MV-2026-{self._movements:06d}",
                "itemId": item,
                "location": site,
                "uom": "EA",
                "occurredAt": now(),
                "delta": _number(delta),
                "balanceAfter": _number(after),
                **data,
            },
            key=item,
            subject=item,
            correlation_id=str(what["correlationId"]),
            causation_id=what.get("causationId"),
        )


def _decimal(value: Json) -> Decimal:
    return Decimal(str(value))


def _number(value: Decimal) -> float:
    return int(value) if value == value.to_integral_value() else float(value)
