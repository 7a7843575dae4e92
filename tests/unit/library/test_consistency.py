"""What holds across the shipped documents: shared types, envelopes, data products and their ports."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from contracts.documents import load
from contracts.governance.canonical import CHECKS
from contracts.governance.shelf import SHIPPED, read_library

LIBRARY = read_library()
PRODUCTS = sorted(SHIPPED.glob("analytics/*/*.odcs.yaml"))
SHARED = {
    "Amount", "CompanyCode", "Country", "Currency", "CustomerId", "Date", "Gln", "Gtin", "Instant",
    "ItemId", "LineNumber", "LocationId", "Lot", "Money", "PoNumber", "Price", "Problem",
    "Quantity", "SignedQuantity", "Sscc", "SupplierId", "TaxCategory", "TaxId", "Uom", "Address",
    "BankAccount", "Contact",
}  # fmt: skip


def documents() -> list[tuple[str, Any]]:
    return [
        (f"{contract.id} {version.number}", load(version.path).data)
        for contract in LIBRARY.contracts
        for version in contract.versions
    ]


def test_all_contracts_of_the_domain_are_there() -> None:
    assert len(LIBRARY.contracts) == 26
    kinds = Counter(version.path.suffixes[-2] for c in LIBRARY.contracts for version in c.versions)
    assert kinds == {".openapi": 17, ".asyncapi": 11}
    assert len(PRODUCTS) == 3


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("schemas", SHARED),
        ("headers", None),
        ("responses", None),
        ("parameters", {"TraceParent", "CorrelationId", "IdempotencyKey", "IfMatch", "Limit"}),
    ],
)
def test_a_shared_component_is_the_same_in_every_document(
    kind: str, names: set[str] | None
) -> None:
    seen: dict[str, tuple[str, Any]] = {}
    for label, data in documents():
        for name, value in data["components"].get(kind, {}).items():
            if names is None or name in names:
                first, known = seen.setdefault(name, (label, value))
                assert value == known, f"{name} of {label} differs from {first}"
    assert len(seen) >= 5


def test_operations_and_addresses_are_named_once_in_the_estate() -> None:
    names: Counter[str] = Counter()
    for contract in LIBRARY.contracts:
        assert contract.current is not None
        data = load(contract.current.path).data
        for item in data.get("paths", {}).values():
            names.update(value["operationId"] for value in item.values())
        names.update(channel["address"] for channel in data.get("channels", {}).values())
    assert [name for name, count in names.items() if count > 1] == []


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


@pytest.mark.parametrize("path", PRODUCTS, ids=lambda path: path.parent.name)
def test_a_data_product_and_its_port_show_the_same_columns(path: Path) -> None:
    product = load(path).data
    assert product["apiVersion"] == "v3.1.0"
    assert product["kind"] == "DataContract"
    assert {"id", "version", "status"} <= product.keys()
    (table,) = product["schema"]
    columns = {column["name"]: column["required"] for column in table["properties"]}
    schemas = load(path.with_suffix("").with_suffix(".openapi.yaml")).data["components"]["schemas"]
    row = next(
        s for n, s in schemas.items() if "asOf" in s.get("properties", {}) and n != "Summary"
    )
    port = {snake(name): name in row["required"] for name in row["properties"]}
    if "lot" in port:  # part of the key: empty text in the table, left out over HTTP
        assert port["lot"] is False
        port["lot"] = True
    assert columns == port
    keys = [column["name"] for column in table["properties"] if column.get("primaryKey")]
    assert keys, "a data product says what a row is"


@pytest.mark.parametrize("path", PRODUCTS, ids=lambda path: path.parent.name)
def test_the_freshness_of_a_data_product_is_that_of_its_sidecar(path: Path) -> None:
    contract = LIBRARY.contract(f"analytics.{path.parent.name}")
    assert contract is not None
    freshness = contract.sidecar.effective_sla.freshness
    assert freshness is not None
    (latency,) = [s for s in load(path).data["slaProperties"] if s["property"] == "latency"]
    seconds = latency["value"] * {"m": 60, "h": 3600}[latency["unit"]]
    assert seconds == freshness.total_seconds()


def test_locations_in_sidecars_are_real_location_numbers() -> None:
    places = [
        place
        for contract in LIBRARY.contracts
        for authority in contract.sidecar.authority
        for place in authority.locations
    ]
    assert places
    assert all(CHECKS["gln"](place) for place in places)
