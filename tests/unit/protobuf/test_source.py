"""Protocol Buffers source: what is read, where it stands, and how it may be wrong."""

from __future__ import annotations

import time

import pytest

from contracts import compare
from contracts.documents import load
from contracts.errors import DocumentUnreadable
from contracts.verdict import Verdict

ORDERS = b"""\
// Orders as the warehouse knows them.
syntax = "proto3";
package wms.v1;
import "google/protobuf/timestamp.proto";
option go_package = "example.com/wms";

message Order {
  string po_number = 1;
  repeated Line lines = 2;
  google.protobuf.Timestamp created = 3;
  oneof target { string gln = 4; Address address = 5; }
  map<string, string> labels = 6;
  message Line {
    int32 number = 1 [deprecated = true, (rules).max = 5];
    enum Unit { UNIT_UNSPECIFIED = 0; EA = 1; }
    Unit unit = 2;
  }
  reserved 7, 10 to 12, 100 to max;
  reserved "old_name";
}
message Address { string street = 1; }
service Orders {
  rpc Place (Order) returns (Order) { option idempotency_level = IDEMPOTENT; }
  rpc Watch (stream Order) returns (stream Order);
}
"""


def test_everything_is_read_with_its_line() -> None:
    document = load(ORDERS, name="orders.proto")
    assert document.syntax == "proto"
    assert document.data["package"] == "wms.v1"
    assert set(document.data["messages"]) == {"Order", "Order.Line", "Address"}
    fields = document.data["messages"]["Order"]["fields"]
    assert fields["2"] == {"label": "repeated", "type": "Line", "name": "lines"}
    assert fields["5"]["oneof"] == "target"
    assert fields["6"]["type"] == "map<string, string>"
    assert document.data["messages"]["Order"]["reserved"] == [[7, 7], [10, 12], [100, 2**29 - 1]]
    assert document.data["enums"]["Order.Line.Unit"]["values"] == {"UNIT_UNSPECIFIED": 0, "EA": 1}
    assert document.data["services"]["Orders"]["rpcs"]["Watch"]["request_stream"] is True
    assert document.line("/messages/Order.Line/fields/1") == 14
    assert document.line("/messages/Order/fields/4/type") == 11
    assert document.line("/services/Orders/rpcs/Watch") == 24


def test_a_finding_names_the_line() -> None:
    new = ORDERS.replace(b"string street = 1;", b"int32 street = 1;")
    report = compare(load(ORDERS, name="a.proto"), load(new, name="b.proto"))
    (finding,) = report.breaking
    assert finding.rule == "proto-field-type-changed"
    assert (finding.old.line, finding.new.line) == (21, 21)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        (b"message M { string a = ; }", 1, "';' stands where a number"),
        (b"message M {\n string a = 1\n}", 3, "'}' stands where ';'"),
        (b"message M { string a = 0; }", 1, "no field number"),
        (b"message M { string a = 1;\n string b = 1; }", 2, "used twice"),
        (b"message M {", 1, "ends in the middle"),
        (b"messag M {}", 1, "begins no definition"),
        (b'message M { string a = 1; } "', 1, "means nothing"),
        (b"message M { string a = 1.5; }", 1, "whole number"),
        (b"{}", 1, "begins no definition"),
        (b"".join(b"message M%d {" % n for n in range(100)), 1, "nested deeper"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(source: bytes, line: int, words: str) -> None:
    with pytest.raises(DocumentUnreadable) as caught:
        load(source, name="broken.proto")
    assert words in str(caught.value)
    assert caught.value.line == line


def test_bytes_are_source_when_the_format_says_so() -> None:
    new = ORDERS.replace(b"string street = 1;", b"")
    report = compare(ORDERS, new, format="protobuf")
    assert [finding.rule for finding in report.breaking] == ["proto-field-removed"]


def test_a_large_file_is_compared_in_seconds() -> None:
    fields = "\n".join(f"  string field_{n} = {n + 1};" for n in range(20_000))
    old = f'syntax = "proto3";\nmessage M {{\n{fields}\n}}'.encode()
    new = old.replace(b"string field_7 ", b"int32 field_7 ")
    started = time.process_time()
    report = compare(load(old, name="a.proto"), load(new, name="b.proto"))
    assert report.verdict is Verdict.BREAKING
    assert time.process_time() - started < 10


def test_names_may_be_broken_up() -> None:
    source = b"""package a /* of */ . b.
      c; message M { . a.b. c .M m = 1; map<string, .a.b.c . M> n = 2; extensions 9; }
      extend a . b.c. M { optional string x = 9; } service S { rpc R(. a.b.c .M) returns (stream M); }"""
    data = load(source, name="broken.proto").data
    assert data["package"] == "a.b.c"
    assert data["messages"]["M"]["fields"]["1"] == {"type": ".a.b.c.M", "name": "m"}
    assert data["messages"]["M"]["fields"]["2"]["type"] == "map<string, .a.b.c.M>"
    assert data["extensions"][":a.b.c.M"]["fields"]["9"]["name"] == "x"
    assert data["services"]["S"]["rpcs"]["R"]["request"] == ".a.b.c.M"
