"""What can be wrong with the ERP."""

from __future__ import annotations

from dataclasses import replace

from conformance.reference.calls import Call, Reply
from conformance.reference.faults import Fault

PO = "erp.purchase-order"


def _created_as_ok(_call: Call, reply: Reply) -> Reply:
    return replace(reply, status=200) if reply.status == 201 else reply


def _revision_as_text(_call: Call, reply: Reply) -> Reply:
    body = reply.body
    if isinstance(body, dict) and isinstance(body.get("revision"), int):
        return replace(reply, body={**body, "revision": str(body["revision"])})
    return reply


def _odd_text(call: Call) -> bool:
    return isinstance(call.body, dict) and any(
        not text.isascii() for text in _texts(call.body) if isinstance(text, str)
    )


def _texts(value: object) -> list[object]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value]


FAULTS: tuple[Fault, ...] = (
    Fault(
        "po-created-as-200", "erp", "http", PO,
        "A created purchase order is answered with 200, which is not declared",
        ("status_code_conformance",),
        operations=("createPurchaseOrder",),
        reply=_created_as_ok,
    ),
    Fault(
        "po-revision-as-text", "erp", "http", PO,
        "The revision of a purchase order is a string",
        ("response_schema_conformance",),
        operations=("getPurchaseOrder", "createPurchaseOrder", "changePurchaseOrder"),
        reply=_revision_as_text,
    ),
    Fault(
        "po-crash-on-odd-text", "erp", "http", PO,
        "A text with a letter outside ASCII ends in 500",
        ("not_a_server_error",),
        operations=("createPurchaseOrder", "changePurchaseOrder", "cancelPurchaseOrder"),
        crash=_odd_text,
    ),
    Fault(
        "po-without-key", "erp", "http", PO,
        "A purchase order without Idempotency-Key is honoured silently",
        ("missing_required_header", "idempotency_key_required"),
        operations=("createPurchaseOrder",),
        forgive="Idempotency-Key",
    ),
)  # fmt: skip
