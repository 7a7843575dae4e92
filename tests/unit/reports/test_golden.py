"""Whole reports as people see them; INTERLOCK_GOLDEN=update rewrites them for review."""

from __future__ import annotations

import os
import re
from decimal import Decimal
from pathlib import Path

import pytest

from contracts.compatibility.rules import load_rules
from contracts.reports import EXTENSIONS, FORMATS, render
from contracts.verdict import (
    Bump,
    ConsumerVerdict,
    Direction,
    Finding,
    Level,
    Mode,
    Place,
    Report,
    Verdict,
    Witness,
)

GOLDEN = Path(__file__).parents[2] / "golden" / "reports"

BREAKING = Report(
    verdict=Verdict.BREAKING,
    mode=Mode.DIRECTIONAL,
    format="openapi",
    findings=(
        Finding(
            rule="property-no-longer-sent",
            level=Level.WARNING,
            message="the response no longer promises the optional property 'legacyCode'",
            direction=Direction.RESPONSE,
            old=Place(
                "/components/schemas/Order/properties/legacyCode",
                88,
                "orders-1.yaml",
                {"type": "string", "description": "The code in the system before this one."},
            ),
            where=("GET /orders/{id} response 200 application/json",),
        ),
        Finding(
            rule="property-required",
            level=Level.ERROR,
            message=(
                "'quantity' became required in the request body, but callers who keep to the old "
                "version may leave it out"
            ),
            direction=Direction.REQUEST,
            old=Place("/paths/~1orders/post/requestBody/content/application~1json/schema", 31),
            new=Place(
                "/components/schemas/NewOrder/required/1", 64, "common/orders.yaml", "quantity"
            ),
            witness=Witness(
                {"poNumber": "PO-4711", "price": Decimal("12.50")},
                "old",
                "new",
                "'quantity' is a required property",
                "",
            ),
            consumers=("procurement", "supplier-portal"),
            where=tuple(f"POST /orders/{n} request body application/json" for n in range(9)),
            advice="Give 'quantity' a default, or accept both for one notice period.",
            assumptions=("declared-members-only",),
        ),
        Finding(
            rule="keyword-not-decided",
            level=Level.UNKNOWN,
            message="whether every 'lot' of the old pattern matches the new one was not decided: look-ahead",
            direction=Direction.REQUEST,
            old=Place("/components/schemas/Lot/pattern", 12, "orders-1.yaml", r"^(?=.*\d)\w+$"),
            new=Place("/components/schemas/Lot/pattern", 12, "orders-2.yaml", r"^(?!X)\w+$"),
        ),
        Finding(
            rule="response-status-added",
            level=Level.INFO,
            message="a new response status 429 may be answered",
            direction=Direction.RESPONSE,
            new=Place("/paths/~1orders/post/responses/429", 51, "orders-2.yaml"),
        ),
    ),
    recommended_bump=Bump.MAJOR,
    old_name="orders-1.yaml",
    new_name="orders-2.yaml",
    old_sha256="5" * 64,
    new_sha256="a" * 64,
    assumptions=("declared-members-only",),
    changes={"added": 3, "removed": 0, "changed": 2},
)

COMPATIBLE = Report(
    Verdict.COMPATIBLE, Mode.BACKWARD, "avro", (), Bump.PATCH, "a.avsc", "registry/b.avsc"
)

EVENT = Report(
    verdict=Verdict.BREAKING,
    mode=Mode.DIRECTIONAL,
    format="asyncapi",
    findings=(
        Finding(
            rule="type-widened",
            level=Level.ERROR,
            message="'receivedQuantity' was an integer and may now be any number",
            direction=Direction.EVENT,
            old=Place(
                "/components/schemas/Line/properties/receivedQuantity/type", 42, None, "integer"
            ),
            new=Place(
                "/components/schemas/Line/properties/receivedQuantity/type", 42, None, "number"
            ),
            witness=Witness(
                {
                    "receiptId": "GR-2026-000318",
                    "poNumber": "PO-4711",
                    "lines": [
                        {"lineNumber": "10", "receivedQuantity": Decimal("0.5"), "uom": "KGM"}
                    ],
                },
                "new",
                "old",
                "0.5 is not of type 'integer'",
                "/lines/0/receivedQuantity",
            ),
            consumers=("analytics", "erp", "finance", "procurement"),
            where=("receive wms.receipt.counted",),
            advice="Add a new property of type number beside it and keep both for one notice period.",
        ),
    ),
    recommended_bump=Bump.MAJOR,
    consumers={
        "analytics": ConsumerVerdict(Verdict.BREAKING, (0,), "reads lines/receivedQuantity"),
        "portal": ConsumerVerdict(Verdict.COMPATIBLE),
    },
    old_name="wms.goods-receipt-events 1.4.0",
    new_name="wms.goods-receipt-events 2.0.0",
)

REPORTS = {"breaking": BREAKING, "compatible": COMPATIBLE, "event": EVENT}

load_rules()  # SARIF says of a rule what the table says


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("kind", FORMATS)
def test_the_report_is_the_reviewed_one(name: str, kind: str) -> None:
    shown = render(REPORTS[name], kind)
    shown = re.sub(r'("semanticVersion": )"[^"]*"', r'\1"0.0.0"', shown)
    shown = re.sub(r',\s*"semanticVersion": "0.0.0"', "", shown)
    path = GOLDEN / f"{name}.{kind}.{EXTENSIONS[kind]}"
    if os.environ.get("INTERLOCK_GOLDEN") == "update":
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")
