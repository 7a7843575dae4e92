"""Which definition of a file is the payload: the one a fragment names, or the one that is sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.events.protobuf import Proto
from contracts import compare
from contracts.documents import bundle, load
from contracts.documents.limits import Limits
from contracts.documents.proto_syntax import parse_proto
from contracts.formats.protobuf.payload import payload_message
from contracts.verdict import Verdict

LINE = 'syntax = "proto3"; package shop; message Line { string sku = 1; } '
ORDER = "message Order { repeated Line lines = 1; map<string, Line> by = 2; } "


@pytest.mark.parametrize(
    ("text", "names", "sent"),
    [
        (LINE, (), "Line"),
        (LINE + ORDER, (), "Order"),
        (ORDER + LINE.removeprefix('syntax = "proto3"; package shop; '), (), "Order"),
        (LINE + ORDER + "message Invoice { string id = 1; }", (), "Order"),
        (LINE + ORDER + "// @RootNode\nmessage Invoice { string id = 1; }", (), "Invoice"),
        (LINE + ORDER + "/** @RootNode */ message Invoice { }", (), "Invoice"),
        (LINE + ORDER, ("Line",), "Line"),
        (LINE + ORDER, ("shop.Line",), "Line"),
        (LINE + ORDER, ("Nobody", "Line"), "Line"),
        ("message A { B b = 1; message B { A a = 1; } }", (), "A"),
        ("message A { A next = 1; }", (), "A"),
        ("message A { B b = 1; } message B { A a = 1; }", (), "A"),
        ("message A { message B { } }", ("A.B",), "A.B"),
    ],
)
def test_the_message_that_is_sent(text: str, names: tuple[str, ...], sent: str) -> None:
    data = parse_proto(text.encode(), "a.proto", Limits())
    assert payload_message(data, *names) == sent
    assert names or Proto(text).sent() == sent  # what is checked is what is compared


USERS = [
    {"type": "record", "name": "Place", "namespace": "crm", "fields": [{"name": "zip", "type": "string"}]},
    {
        "type": "record",
        "name": "User",
        "namespace": "crm",
        "fields": [{"name": "at", "type": "Place"}, {"name": "age", "type": "int"}],
    },
]  # fmt: skip
PROTO = 'syntax = "proto3"; message Ping { int32 at = 1; } message User { string zip = 1; int32 age = 2; }'  # fmt: skip


def _asyncapi(version: str, language: str, ref: str) -> dict[str, Any]:
    if version == "2.6.0":
        message = {"name": "changed", "schemaFormat": language, "payload": {"$ref": ref}}
        channels = {"users": {"subscribe": {"message": message}}}
        return {"asyncapi": version, "info": {"title": "u", "version": "1"}, "channels": channels}
    payload = {"schemaFormat": language, "schema": {"$ref": ref}}
    return {
        "asyncapi": version,
        "info": {"title": "u", "version": "1"},
        "channels": {"users": {"address": "users", "messages": {"changed": {"payload": payload}}}},
        "operations": {"send": {"action": "send", "channel": {"$ref": "#/channels/users"}}},
    }


@pytest.mark.parametrize("version", ["2.6.0", "3.0.0"])
@pytest.mark.parametrize(
    ("language", "ref", "before", "after", "rules"),
    [
        ("avro", "users.avsc#/User", '"int"', '"string"', ["avro-type-mismatch"]),
        ("avro", "users.avsc#crm.User", '"zip"', '"code"', ["avro-field-without-default"]),
        ("avro", "users.avsc#/Place", '"int"', '"string"', []),
        ("avro", "users.avsc#/Nobody", '"int"', '"string"', None),
        ("proto", "users.proto#/User", "int32 age", "string age", ["proto-field-type-changed"]),
        ("proto", "users.proto#User", "int32 at", "string at", []),
        ("proto", "users.proto", "int32 at", "string at", ["proto-field-type-changed"]),
    ],
)
def test_a_definition_that_a_fragment_names(
    tmp_path: Path,
    version: str,
    language: str,
    ref: str,
    before: str,
    after: str,
    rules: list[str] | None,
) -> None:
    media = {"avro": "application/vnd.apache.avro;version=1.9.0"}
    name = media.get(language, "application/vnd.google.protobuf;version=3")
    mains = []
    for folder, replaced in (("old", (before, before)), ("new", (before, after))):
        (tmp_path / folder).mkdir()
        main = tmp_path / folder / "api.json"
        main.write_text(json.dumps(_asyncapi(version, name, ref)))
        (tmp_path / folder / "users.avsc").write_text(json.dumps(USERS).replace(*replaced))
        (tmp_path / folder / "users.proto").write_text(PROTO.replace(*replaced))
        mains.append(main)
    for documents in (mains, [bundle(load(main)) for main in mains]):
        report = compare(*documents)
        found = [finding.rule for finding in report.findings]
        if rules is None:
            assert report.verdict is Verdict.UNKNOWN
        else:
            assert found == rules, report.findings
        for finding in report.breaking:
            assert finding.new is not None
            assert str(finding.new.source).endswith(ref.partition("#")[0])
