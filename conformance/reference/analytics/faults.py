"""What can be wrong with the data products."""

from __future__ import annotations

from conformance.reference import distortions as spoil
from conformance.reference.faults import Fault

ROWS = "analytics.procure-to-pay"

FAULTS: tuple[Fault, ...] = (
    Fault(
        "match-rate-in-percent", "analytics", "http", ROWS,
        "The match rate is above one",
        ("response_schema_conformance",),
        operations=("getSummary",),
        reply=spoil.field("matchRate", lambda rate: rate * 100 + 1),
    ),
    Fault(
        "unknown-line-as-204", "analytics", "http", ROWS,
        "A line that does not exist is answered with 204",
        ("status_code_conformance",),
        operations=("getOrderLine",),
        reply=spoil.status(404, 204),
    ),
    Fault(
        "crash-on-company", "analytics", "http", ROWS,
        "A company that has no rows ends in 500",
        ("not_a_server_error",),
        operations=("getSummary",),
        crash=lambda call: call.query.get("companyCode", "DE01") != "DE01",
    ),
    Fault(
        "balances-throttled-silently", "analytics", "http", "analytics.inventory-position",
        "Every fifth good answer is 429 and does not say when to try again",
        ("retry_after_on_throttling",),
        operations=("listBalances",),
        reply=spoil.throttled(5),
    ),
    Fault(
        "balance-negative", "analytics", "http", "analytics.inventory-position",
        "Less than nothing is on hand",
        ("response_schema_conformance",),
        operations=("listBalances",),
        reply=spoil.field("onHandQuantity", lambda quantity: -quantity),
    ),
    Fault(
        "months-repeated", "analytics", "http", "analytics.supplier-performance",
        "Every page of months but the first has a row twice",
        ("pagination_complete",),
        operations=("listSupplierMonths",),
        reply=spoil.repeats,
    ),
)  # fmt: skip
