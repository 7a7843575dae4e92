"""What can be wrong with the procurement platform."""

from __future__ import annotations

from conformance.reference import distortions as spoil
from conformance.reference.faults import Fault

REQUISITION = "procurement.requisition"
ONBOARDING = "procurement.supplier-onboarding"
ORDERS = "procurement.purchase-order-events"

FAULTS: tuple[Fault, ...] = (
    Fault(
        "requisition-without-location", "procurement", "http", REQUISITION,
        "A new requisition comes without its address",
        ("response_headers_conformance",),
        operations=("createRequisition",),
        reply=spoil.without_header("Location"),
    ),
    Fault(
        "requisition-ends-before-deprecation", "procurement", "http", REQUISITION,
        "Answers announce an end that is earlier than the deprecation",
        ("deprecation_announced",),
        operations=("getRequisition",),
        reply=spoil.headers(
            Deprecation="@1893456000", Sunset="Mon, 01 Jan 2029 00:00:00 GMT"
        ),
    ),
    Fault(
        "idempotency-key-raced", "procurement", "idempotency", REQUISITION,
        "A key that comes again while its first request runs is worked on as well",
        ("idempotency_key_concurrent",),
    ),
    Fault(
        "budget-as-number", "procurement", "http", REQUISITION,
        "The available amount is a number and loses cents",
        ("response_schema_conformance",),
        operations=("checkBudget",),
        reply=spoil.field("amount", float),
    ),
    Fault(
        "draft-approved", "procurement", "state", REQUISITION,
        "A draft is approved without being submitted",
        ("state_transitions",),
    ),
    Fault(
        "rejected-requisition-reopened", "procurement", "state", REQUISITION,
        "A rejected requisition can be submitted again",
        ("state_transitions",),
    ),
    Fault(
        "applications-lost", "procurement", "http", ONBOARDING,
        "Every page of applications but the last lacks a record",
        ("pagination_complete",),
        operations=("listApplications",),
        reply=spoil.loses,
    ),
    Fault(
        "application-crash-on-odd-text", "procurement", "http", ONBOARDING,
        "A name with a letter outside ASCII ends in 500",
        ("not_a_server_error",),
        operations=("applyForOnboarding",),
        crash=spoil.odd_text,
    ),
    Fault(
        "order-event-goes-back", "procurement", "events", ORDERS,
        "The workflow is told to have gone back to approved",
        ("state_transitions",),
        event=lambda event: [
            {**event, "data": {**event["data"], "status": "approved"}}
            if event["data"].get("previousStatus") == "acknowledged"
            else event
        ],
    ),
    Fault(
        "cancelled-order-comes-back", "procurement", "events", ORDERS,
        "A cancelled order is told to be transmitted",
        ("state_transitions",),
        event=lambda event: [
            {**event, "data": {**event["data"], "status": "transmitted"}}
            if event["type"].endswith(".cancelled.v1")
            else event
        ],
    ),
    Fault(
        "order-event-out-of-order", "procurement", "events", ORDERS,
        "Every fourth message comes behind the next one",
        ("ordering",),
        event=spoil.Every(4, hold=True),
    ),
    Fault(
        "order-event-without-correlation", "procurement", "events", ORDERS,
        "Messages lack the correlation id",
        ("envelope", "payload"),
        event=spoil.without("correlationid"),
    ),
)  # fmt: skip
