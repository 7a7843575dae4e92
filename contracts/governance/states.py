"""The canonical states of the objects that integration contracts speak of.

A state belongs to an object; the procure-to-pay workflow is derived from them and has one
publisher, ``statusChanged`` on ``procurement.purchase-order-events``.
"""

from __future__ import annotations

from itertools import pairwise

from contracts.governance.statemachine import StateMachine

_MOVING = ("booked", "pickedUp", "inTransit", "outForDelivery")

MACHINES: tuple[StateMachine, ...] = (
    StateMachine(
        name="procure-to-pay",
        title="Procure-to-pay workflow of a purchase order",
        initial="approved",
        transitions={
            "approved": ("transmitted", "cancelled"),
            "transmitted": ("acknowledged", "shipped", "cancelled"),
            "acknowledged": ("shipped", "partiallyReceived", "fullyReceived", "cancelled"),
            "shipped": ("partiallyReceived", "fullyReceived"),
            "partiallyReceived": ("partiallyReceived", "fullyReceived", "matched", "disputed"),
            "fullyReceived": ("matched", "disputed"),
            "matched": ("posted", "disputed"),
            "disputed": ("matched",),
        },
        final=frozenset({"posted", "cancelled"}),
    ),
    StateMachine(
        name="requisition",
        title="Purchase requisition",
        initial="draft",
        transitions={
            "draft": ("submitted", "withdrawn"),
            "submitted": ("inReview", "withdrawn"),
            "inReview": ("approved", "rejected", "returned", "withdrawn"),
            "returned": ("submitted", "withdrawn"),
            "approved": ("ordered",),
        },
        final=frozenset({"ordered", "rejected", "withdrawn"}),
    ),
    StateMachine(
        name="supplier",
        title="Supplier; the posting, purchasing and payment blocks are independent of it",
        initial="prospective",
        transitions={
            "prospective": ("underReview",),
            "underReview": ("approved", "prospective"),
            "approved": ("active",),
            "active": ("inactive",),
            "inactive": ("active",),
        },
        final=frozenset(),
    ),
    StateMachine(
        name="order-response",
        title="Supplier's response to an order",
        initial="pending",
        transitions={"pending": ("accepted", "acceptedWithChange", "rejected")},
        final=frozenset({"accepted", "acceptedWithChange", "rejected"}),
    ),
    StateMachine(
        name="despatch",
        title="Despatch advice",
        initial="announced",
        transitions={
            "announced": ("inTransit", "cancelled"),
            "inTransit": ("arrived",),
            "arrived": ("received",),
        },
        final=frozenset({"received", "cancelled"}),
    ),
    StateMachine(
        name="receipt",
        title="Goods receipt; a posted receipt is corrected only by a reversing document",
        initial="counted",
        transitions={
            "counted": ("inspected", "posted"),
            "inspected": ("posted",),
            "posted": ("reversed",),
        },
        final=frozenset({"reversed"}),
    ),
    StateMachine(
        name="invoice",
        title="Supplier invoice",
        initial="received",
        transitions={
            "received": ("validated", "rejected"),
            "validated": ("matched", "disputed", "rejected"),
            "matched": ("approved", "disputed"),
            "disputed": ("matched", "rejected", "voided"),
            "approved": ("posted", "voided"),
            "posted": ("scheduled",),
            "scheduled": ("paid",),
        },
        final=frozenset({"paid", "rejected", "voided"}),
    ),
    StateMachine(
        name="sales-order",
        title="Sales order",
        initial="placed",
        transitions={
            "placed": ("validated", "onHold", "cancelled"),
            "validated": ("allocated", "backordered", "onHold", "cancelled"),
            "onHold": ("validated", "cancelled"),
            "backordered": ("allocated", "cancelled"),
            "allocated": ("released", "cancelled"),
            "released": ("picked",),
            "picked": ("shipped",),
            "shipped": ("invoiced", "returned"),
            "invoiced": ("closed", "returned"),
            "returned": ("closed",),
        },
        final=frozenset({"closed", "cancelled"}),
    ),
    StateMachine(
        name="shipment",
        title="Shipment; an exception may come from any state that is not final",
        initial="booked",
        transitions={
            **{now: (then, "exception") for now, then in pairwise(_MOVING)},
            "outForDelivery": ("delivered", "exception"),
            "exception": (*_MOVING[1:], "delivered"),
        },
        final=frozenset({"delivered"}),
    ),
)


def machine(name: str) -> StateMachine | None:
    """The canonical machine of that name."""
    return next((item for item in MACHINES if item.name == name), None)
