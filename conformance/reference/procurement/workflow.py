"""The workflow of purchase orders: the one place where their state is derived and published."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.reference.calls import Rejected
from conformance.reference.capture import Event, Outlet, now
from conformance.reference.collection import Collection, Record
from conformance.reference.procurement.requisitions import Requisitions
from conformance.reference.service import Backstage, Parts
from contracts.governance.states import MACHINES
from contracts.verdict import Json

PROCURE_TO_PAY = next(machine for machine in MACHINES if machine.name == "procure-to-pay")


def _outlet(address: str, name: str) -> Outlet:
    return Outlet(
        f"procurement.purchase-order.{address}",
        f"procurement.purchaseOrder.{name}.v1",
        "/procurement/purchase-orders",
        "https://interlock.example/contracts/procurement.purchase-order-events/1.0.0"
        f"#/components/schemas/PurchaseOrder{name[0].upper()}{name[1:]}",
    )


OUTLETS = {
    "approved": _outlet("approved", "approved"),
    "changed": _outlet("changed", "changed"),
    "transmitted": _outlet("transmitted", "transmitted"),
    "cancelled": _outlet("cancelled", "cancelled"),
    "statusChanged": _outlet("status-changed", "statusChanged"),
}
"""Events of procurement.purchase-order-events, by name."""


class Workflow:
    """Orders from approval to posting; tells everybody what happens to them."""

    def __init__(self, parts: Parts, requisitions: Requisitions) -> None:
        self._capture = parts.capture
        self._requisitions = requisitions
        self._orders = Collection("purchase order")

    def deeds(self) -> Mapping[str, Backstage]:
        """What happens to orders, by name."""
        return {
            "approve-order": self.approve,
            "change-order": self.change,
            "transmit-order": self.transmit,
            "cancel-order": self.cancel,
            "advance-order": self.advance,
            "receipt-counted": self.counted,
        }

    def approve(self, what: Mapping[str, Json]) -> Json:
        """A requisition became an order."""
        order: Record = {
            "poNumber": what["poNumber"],
            "revision": 1,
            "status": "approved",
            "supplierId": what["supplierId"],
            "currency": what["currency"],
            "companyCode": what["companyCode"],
            "lines": what["lines"],
            "received": {},
        }
        self._orders.add(order["poNumber"], order)
        self._requisitions.ordered(str(what.get("requisitionId", "")), order["poNumber"])
        event = self._tell("approved", order, what, approvedAt=now(), **_terms(order))
        return {"status": order["status"], "event": event["id"]}

    def change(self, what: Mapping[str, Json]) -> Json:
        """New lines; raises the revision."""
        order = self._open(what)
        order["lines"] = what["lines"]
        order["revision"] += 1
        self._tell(
            "changed", order, what,
            changedFields=["lines[].quantity"], reason=what["reason"], **_terms(order),
        )  # fmt: skip
        return {"status": order["status"], "revision": order["revision"]}

    def transmit(self, what: Mapping[str, Json]) -> Json:
        """Sent to the supplier."""
        order = self._open(what)
        cause = self._move(order, "transmitted", what)
        self._tell(
            "transmitted", order, what, cause,
            supplierId=order["supplierId"], channel="portal", transmittedAt=now(),
        )  # fmt: skip
        return {"status": order["status"]}

    def cancel(self, what: Mapping[str, Json]) -> Json:
        """Not wanted any more."""
        order = self._open(what)
        cause = self._move(order, "cancelled", what)
        self._tell("cancelled", order, what, cause, reason=what["reason"])
        return {"status": order["status"]}

    def advance(self, what: Mapping[str, Json]) -> Json:
        """Another system told of the next state."""
        order = self._open(what)
        self._move(order, str(what["status"]), what)
        return {"status": order["status"]}

    def counted(self, what: Mapping[str, Json]) -> Json:
        """A warehouse counted goods (a wms.receipt.counted event): how far is the order now?"""
        data = what["event"]["data"]
        order = self._open(data)
        received: dict[str, float] = order["received"]
        for line in data["lines"]:
            number = line["lineNumber"]
            received[number] = received.get(number, 0) + line["receivedQuantity"]
        full = all(received.get(n["lineNumber"], 0) >= n["quantity"] for n in order["lines"])
        told = {
            "correlationId": what["event"]["correlationid"],
            "causationId": what["event"]["id"],
            "causedBy": "wms.goods-receipt-events",
        }
        self._move(order, "fullyReceived" if full else "partiallyReceived", told)
        return {"status": order["status"]}

    def _open(self, what: Mapping[str, Json]) -> Record:
        return self._orders.get(str(what["poNumber"]))

    def _move(self, order: Record, to: str, what: Mapping[str, Json]) -> str:
        before = order["status"]
        if not PROCURE_TO_PAY.allowed(before, to):
            raise Rejected(409, f"An order that is {before} does not become {to}")
        order["status"] = to
        extra = {"causedBy": what["causedBy"]} if "causedBy" in what else {}
        event = self._tell(
            "statusChanged", order, what, None, previousStatus=before, changedAt=now(), **extra
        )
        return str(event["id"])

    def _tell(
        self,
        name: str,
        order: Record,
        what: Mapping[str, Json],
        cause: str | None = None,
        **data: Json,
    ) -> Event:
        number = order["poNumber"]
        known = {"poNumber": number, "revision": order["revision"], "status": order["status"]}
        return self._capture.emit(
            OUTLETS[name],
            {**known, **data},
            key=number,
            subject=number,
            correlation_id=str(what["correlationId"]),
            causation_id=cause or what.get("causationId"),
        )


def _terms(order: Record) -> dict[str, Json]:
    return {name: order[name] for name in ("supplierId", "currency", "companyCode", "lines")}
