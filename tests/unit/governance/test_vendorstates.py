"""Vendor states: the shipped mappings have no gaps, and a table of what a mapping can get wrong."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.documents import from_data, load
from contracts.errors import InvalidContract
from contracts.governance.estate import load_estate
from contracts.governance.shelf import SHIPPED
from contracts.governance.vendorstates import StateMapping, load_state_mapping

FILES = sorted((SHIPPED / "mappings").glob("*.yaml"))
MAPPINGS = {path.stem: load_state_mapping(load(path)) for path in FILES}
ESTATE = load_estate(load(SHIPPED / "estate.yaml"))


def test_the_vendors_of_the_domain_are_there() -> None:
    assert len(MAPPINGS) == 8
    assert all(mapping.id == name for name, mapping in MAPPINGS.items())
    assert all(ESTATE.team(mapping.owner) for mapping in MAPPINGS.values())


@pytest.mark.parametrize("mapping", MAPPINGS.values(), ids=lambda item: item.id)
def test_a_shipped_mapping_covers_every_combination(mapping: StateMapping) -> None:
    assert mapping.problems() == ()
    assert mapping.lossy(), "no vendor says exactly what we say"


@pytest.mark.parametrize(
    ("name", "values", "state"),
    [
        ("odoo.purchase-order", {"state": "purchase", "receipt_status": "partial", "invoice_status": "no"}, "partiallyReceived"),
        ("odoo.purchase-order", {"state": "sent", "receipt_status": "pending", "invoice_status": "no"}, None),
        ("business-central.purchase-order", {"status": "Open", "fullyReceived": True, "anyReceived": True, "fullyInvoiced": False}, "fullyReceived"),
        ("netsuite.purchase-order", {"status": "pendingBillingPartiallyReceived"}, "partiallyReceived"),
        ("coupa.purchase-order", {"status": "issued", "confirmation": "partially_confirmed"}, "acknowledged"),
        ("erpnext.purchase-order", {"docstatus": 1, "received": "all", "billed": "part"}, "fullyReceived"),
        ("xero.purchase-order", {"Status": "AUTHORISED", "SentToContact": False}, "approved"),
        ("oracle.requisition", {"status": "approved", "lifeCycle": "billed", "onHold": True}, "ordered"),
        ("sap.goods-receipt", {"GoodsMovementType": "102", "ReversedMaterialDocument": "set"}, "reversed"),
    ],
)  # fmt: skip
def test_a_record_of_a_vendor_has_its_canonical_state(
    name: str, values: dict[str, Any], state: str | None
) -> None:
    assert MAPPINGS[name].state(values) == state


def test_what_a_vendor_cannot_show_is_known() -> None:
    assert {"shipped", "disputed", "posted"} <= set(MAPPINGS["netsuite.purchase-order"].silent())


BASE: dict[str, Any] = {
    "id": "x.receipt",
    "title": "X",
    "vendor": "X",
    "product": "X",
    "machine": "receipt",
    "version": "1.0.0",
    "owner": "t",
    "fields": {"done": [True, False], "kind": ["a", "b"]},
    "rules": [{"when": {"done": True}, "state": "posted"}, {"when": {}, "state": "counted"}],
}


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ({}, []),
        ({"rules": [{"when": {"done": True}, "state": "posted"}]}, ["no rule for done=False, kind=a", "no rule for done=False, kind=b"]),
        ({"rules": [{"when": {"done": True}, "state": "posted"}], "impossible": [{"done": False}]}, []),
        ({"rules": [{"when": {}, "state": "counted"}, {"when": {"done": True}, "state": "posted"}]}, ["rule 2 never counts, earlier ones take everything"]),
        ({"rules": [{"when": {}, "state": "finished"}]}, ["'finished' is no state of receipt"]),
        ({"rules": [{"when": {}}]}, ["rule 1 leads nowhere and does not say why; add 'lost'"]),
        ({"fields": {"done": [1, 0], "kind": list("abcdefgh")}, "rules": [{"when": {"done": 1}, "state": "posted"}]},
         [*[f"no rule for done=0, kind={letter}" for letter in "abcde"], "no rule for 3 more combinations"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_mapping(change: dict[str, Any], problems: list[str]) -> None:
    mapping = StateMapping.model_validate({**BASE, **change})
    assert [text.removeprefix("x.receipt: ") for text in mapping.problems()] == problems


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"machine": "receipts"}, "no state machine 'receipts'"),
        ({"rules": [{"when": {"finished": True}, "state": "posted"}]}, "'finished' is no field"),
        ({"rules": [{"when": {"kind": "c"}, "state": "posted"}]}, "kind never has the value 'c'"),
        ({"rules": [{"when": {"done": 1}, "state": "posted"}]}, "done never has the value 1"),
        ({"fields": {str(n): ["a", "b"] for n in range(16)}}, "more than 20000 combinations"),
        ({"fields": {}}, "at least 1"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidContract, match=sentence):
        load_state_mapping(from_data({**BASE, **change}, name="x.yaml"))
