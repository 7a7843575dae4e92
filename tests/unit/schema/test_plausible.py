"""Witnesses look like what they stand for, and are still confirmed."""

from __future__ import annotations

import time
from typing import Any

import pytest

from contracts.schema.plausible import expected, polished
from tests.unit.schema.pairs import ask

ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["poNumber", "currency", "lines"],
    "properties": {
        "poNumber": {"type": "string", "pattern": "^[A-Z0-9-]+$", "maxLength": 20},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "supplier_id": {"type": "string", "examples": ["ACME"]},
        "lines": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["lineNumber", "quantity"],
                "properties": {
                    "lineNumber": {"type": "string", "pattern": "^[0-9]{1,5}$"},
                    "quantity": {"type": "number", "minimum": 0},
                },
            },
        },
    },
}


def changed(**keywords: Any) -> dict[str, Any]:
    return {**ORDER, **keywords}


def test_a_witness_is_an_order() -> None:
    (found,) = ask(ORDER, changed(required=[*ORDER["required"], "supplier_id"])).breaks
    assert found.witness == {
        "poNumber": "PO-1001",
        "currency": "EUR",
        "lines": [{"lineNumber": "10", "quantity": 5}],
    }


def test_what_matters_and_what_the_schema_gives_stay() -> None:
    required = {**ORDER, "required": [*ORDER["required"], "supplier_id"]}
    short = {**ORDER["properties"], "currency": {"type": "string", "maxLength": 2}}
    (found,) = ask(required, {**required, "properties": short}).breaks
    assert found.witness["currency"] == "ABC"
    assert found.witness["supplier_id"] == "ACME"


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("shippingCountryCode", "text", "DE"),
        ("unit_price", "text", "19.90"),
        ("unitPrice", 0, 19.9),
        ("orderQty", 0, 5),
        ("quantity", 7, 7),
        ("colour", "text", "text"),
        ("email", True, True),
        ("GTIN", "0", "08904000210037"),
        ("", "text", "text"),
    ],
)
def test_what_is_expected_under_a_name(name: str, value: Any, wanted: Any) -> None:
    assert expected(name, value) == wanted


def test_large_values_are_polished_soon() -> None:
    value = {"lines": [{"sku": "text", "qty": 0} for _ in range(20_000)]}
    begin = time.process_time()
    assert polished(value, (), (), lambda _: True)["lines"][7] == {"sku": "ITEM-42", "qty": 5}
    assert time.process_time() - begin < 2
