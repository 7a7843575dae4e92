"""Documents that refer to published ones become one, with the places of the originals."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts import compare
from contracts.documents import Document, load
from contracts.documents.published import Published, target_of
from contracts.errors import ContractError, InvalidContract, ReferenceUnresolved
from contracts.formats.bundles import bundle_references, fits, named
from contracts.verdict import Verdict

TYPES = "interlock:erp.types@1.0.0"


def doc(data: Any, name: str) -> Document:
    return load(json.dumps(data, indent=1).encode(), name=name)


def money(amount: str = "number") -> Document:
    schema = {
        "$id": "https://example.org/types",
        "$defs": {
            "Money": {
                "type": "object",
                "required": ["amount", "currency"],
                "properties": {
                    "amount": {"type": amount},
                    "currency": {"$ref": "#/$defs/Currency"},
                },
            },
            "Currency": {"$ref": "interlock:erp.codes@2.0.0#/$defs/Iso"},
        },
    }
    return doc(schema, "erp.types 1.0.0")


CODES = doc({"$defs": {"Iso": {"enum": ["EUR", "USD"]}}}, "erp.codes 2.0.0")


def order(amount: str = "number") -> Document:
    ref = {"$ref": f"{TYPES}#/$defs/Money"}
    schema = {"type": "object", "required": ["total"], "properties": {"total": ref}}
    published = {
        "erp.types@1.0.0": Published(
            money(amount), "jsonschema", {"interlock:erp.codes@2.0.0": "erp.codes@2.0.0"}
        ),
        "erp.codes@2.0.0": Published(CODES, "jsonschema"),
    }
    return bundle_references(
        doc(schema, "order"), "jsonschema", {TYPES: "erp.types@1.0.0"}, published
    )


def test_a_reference_and_what_it_refers_to_stand_inside() -> None:
    found = order()
    assert found.get("/properties/total/$ref") == "#/x-interlock/erp.types@1.0.0/$defs/Money"
    assert found.get("/x-interlock/erp.codes@2.0.0/$defs/Iso/enum") == ["EUR", "USD"]
    place = found.place("/x-interlock/erp.types@1.0.0/$defs/Money/properties/amount")
    assert (place.source, place.pointer) == ("erp.types 1.0.0", "/$defs/Money/properties/amount")
    assert place.line == money().line("/$defs/Money/properties/amount")
    assert order().sha256 == found.sha256


def test_a_change_behind_a_reference_is_a_change() -> None:
    report = compare(order(), order("string"), format="jsonschema")
    assert report.verdict is Verdict.BREAKING
    assert {f.new.source for f in report.breaking if f.new} == {"erp.types 1.0.0"}
    assert compare(order(), order(), format="jsonschema").verdict is Verdict.COMPATIBLE


@pytest.mark.parametrize(
    ("ref", "error"),
    [(f"{TYPES}#/$defs/Gone", ReferenceUnresolved), (f"{TYPES}#Anchor", ReferenceUnresolved)],
)
def test_a_pointer_to_nothing_is_refused(ref: str, error: type[ContractError]) -> None:
    schema = doc({"properties": {"total": {"$ref": ref}}}, "order")
    published = {"erp.types@1.0.0": Published(CODES, "jsonschema")}
    with pytest.raises(error, match=r"points to nothing|names no"):
        bundle_references(schema, "jsonschema", {TYPES: "erp.types@1.0.0"}, published)


def test_a_cycle_between_documents_stays_a_cycle_of_references() -> None:
    a, b = "interlock:x.a@1.0.0@one", "interlock:x.b@1.0.0@one"
    documents = {
        "x.a@1.0.0@one": Published(doc({"$ref": b}, "a"), "jsonschema", {b: "x.b@1.0.0@one"}),
        "x.b@1.0.0@one": Published(doc({"$ref": a}, "b"), "jsonschema", {a: "x.a@1.0.0@one"}),
    }
    found = bundle_references(doc({"$ref": a}, "m"), "jsonschema", {a: "x.a@1.0.0@one"}, documents)
    assert found.get("/x-interlock/x.b@1.0.0@one/$ref") == "#/x-interlock/x.a@1.0.0@one"


MONEY = {
    "type": "record",
    "name": "Money",
    "namespace": "acme.common",
    "fields": [
        {"name": "amount", "type": "double"},
        {"name": "currency", "type": {"type": "enum", "name": "Currency", "symbols": ["EUR"]}},
    ],
}
ORDER = {
    "type": "record",
    "name": "Order",
    "namespace": "acme.orders",
    "fields": [
        {"name": "total", "type": "acme.common.Money"},
        {"name": "tax", "type": ["null", "acme.common.Money"]},
        {"name": "in", "type": "acme.common.Currency"},
    ],
}


def avro(order: Any, *types: Any) -> Document:
    published = {
        f"t{n}@1.0.0": Published(doc(t, f"t{n} 1.0.0"), "avro") for n, t in enumerate(types)
    }
    return bundle_references(
        doc(order, "order.avsc"),
        "avro",
        {f"n{n}": f"t{n}@1.0.0" for n in range(len(types))},
        published,
    )


def test_an_avro_type_is_written_in_where_it_is_first_used() -> None:
    found = avro(ORDER, MONEY)
    assert found.get("/fields/0/type/fields/0/name") == "amount"
    assert found.get("/fields/1/type/1") == "acme.common.Money"
    assert found.place("/fields/0/type/fields/0").source == "t0 1.0.0"
    whole = {**MONEY, "fields": [*MONEY["fields"], {"name": "note", "type": "string"}]}
    assert compare(found, avro(ORDER, whole), format="avro", mode="backward").verdict is (
        Verdict.BREAKING
    )


def test_two_avro_documents_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(InvalidContract, match=r"define acme\.common\.Money differently"):
        avro(ORDER, MONEY, {**MONEY, "fields": []})


def proto(text: str, name: str) -> Document:
    return load(text.encode(), name=name, suffix=".proto")


COMMON = """syntax = "proto3";
package acme.common;
message Money { int64 units = 1; Currency currency = 2; }
enum Currency { UNKNOWN = 0; EUR = 1; }
message Unused { string text = 1; }
"""
ORDERS = """syntax = "proto3";
package acme.orders;
import "common/money.proto";
message Order { common.Money total = 1; map<string, .acme.common.Money> by_tax = 2; }
"""


def protobuf(common: str) -> Document:
    published = {"c@1.0.0": Published(proto(common, "c 1.0.0"), "protobuf")}
    return bundle_references(
        proto(ORDERS, "orders"), "protobuf", {"common/money.proto": "c@1.0.0"}, published
    )


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (("int64 units", "string units"), Verdict.BREAKING),
        (("string text", "int64 text"), Verdict.COMPATIBLE),  # what nobody uses concerns nobody
        (("Currency currency = 2", "Currency currency = 3"), Verdict.BREAKING),
    ],
)
def test_imported_messages_count(change: tuple[str, str], verdict: Verdict) -> None:
    old, new = protobuf(COMMON), protobuf(COMMON.replace(*change))
    assert "acme.common.Money" in old.data["messages"]
    assert old.place("/messages/acme.common.Money").source == "c 1.0.0"
    assert compare(old, new, format="protobuf", mode="full").verdict is verdict


def test_what_a_document_names() -> None:
    schema = doc({"$defs": {"a": {"$ref": f"{TYPES}#/x"}, "b": {"$ref": "common.json#/y"}}}, "s")
    assert dict(named(schema, "jsonschema", ["common.json"])) == {
        TYPES: "/$defs/a/$ref",
        "common.json": "/$defs/b/$ref",
    }
    text = proto(ORDERS, "orders")
    assert [name for name, _ in named(text, "protobuf", ["common/money.proto", "x"])] == [
        "common/money.proto"
    ]
    assert (fits("openapi", "avro"), fits("avro", "jsonschema")) == (True, False)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("interlock:erp.types@1.0.0", "erp.types@1.0.0"),
        ("interlock:erp.types@1.0.0-rc.1@money", "erp.types@1.0.0-rc.1@money"),
        ("interlock:erp.types", None),
        ("interlock:@1.0.0", None),
        ("erp.types@1.0.0", None),
    ],
)
def test_addresses(address: str, key: str | None) -> None:
    found = target_of(address)
    assert (found.key if found else None) == key
