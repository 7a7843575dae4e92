"""What can be wrong with the warehouse."""

from __future__ import annotations

from conformance.reference import distortions as spoil
from conformance.reference.faults import Fault

RECEIPTS = "wms.goods-receipt-events"
STOCK = "wms.inventory-events"

FAULTS: tuple[Fault, ...] = (
    Fault(
        "receipt-sent-twice", "wms", "events", RECEIPTS,
        "Every message comes twice",
        ("duplicates",),
        event=spoil.twice,
    ),
    Fault(
        "receipt-quantity-as-text", "wms", "events", RECEIPTS,
        "Received quantities are strings",
        ("payload",),
        event=spoil.data("receivedQuantity", str),
    ),
    Fault(
        "receipt-keyed-by-itself", "wms", "events", RECEIPTS,
        "The partition key is the receipt, so that an order's messages overtake each other",
        ("partition_key",),
        event=spoil.attribute("partitionkey", lambda event: event["subject"]),
    ),
    Fault(
        "receipt-type-unknown", "wms", "events", RECEIPTS,
        "Messages have a type that no message of the channel has",
        ("message",),
        event=spoil.attribute("type", lambda event: f"{event['type']}.draft"),
    ),
    Fault(
        "receipt-line-unknown", "wms", "events", RECEIPTS,
        "Receipts name a line their order does not have",
        ("known_order_line",),
        event=spoil.data("lineNumber", lambda _: "99999"),
    ),
    Fault(
        "receipt-without-its-lines", "wms", "events", RECEIPTS,
        "A count comes without its lines, so that readers have to ask back",
        ("event_style",),
        event=spoil.data("lines", lambda _: []),
    ),
    Fault(
        "receipt-causes-itself", "wms", "events", RECEIPTS,
        "Messages name themselves as their cause",
        ("causation",),
        event=spoil.attribute("causationid", lambda event: event["id"]),
    ),
    Fault(
        "discrepancy-of-another-transaction", "wms", "events", RECEIPTS,
        "A discrepancy belongs to another transaction than the count that caused it",
        ("causation",),
        event=lambda event: [
            {**event, "correlationid": "somebody-elses"} if "causationid" in event else event
        ],
    ),
    Fault(
        "dead-letter-unexplained", "wms", "events", RECEIPTS,
        "Dead letters come without a reason",
        ("dead_letter",),
        line=lambda line: {n: v for n, v in line.items() if n != "headers"},
    ),
    Fault(
        "dead-letter-elsewhere", "wms", "events", RECEIPTS,
        "Dead letters go to an address that no contract declares",
        ("channel",),
        line=lambda line: {**line, "address": line["address"].replace(".dlq", ".dead")},
    ),
    Fault(
        "transfer-half-short", "wms", "events", STOCK,
        "What arrives of a transfer is less than what left",
        ("control_total",),
        event=spoil.data("delta", lambda delta: delta - 1 if delta > 0 else delta),
    ),
    Fault(
        "stock-message-lost", "wms", "events", STOCK,
        "Every third movement is not told",
        ("sequence",),
        event=spoil.Every(3, hold=False),
    ),
    Fault(
        "stock-message-late", "wms", "events", STOCK,
        "Messages are an hour old when they come",
        ("lateness",),
        event=spoil.attribute("time", lambda _: "2026-01-01T00:00:00Z"),
    ),
    Fault(
        "stock-correlation-malformed", "wms", "events", STOCK,
        "The correlation id has spaces",
        ("correlation", "payload"),
        event=spoil.attribute("correlationid", lambda _: "not a token"),
    ),
)  # fmt: skip
