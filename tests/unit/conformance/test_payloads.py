"""Values that are no JSON: Protocol Buffers on the wire, channels declared in Avro or Protobuf."""

from __future__ import annotations

import json
import struct
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import fastavro
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.events import EventSuite, check
from conformance.events.decoding import decode
from conformance.events.protobuf import Proto
from conformance.events.schemas import Schemas, with_schemas
from conformance.evidence import Outcome, Run
from contracts.documents import from_data

SOURCE = """
syntax = "proto3";
package wms;
import "google/protobuf/timestamp.proto";
enum Condition { UNKNOWN = 0; GOOD = 1; }
message Header { string key = 1; }
message Receipt {
  message Line { string line_number = 1; double quantity = 2; Condition condition = 3; }
  reserved 15;
  string receipt_id = 1;
  repeated Line lines = 2;
  repeated int32 tags = 3;
  map<string, int64> totals = 4;
  sint32 delta = 5;
  google.protobuf.Timestamp at = 6;
  optional int64 sequence = 7;
  oneof extra { string note = 8; bytes raw = 9; }
}
"""
PROTO = Proto(SOURCE)


def tag(number: int, wire: int) -> bytes:
    return varint(number << 3 | wire)


def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def block(number: int, value: bytes) -> bytes:
    return tag(number, 2) + varint(len(value)) + value


LINE = block(1, b"00010") + tag(2, 1) + struct.pack("<d", 4.5) + tag(3, 0) + varint(1)
RECEIPT = (
    block(1, b"GR-1")
    + block(2, LINE)
    + block(3, varint(3) + varint(270) + varint(86942))
    + block(4, block(1, b"EA") + tag(2, 0) + varint(-5))
    + tag(5, 0) + varint(3)
    + block(6, tag(1, 0) + varint(1_700_000_000))
    + tag(99, 0) + varint(7)
)  # fmt: skip
READ = {
    "receiptId": "GR-1",
    "lines": [{"lineNumber": "00010", "quantity": 4.5, "condition": "GOOD"}],
    "tags": [3, 270, 86942],
    "totals": {"EA": -5},
    "delta": -2,
    "at": "2023-11-14T22:13:20Z",
}


def test_the_vectors_of_the_specification() -> None:
    proto = Proto("message T { int32 a = 1; string b = 2; repeated int32 f = 6; }")
    assert proto.read("T", bytes.fromhex("089601"))["a"] == 150
    assert proto.read("T", bytes.fromhex("120774657374696e67"))["b"] == "testing"
    assert proto.read("T", bytes.fromhex("3206038e029ea705"))["f"] == [3, 270, 86942]


def test_a_message_is_read_by_its_index() -> None:
    assert PROTO.read("Receipt", RECEIPT) == READ
    assert PROTO.framed(b"\x02\x02" + RECEIPT) == READ, "one index, and it is 1"
    assert PROTO.framed(b"\x00" + block(1, b"k")) == {"key": "k"}, "a zero is the first message"
    nested = PROTO.framed(b"\x04\x02\x00" + LINE)
    assert nested == {"lineNumber": "00010", "quantity": 4.5, "condition": "GOOD"}
    with pytest.raises(ValueError, match="indexes"):
        PROTO.framed(b"\x02\x08" + RECEIPT)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (RECEIPT[:-1], "ends in the middle"),
        (block(1, b"GR-1")[:-2], "ends in the middle"),
        (tag(1, 0) + varint(5), "holds no string"),
        (tag(5, 2) + b"\x01\x00", "holds no sint32"),
        (tag(1, 6), "wire type 6"),
        (tag(15, 0) + varint(1), "reserved field 15"),
        (b"\xff" * 11, "more than ten bytes"),
        (block(1, b"\xff\xfe"), "utf-8"),
    ],
)
def test_what_is_no_such_message_says_why(value: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        PROTO.read("Receipt", value)


@given(st.binary(max_size=60))
def test_hostile_bytes_end_in_a_value_or_a_sentence(value: bytes) -> None:
    with suppress(ValueError):  # and nothing else
        assert isinstance(PROTO.framed(value), dict)


def test_a_required_field_of_proto2() -> None:
    proto = Proto('syntax = "proto2"; message T { required string a = 1; optional int32 b = 2; }')
    assert proto.read("T", block(1, b"x")) == {"a": "x"}
    with pytest.raises(ValueError, match="required field a"):
        proto.read("T", b"")


AVRO = {
    "type": "record",
    "name": "Receipt",
    "fields": [
        {"name": "receiptId", "type": "string"},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
    ],
}
CE = {"ce_specversion": "1.0", "ce_id": "1", "ce_source": "/wms", "ce_type": "receipt.v1"}


def document(kind: str, schema: Any) -> Any:
    payload = {"schemaFormat": kind, "schema": schema}
    channel = {"address": "receipts", "messages": {"receipt": {"payload": payload}}}
    return from_data({"asyncapi": "3.0.0", "channels": {"receipts": channel}}, name="wms.yaml")


def checked(kind: str, schema: Any, value: bytes, headers: dict[str, str]) -> Run:
    message = decode(value, headers, address="receipts", position=1)
    return check(EventSuite(), [document(kind, schema)], [message])


def avro(value: Any, schema: Any = AVRO) -> bytes:
    content = BytesIO()
    fastavro.schemaless_writer(content, fastavro.parse_schema(schema), value)
    return content.getvalue()


GOOD = avro({"receiptId": "GR-1", "at": 1_700_000_000_000})
OTHER = avro({"n": 1}, {"type": "record", "name": "N", "fields": [{"name": "n", "type": "int"}]})
AVRO_KIND = "application/vnd.apache.avro;version=1.11.0"
PROTO_KIND = "application/vnd.google.protobuf;version=3"
INDEXED = b"\x02\x02"


@pytest.mark.parametrize("frame", [b"", b"\0\0\0\0\x07"])
@pytest.mark.parametrize("headers", [{}, {**CE, "content-type": "application/avro"}])
def test_a_channel_declared_in_avro(frame: bytes, headers: dict[str, str]) -> None:
    good = checked(AVRO_KIND, AVRO, frame + GOOD, headers)
    assert (good.outcome, good.warnings) == (Outcome.PASSED, ()), good.failures
    bad = checked(AVRO_KIND, AVRO, frame + OTHER, headers)
    assert {f.check for f in bad.failures} == {"readable"}
    assert "Avro" in bad.failures[0].message


def test_a_channel_declared_in_avro_and_a_capture_in_json() -> None:
    def outcome(value: Any) -> Outcome:
        content = json.dumps(value).encode()
        return checked(AVRO_KIND, AVRO, content, {}).outcome

    assert outcome({"receiptId": "GR-1", "at": "2023-11-14T22:13:20Z"}) is Outcome.PASSED
    assert outcome({"receiptId": 1, "at": 5}) is Outcome.FAILED


def test_a_channel_declared_in_protobuf() -> None:
    framed = b"\0\0\0\0\x07" + INDEXED + RECEIPT
    good = checked(PROTO_KIND, SOURCE, framed, {**CE, "content-type": "application/protobuf"})
    assert (good.outcome, good.warnings) == (Outcome.PASSED, ()), good.failures
    bad = checked(PROTO_KIND, SOURCE, framed[:-1], {})
    assert [f.check for f in bad.failures] == ["readable"]
    unknown = checked("application/vnd.other", {}, b"\x01", {})
    assert any("application/vnd.other" in w for w in unknown.warnings)


def test_schemas_of_a_registry_may_be_protobuf(tmp_path: Path) -> None:
    path = tmp_path / "schemas.json"
    path.write_text(json.dumps({"7": {"schemaType": "PROTOBUF", "schema": SOURCE}}))
    message = decode(b"\0\0\0\0\x07" + INDEXED + RECEIPT, {}, address="receipts")
    (read,) = with_schemas([message], Schemas.load(path))
    assert (read.payload, read.problem) == (READ, None)


EDITION = 'edition = "2023"; option features.field_presence = IMPLICIT;'


@pytest.mark.parametrize(
    ("source", "raw", "value"),
    [
        (f"{EDITION} message T {{ int32 a = 1; T b = 2; }}", b"", {"a": 0}),
        ('edition = "2023"; message T { int32 a = 1; }', b"", {}),
        ('syntax = "proto2"; message T { optional group G = 1 { optional int32 a = 2; } }', b"\x0b\x10\x05\x0c", {"g": {"a": 5}}),
        ('edition = "2023"; message T { T t = 1 [features.message_encoding = DELIMITED]; int32 a = 2; }', b"\x0b\x0b\x10\x05\x0c\x0c\x10\x06", {"t": {"t": {"a": 5}}, "a": 6}),
        ("syntax = \"proto2\"; message T { optional E e = 1; repeated E f = 2; } enum E { A = 1; }", b"\x08\x07\x10\x07\x10\x01", {"f": ["A"]}),
        ("syntax = \"proto3\"; message T { E e = 1; } enum E { A = 0; }", b"\x08\x07", {"e": 7}),
        ('edition = "2023"; message T { int32 a = 1; }', b"\x13\x18\x01\x14\x08\x05", {"a": 5}),
    ],
)  # fmt: skip
def test_syntaxes_and_editions(source: str, raw: bytes, value: Any) -> None:
    assert Proto(source).read("T", raw) == value


@pytest.mark.parametrize(
    ("source", "raw", "words"),
    [
        ('edition = "2023"; message T { int32 a = 1 [features.field_presence = LEGACY_REQUIRED]; }', b"", "lacks the required field a"),
        ('edition = "2023"; message T { T t = 1; }', b"\x0b\x0c", "in the form that t declares"),
        ('edition = "2023"; message T { T t = 1 [features.message_encoding = DELIMITED]; }', b"\x0a\x00", "in the form that t declares"),
        ('edition = "2023"; message T { }', b"\x0b\x14", "ends another group"),
        ('edition = "2023"; message T { }', b"\x0b", "ends in the middle"),
        ('edition = "2023"; message T { }', b"\x0b" * 500, "nested too deeply"),
    ],
)  # fmt: skip
def test_groups_that_are_none(source: str, raw: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Proto(source).read("T", raw)
