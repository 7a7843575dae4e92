"""What can be wrong with the ERP."""

from __future__ import annotations

from conformance.reference import distortions as spoil
from conformance.reference.faults import Fault

ORDER = "erp.purchase-order"
ITEM = "erp.item-master"
SUPPLIER = "erp.supplier-master"
RECEIPT = "erp.goods-receipt"
SALES = "erp.sales-order"
MASTERS = "erp.master-data-events"
JOURNALS = "finance.posting-events"
STOCK = "erp.inventory-availability"

FAULTS: tuple[Fault, ...] = (
    Fault(
        "po-created-as-200", "erp", "http", ORDER,
        "A created purchase order is answered with 200, which is not declared",
        ("status_code_conformance",),
        operations=("createPurchaseOrder",),
        reply=spoil.status(201, 200),
    ),
    Fault(
        "po-revision-as-text", "erp", "http", ORDER,
        "The revision of a purchase order is a string",
        ("response_schema_conformance",),
        operations=("getPurchaseOrder", "createPurchaseOrder", "changePurchaseOrder"),
        reply=spoil.field("revision", str),
    ),
    Fault(
        "po-crash-on-odd-text", "erp", "http", ORDER,
        "A text with a letter outside ASCII ends in 500",
        ("not_a_server_error",),
        operations=("createPurchaseOrder", "changePurchaseOrder", "cancelPurchaseOrder"),
        crash=spoil.odd_text,
    ),
    Fault(
        "po-without-key", "erp", "http", ORDER,
        "A purchase order without Idempotency-Key is honoured silently",
        ("missing_required_header", "idempotency_key_required"),
        operations=("createPurchaseOrder",),
        forgive="Idempotency-Key",
    ),
    Fault(
        "item-correlation-lost", "erp", "http", ITEM,
        "The correlation id of the caller is replaced by another",
        ("correlation_id_echoed",),
        operations=("listItems", "getItem", "changeItem"),
        reply=lambda _, reply: reply.with_headers(X_Correlation_Id="lost-0001"),
    ),
    Fault(
        "item-gtin-not-padded", "erp", "http", ITEM,
        "A GTIN comes with 13 digits",
        ("response_schema_conformance",),
        operations=("listItems", "getItem"),
        reply=spoil.field("gtin", lambda value: str(value)[1:]),
    ),
    Fault(
        "items-repeated", "erp", "http", ITEM,
        "Every page of items but the first has a record twice",
        ("pagination_complete",),
        operations=("listItems",),
        reply=spoil.repeats,
    ),
    Fault(
        "stale-change-accepted", "erp", "http", ITEM,
        "A change under an old If-Match overwrites a newer one",
        ("optimistic_locking",),
    ),
    Fault(
        "authentication-not-enforced", "erp", "http", ITEM,
        "Requests without a valid token are let in",
        ("ignored_auth",),
    ),
    Fault(
        "undeclared-method-accepted", "erp", "http", ITEM,
        "Methods that are not declared are answered with 200",
        ("unsupported_method",),
    ),
    Fault(
        "supplier-problem-as-json", "erp", "http", SUPPLIER,
        "Errors come as application/json",
        ("content_type_conformance", "problem_details"),
        operations=("getSupplier", "createSupplier", "changeSupplier"),
        reply=spoil.plain_problem,
    ),
    Fault(
        "supplier-without-etag", "erp", "http", SUPPLIER,
        "A supplier comes without its ETag",
        ("response_headers_conformance",),
        operations=("getSupplier",),
        reply=spoil.without_header("ETag"),
    ),
    Fault(
        "supplier-proposal-unchecked", "erp", "http", SUPPLIER,
        "Proposals are taken without looking at them",
        ("negative_data_rejection", "not_a_server_error"),
        operations=("proposeSupplierChange",),
        lax=True,
    ),
    Fault(
        "supplier-state-jumps", "erp", "state", SUPPLIER,
        "A supplier may go from any state to any other",
        ("state_transitions",),
    ),
    Fault(
        "receipt-not-found-after-posting", "erp", "state", RECEIPT,
        "A receipt that was just posted cannot be read",
        ("ensure_resource_availability", "created_is_readable"),
    ),
    Fault(
        "idempotency-key-ignored", "erp", "idempotency", RECEIPT,
        "A repeated request is worked on again",
        ("idempotency_key_replay",),
    ),
    Fault(
        "idempotency-payload-ignored", "erp", "idempotency", ORDER,
        "A used key with another payload gets the first answer",
        ("idempotency_key_reuse",),
    ),
    Fault(
        "availability-deprecated-in-words", "erp", "http", STOCK,
        "Answers are deprecated since 'true', which is no date",
        ("deprecation_announced",),
        operations=("getAvailability",),
        reply=spoil.headers(Deprecation="true"),
    ),
    Fault(
        "availability-negative", "erp", "http", STOCK,
        "Less than nothing can be promised",
        ("response_schema_conformance",),
        operations=("getAvailability",),
        reply=spoil.field("available", lambda _: -1),
    ),
    Fault(
        "availability-day-as-instant", "erp", "http", STOCK,
        "The day of the next receipt is an instant",
        ("response_schema_conformance",),
        operations=("listAvailability",),
        reply=spoil.field("nextReceiptDate", lambda day: f"{day}T00:00:00Z"),
    ),
    Fault(
        "sales-order-cancelled-as-closed", "erp", "state", SALES,
        "A cancelled sales order says it is closed",
        ("state_transitions",),
        operations=("cancelSalesOrder",),
        reply=spoil.field("status", lambda _: "closed"),
    ),
    Fault(
        "master-change-carries-the-record", "erp", "events", MASTERS,
        "Events of changed masters carry the whole record, although they are to be thin",
        ("event_style",),
        event=lambda event: [
            {**event, "data": {**event["data"], "record": {"legalName": "Nordstahl GmbH"}}}
        ],
    ),
    Fault(
        "journal-unbalanced", "erp", "events", JOURNALS,
        "The credits of a journal are less than its debits",
        ("balanced_posting",),
        event=spoil.credit_short,
    ),
    Fault(
        "master-change-without-version", "erp", "events", MASTERS,
        "Events of changed masters lack the version",
        ("payload",),
        event=lambda event: [
            {**event, "data": {n: v for n, v in event["data"].items() if n != "version"}}
        ],
    ),
)  # fmt: skip
