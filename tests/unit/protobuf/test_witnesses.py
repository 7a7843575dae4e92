"""What breaks on the wire is shown by bytes that google.protobuf writes and reads differently."""

from __future__ import annotations

import pytest

from contracts import compare
from contracts.verdict import Finding, Level

BOTH = "message N { string x = 1; } message O { int32 x = 1; } enum E { ZERO = 0; ONE = 1; }"


def findings(old: str, new: str, mode: str = "backward") -> list[Finding]:
    sides = [text if "syntax" in text else f'syntax = "proto3"; {text}' for text in (old, new)]
    before, after = (side.encode() for side in sides)
    report = compare(before, after, mode=mode, format="protobuf")
    return [found for found in report.findings if found.witness or found.level is Level.ERROR]


def message(fields: str) -> str:
    return f"{BOTH} message M {{ {fields} }}"


@pytest.mark.parametrize(
    ("before", "after", "value", "raw", "says"),
    [
        ("int32 a = 1;", "sint32 a = 1;", {"a": 1}, "08 01", "a is read as -1, and was 1"),
        ("int32 a = 1;", "string a = 1;", {"a": 1}, "08 01", "a is read as nothing"),
        ("int64 a = 1;", "int32 a = 1;", {"a": "1099511627776"}, "08 80 80 80 80 80 20", "read as nothing"),
        ("int64 a = 1;", "bool a = 1;", {"a": "-1"}, "08 ff ff ff ff ff ff ff ff ff 01", "read as true, and was -1"),
        ("bytes a = 1;", "string a = 1;", {"a": "/w=="}, "0a 01 ff", ""),
        ("fixed32 a = 1;", "float a = 1;", {"a": 1}, "0d 01 00 00 00", "1.4"),
        ("N a = 1;", "O a = 1;", {"a": {"x": "text"}}, "0a 06 0a 04 74 65 78 74", "read as {}"),
        ("E a = 1;", "bool a = 1;", None, "", ""),
        ("E a = 1;", "sint32 a = 1;", {"a": "ONE"}, "08 01", "read as -1"),
        ("map<string, int32> a = 1;", "map<string, string> a = 1;", {"a": {"text": 1}}, "0a 08 0a 04 74 65 78 74 10 01", "read as nothing"),
        ("repeated string a = 1;", "string a = 1;", {"a": ["text", "text"]}, "0a 04 74 65 78 74 0a 04 74 65 78 74", 'read as "text"'),
        ("repeated int32 a = 1;", "int32 a = 1;", {"a": [1, 1]}, "0a 02 01 01", "read as nothing"),
        ("string a = 1;", "string a = 2;", {"a": "text"}, "0a 04 74 65 78 74", "read as nothing"),
        ("string a = 1; string b = 2;", "oneof o { string a = 1; string b = 2; }", {"a": "text", "b": "text"}, "0a 04 74 65 78 74 12 04 74 65 78 74", "a is read as nothing"),
    ],
)  # fmt: skip
def test_a_message_that_is_read_differently(
    before: str, after: str, value: object, raw: str, says: str
) -> None:
    shown = [f.witness for f in findings(message(before), message(after)) if f.witness]
    if value is None:
        assert shown == []
        return
    witness = shown[0]
    assert (witness.value, witness.misread) == (value, True)
    assert (witness.written_by, witness.rejected_by) == ("old", "new")
    assert witness.as_message is not None
    assert witness.as_message.splitlines()[-1] == raw
    assert says in witness.error


def test_a_message_without_what_became_required() -> None:
    old = 'syntax = "proto2"; message M { optional int32 a = 1; }'
    (found,) = findings(old, old.replace("optional", "required"))
    assert found.witness is not None
    assert found.witness.error == "the required field a is missing"


PROTO2, EDITION = 'syntax = "proto2"; ', 'edition = "2023"; '


@pytest.mark.parametrize(
    ("before", "after", "value", "raw", "says"),
    [
        ('syntax = "proto3"; message M { string a = 1; int32 b = 2; }', 'syntax = "proto3"; message M { string a = 1; }', {"b": 1}, "10 01", "b is passed over (field 2 is unknown); as JSON it is refused"),
        ('syntax = "proto3"; message M { E e = 1; } enum E { X = 0; Y = 1; }', 'syntax = "proto3"; message M { E e = 1; } enum E { X = 0; }', {"e": "Y"}, "08 01", "e is read as 1, which has no name; as JSON it is refused"),
        (PROTO2 + "message M { optional E e = 1; } enum E { X = 0; Y = 1; }", PROTO2 + "message M { optional E e = 1; } enum E { X = 0; }", {"e": "Y"}, "08 01", "e is read as nothing, and was 1; as JSON it is refused"),
        (EDITION + "message M { repeated E e = 1; } enum E { X = 0; }", EDITION + "message M { repeated E e = 1; } enum E { option features.enum_type = CLOSED; X = 0; }", {"e": [1, 1]}, "0a 02 01 01", "e is read as nothing, and was [1, 1]"),
        (PROTO2 + "message M { optional int32 a = 1 [default = 5]; }", PROTO2 + "message M { optional int32 a = 1 [default = 6]; }", {}, "(no bytes)", "a, which is not sent, is read as 6, and was 5"),
        (EDITION + "message M { N n = 1; } message N { string x = 1; }", EDITION + "message M { N n = 1 [features.message_encoding = DELIMITED]; } message N { string x = 1; }", {"n": {"x": "text"}}, "0a 06 0a 04 74 65 78 74", "n is read as nothing"),
        (PROTO2 + "message M { extensions 9 to 9; optional int32 x = 1; } extend M { optional int32 x = 9; }", PROTO2 + "message M { extensions 9 to 9; optional int32 x = 1; } extend M { optional string x = 9; }", {"[x]": 1}, "48 01", "x_9 is read as nothing"),
        (PROTO2 + "message M { required N n = 1; optional int32 a = 2; } message N { required string x = 9; }", PROTO2 + "message M { required N n = 1; optional string a = 2; } message N { required string x = 9; }", {"n": {"x": "text"}, "a": 1}, "0a 06 4a 04 74 65 78 74 10 01", "a is read as nothing"),
        (PROTO2 + "message M { required int32 n = 1; optional int32 a = 2 [default = 5]; }", PROTO2 + "message M { required int32 n = 1; optional int32 a = 2; }", {"n": 1}, "08 01", "a, which is not sent, is read as 0, and was 5"),
        (PROTO2 + 'import "a.proto"; extend a.M { optional int32 x = 9; optional int32 y = 10; }', PROTO2 + 'import "a.proto"; extend a.M { optional int32 x = 9; }', {"[y]": 1}, "50 01", "y is passed over (field 10 is unknown)"),
    ],
)  # fmt: skip
def test_what_readers_pass_over_or_take_for_something_else(
    before: str, after: str, value: object, raw: str, says: str
) -> None:
    report = compare(before.encode(), after.encode(), mode="backward", format="protobuf")
    (witness,) = [found.witness for found in report.findings if found.witness]
    assert witness.value == value
    assert witness.as_message is not None
    assert witness.as_message.splitlines()[-1] == raw
    assert says in witness.error


def test_the_new_version_writes_and_the_old_one_reads() -> None:
    (found,) = findings(message("string a = 1;"), message("int32 a = 1;"), mode="forward")
    assert found.witness is not None
    assert (found.witness.written_by, found.witness.value) == ("new", {"a": 1})


def test_definitions_that_the_runtime_refuses_have_no_witness() -> None:
    old = message("F a = 1;") + " enum F { ONE_F = 1; }"  # proto3 begins at zero
    (found,) = findings(old, message("string a = 1;") + " enum F { ONE_F = 1; }")
    assert found.witness is None


@pytest.mark.parametrize(
    ("before", "after", "value", "says"),
    [
        ("google.protobuf.UInt32Value a = 1;", "uint32 a = 1;", {"a": 1}, "a is read as nothing"),
        ("string a = 1;", "google.protobuf.Timestamp a = 1;", {"a": "text"}, ""),
        ("google.protobuf.Timestamp a = 1;", "", {"a": "1970-01-01T00:00:01.000000001Z"}, "passed over"),
        ("N a = 1; google.protobuf.Struct b = 2;", "N a = 1;", {"b": {}}, "b is passed over"),
    ],
)  # fmt: skip
def test_well_known_types_are_those_of_the_runtime(
    before: str, after: str, value: object, says: str
) -> None:
    (found,) = findings(message(before), message(after))
    assert found.witness is not None
    assert found.witness.value == value
    assert says in found.witness.error


@pytest.mark.parametrize("kind", ["Any", "Value", "Empty", "FieldMask", "ListValue", "Duration"])
def test_well_known_types_never_end_in_a_crash(kind: str) -> None:
    old = message(f"google.protobuf.{kind} a = 1; string b = 2;")
    report = compare(
        f'syntax = "proto3"; {old}'.encode(),
        f'syntax = "proto3"; {message("string b = 2;")}'.encode(),
        format="protobuf",
    )
    assert [found.rule for found in report.breaking] == ["proto-field-removed"]


def test_what_is_not_at_hand_is_not_shown() -> None:
    here = b'syntax = "proto3"; message N { string x = 1; } message M { N a = 1; }'
    away = b'syntax = "proto3"; import "n.proto"; message M { N a = 1; }'
    for old, new, side in ((here, away, "new"), (away, here, "old")):
        report = compare(old, new, mode="backward", format="protobuf")
        (open_,) = [found for found in report.findings if found.level is Level.UNKNOWN]
        assert open_.witness is None
        assert f"N is defined in no file at hand beside the {side} version" in open_.message
