"""What a user is shown of an event: the whole message, and the file and line behind a trait."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts import compare
from contracts.documents import bundle, load
from contracts.verdict import Finding

Json = Any

HEADERS = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
AVRO = "application/vnd.apache.avro;version=1.9.0"


def document(action: str, message: Json, **operation: Json) -> Json:
    channel = {"$ref": "#/channels/orders"}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Orders", "version": "1"},
        "defaultContentType": "application/json",
        "channels": {
            "orders": {
                "address": "orders.{region}",
                "parameters": {"region": {"enum": ["eu", "us"]}},
                "messages": {"placed": message},
            }
        },
        "operations": {"o": {"action": action, "channel": channel, **operation}},
    }


def quantity(kind: str) -> Json:
    return {"type": "object", "required": ["n"], "properties": {"n": {"type": kind}}}


def only(old: Json, new: Json) -> Finding:
    (finding,) = compare(old, new).breaking
    return finding


def shown(finding: Finding) -> list[str]:
    assert finding.witness is not None
    return (finding.witness.as_message or "").splitlines()


def test_a_payload_is_shown_with_its_headers() -> None:
    old, new = ({"headers": HEADERS, "payload": quantity(kind)} for kind in ("integer", "number"))
    lines = shown(only(document("send", old), document("send", new)))
    assert lines[0] == "send orders.{region}: placed"
    assert lines[1].startswith('headers: {"id": "')
    assert lines[2:4] == ["content-type: application/json", ""]
    assert lines[4] == "{"


def test_headers_are_shown_with_their_payload() -> None:
    loose = {**HEADERS, "required": []}
    old, new = ({"headers": h, "payload": quantity("integer")} for h in (HEADERS, loose))
    lines = shown(only(document("send", old), document("send", new)))
    assert lines[1] == "headers: {}"
    assert lines[-1].startswith('{"n": ')


def test_a_break_of_avro_is_shown_as_a_message() -> None:
    fields = [{"name": name, "type": "string"} for name in ("item", "lot")]
    old, new = (
        {
            "headers": HEADERS,
            "payload": {
                "schemaFormat": AVRO,
                "schema": {"type": "record", "name": "Stock", "fields": fields[:count]},
            },
        }
        for count in (2, 1)
    )
    finding = only(document("send", old), document("send", new))
    assert finding.rule == "avro-field-without-default"
    lines = shown(finding)
    assert lines[0] == "send orders.{region}: placed"
    assert lines[1].startswith("headers: ")
    assert '  "item": "item"' in lines


def test_a_reply_says_that_it_is_one() -> None:
    old, new = ({"payload": quantity(kind)} for kind in ("integer", "number"))
    reply = {"channel": {"$ref": "#/channels/orders"}}
    request = document("receive", old, reply=reply), document("receive", new, reply=reply)
    (finding,) = compare(*request).breaking
    assert shown(finding)[0] == "reply to receive orders.{region}: placed"


def test_a_value_of_a_parameter_is_shown_in_the_address() -> None:
    old, new = (document("send", {"payload": True}) for _ in range(2))
    new["channels"]["orders"]["parameters"]["region"]["enum"] = ["eu"]
    assert shown(only(old, new)) == ["orders.us"]


@pytest.mark.parametrize("version", ["2.6.0", "3.0.0", "3.1.0"])
def test_a_trait_in_another_file_is_merged_and_named(tmp_path: Path, version: str) -> None:
    second = version.startswith("2")
    reference = {"$ref": "messages.yaml#/placed"}
    whole: Json = document("send", reference) | {"asyncapi": version}
    if second:
        whole["channels"] = {"orders": {"subscribe": {"message": reference}}}
        del whole["operations"]
    for name, required in (("old", ["id"]), ("new", [])):
        folder = tmp_path / name
        folder.mkdir()
        parts = {
            "asyncapi.yaml": whole,
            "messages.yaml": {
                "placed": {"traits": [{"$ref": "traits.yaml#/traced"}], "payload": True}
            },
            "traits.yaml": {"traced": {"headers": {**HEADERS, "required": required}}},
        }
        for file, data in parts.items():
            (folder / file).write_text(yaml.safe_dump(data))
    finding = only(str(tmp_path / "old/asyncapi.yaml"), str(tmp_path / "new/asyncapi.yaml"))
    assert finding.rule == "property-became-optional"
    assert finding.old is not None
    assert (finding.old.file, finding.old.pointer) == ("traits.yaml", "/traced/headers/required")
    assert finding.old.line == 6


def test_a_finding_about_bindings_stands_behind_the_reference() -> None:
    old, new = (document("send", {"payload": True}) for _ in range(2))
    for made, topic in ((old, "a"), (new, "b")):
        made["channels"]["orders"]["bindings"] = {"$ref": "#/components/channelBindings/x"}
        made["components"] = {"channelBindings": {"x": {"kafka": {"topic": topic}}}}
    finding = only(old, new)
    assert finding.rule == "kafka-topic-changed"
    assert finding.new is not None
    assert finding.new.pointer == "/components/channelBindings/x/kafka/topic"


@pytest.mark.parametrize("version", ["2.6.0", "3.0.0"])
def test_a_proto_file_is_compared_field_by_field(tmp_path: Path, version: str) -> None:
    format_ = "application/vnd.google.protobuf;version=3"
    reference = {"$ref": "order.proto"}
    if version == "3.0.0":
        whole = document("send", {"payload": {"schemaFormat": format_, "schema": reference}})
    else:
        message = {"schemaFormat": format_, "payload": reference, "messageId": "placed"}
        whole = {
            "asyncapi": version,
            "info": {"title": "Orders", "version": "1"},
            "channels": {"orders": {"subscribe": {"message": message}}},
        }
    for name, kind in (("old", "int32"), ("new", "string")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "asyncapi.yaml").write_text(yaml.safe_dump(whole))
        text = (
            f'syntax = "proto3";\nmessage Order {{\n  string id = 1;\n  {kind} quantity = 2;\n}}\n'
        )
        (folder / "order.proto").write_text(text)
    finding = only(str(tmp_path / "old/asyncapi.yaml"), str(tmp_path / "new/asyncapi.yaml"))
    assert finding.rule == "proto-field-type-changed"
    assert finding.new is not None
    assert (finding.new.file, finding.new.line) == ("order.proto", 4)
    lines = shown(finding)
    assert lines[0].startswith("send orders")
    assert finding.witness is not None
    assert (finding.witness.written_by, finding.witness.rejected_by) == ("new", "old")


def test_a_proto_file_in_a_bundle_is_still_one(tmp_path: Path) -> None:
    schema = {"schemaFormat": "application/vnd.google.protobuf", "schema": {"$ref": "order.proto"}}
    (tmp_path / "asyncapi.yaml").write_text(yaml.safe_dump(document("send", {"payload": schema})))
    stored = []
    for kind in ("int32", "string"):
        text = f'syntax = "proto3";\nmessage Order {{ Kind kind = 1; {kind} n = 2; }}\nenum Kind {{ A = 0; }}\n'
        (tmp_path / "order.proto").write_text(text)
        stored.append(json.dumps(bundle(load(tmp_path / "asyncapi.yaml")).data).encode())
    finding = only(stored[0], stored[1])
    assert finding.rule == "proto-field-type-changed"
    assert finding.witness is not None
    assert not compare(stored[0], stored[0]).findings


@pytest.mark.parametrize(
    "damage",
    [
        {"messages": {"Order": 5}},
        {"messages": {"Order": {"fields": {"x": {}}, "reserved": [], "reserved_names": []}}},
        {"messages": {"Order": {"fields": {}, "reserved": [[1]], "reserved_names": []}}},
        {"enums": {"Kind": {"values": {"A": "zero"}, "reserved": [], "reserved_names": []}}},
        {"enums": {"Kind": {"values": {}, "reserved": [], "reserved_names": []}}},
        {"extensions": {":O": {"extends": "Nothing", "scope": "", "fields": {}}}},
        {"services": []},
    ],
)
def test_what_only_resembles_a_proto_file_is_not_compared(damage: Json) -> None:
    kind = {"values": {"A": 0}, "reserved": [], "reserved_names": []}
    order = {
        "fields": {"1": {"type": "Kind", "name": "kind"}},
        "reserved": [],
        "reserved_names": [],
    }
    parsed: Json = {"syntax": "proto3", "package": "", "imports": [], "services": {}}
    parsed |= {"messages": {"Order": order}, "enums": {"Kind": kind}}
    format_ = "application/vnd.google.protobuf"
    old, new = (
        document("send", {"payload": {"schemaFormat": format_, "schema": schema}})
        for schema in (parsed, {**parsed, **damage})
    )
    for one, other in ((old, new), (new, old)):
        rules = {finding.rule for finding in compare(one, other).findings}
        assert rules == {"payload-not-compared"} or all(r.startswith("proto-") for r in rules)
