"""Features of editions, wherever they are stated: read as google.protobuf's runtime reads them."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from contracts.documents import load
from contracts.documents.document import Document
from contracts.formats.protobuf.features import is_closed, of_field, of_message
from contracts.formats.protobuf.types import is_grouped

CHOICES = {
    "field_presence": ("EXPLICIT", "IMPLICIT"),
    "enum_type": ("OPEN", "CLOSED"),
    "repeated_field_encoding": ("PACKED", "EXPANDED"),
    "utf8_validation": ("VERIFY", "NONE"),
    "message_encoding": ("LENGTH_PREFIXED", "DELIMITED"),
}
stated = st.fixed_dictionaries({}, optional={n: st.sampled_from(v) for n, v in CHOICES.items()})
OF_FIELDS = ("field_presence", "repeated_field_encoding", "utf8_validation", "message_encoding")
EDITIONS = {
    "proto2": descriptor_pb2.EDITION_PROTO2,
    "proto3": descriptor_pb2.EDITION_PROTO3,
    "2023": descriptor_pb2.EDITION_2023,
    "2024": descriptor_pb2.EDITION_2024,
}


def options(features: dict[str, str]) -> str:
    return "".join(f"option features.{name} = {value};\n" for name, value in features.items())


def bracketed(features: dict[str, str]) -> str:
    said = ", ".join(f"features.{name} = {value}" for name, value in features.items())
    return f" [{said}]" if said else ""


def put(target: Any, features: dict[str, str]) -> None:
    for name, value in features.items():
        setting = descriptor_pb2.FeatureSet.DESCRIPTOR.fields_by_name[name].enum_type
        setattr(target.features, name, setting.values_by_name[value].number)


def source(edition: str, of: list[dict[str, str]], of_fields: list[dict[str, str]]) -> Document:
    """A file, a message in it, one in that, an enum, and a field of each kind."""
    text, numbers, message, enum = (bracketed(one) for one in of_fields)
    inner = (
        f"message Inner {{ {options(of[2])} string text = 1{text};\n"
        f"repeated int32 numbers = 2{numbers}; Outer message = 3{message}; E kind = 4{enum}; }}"
    )
    nested = f"enum E {{ {options(of[3])} ZERO = 0; }}"
    whole = f'edition = "{edition}"; {options(of[0])} message Outer {{ {options(of[1])}'
    return load(f"{whole} {inner} {nested} }}".encode(), name="case.proto")


def runtime(edition: str, of: list[dict[str, str]], of_fields: list[dict[str, str]]) -> Any:
    """The same as the runtime resolves it; None where it refuses the combination."""
    file = descriptor_pb2.FileDescriptorProto(name="case.proto", syntax="editions")
    file.edition = EDITIONS[edition]
    put(file.options, of[0])
    outer = file.message_type.add(name="Outer")
    put(outer.options, of[1])
    inner = outer.nested_type.add(name="Inner")
    put(inner.options, of[2])
    enum = outer.enum_type.add(name="E")
    enum.value.add(name="ZERO", number=0)
    put(enum.options, of[3])
    kinds = ((9, 1, ""), (5, 3, ""), (11, 1, ".Outer"), (14, 1, ".Outer.E"))
    for number, ((kind, label, name), features) in enumerate(zip(kinds, of_fields, strict=True), 1):
        field = inner.field.add(name=f"f{number}", number=number, type=kind, label=label)
        if name:
            field.type_name = name
        put(field.options, features)
    pool = descriptor_pool.DescriptorPool()
    try:
        pool.Add(file)
        return pool.FindMessageTypeByName("Outer.Inner")
    except (TypeError, KeyError):
        return None


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    edition=st.sampled_from(("2023", "2024")),
    of=st.lists(stated, min_size=4, max_size=4),
    text=st.sampled_from(({}, {"utf8_validation": "NONE"}, {"field_presence": "EXPLICIT"})),
    numbers=st.sampled_from(({}, {"repeated_field_encoding": "EXPANDED"})),
    message=st.sampled_from(({}, {"message_encoding": "DELIMITED"})),
    kind=st.sampled_from(({}, {"field_presence": "LEGACY_REQUIRED"})),
)
def test_features_are_inherited_as_the_runtime_inherits_them(
    edition: str,
    of: list[dict[str, str]],
    text: dict[str, str],
    numbers: dict[str, str],
    message: dict[str, str],
    kind: dict[str, str],
) -> None:
    of[3] = {name: value for name, value in of[3].items() if name == "enum_type"}
    of_fields = [text, numbers, message, kind]
    expected = runtime(edition, of, of_fields)
    assume(expected is not None)
    data = source(edition, of, of_fields).data
    owner = data["messages"]["Outer.Inner"]
    inherited = of_message(data, "Outer.Inner")
    for number, field in owner["fields"].items():
        features = of_field(owner, inherited, field)
        theirs = expected.fields_by_number[int(number)]
        if number == "2":
            assert (features.repeated_field_encoding == "PACKED") is theirs.is_packed
        elif number == "3":
            assert is_grouped(features) is (theirs.type == 10)
        else:
            assert (features.field_presence != "IMPLICIT") is theirs.has_presence
            assert (features.field_presence == "LEGACY_REQUIRED") is theirs.is_required
    assert is_closed(data, "Outer.E") is expected.containing_type.enum_types[0].is_closed


@pytest.mark.parametrize("syntax", ["proto2", "proto3"])
def test_the_older_syntaxes_are_read_as_the_runtime_reads_them(syntax: str) -> None:
    label = "optional" if syntax == "proto2" else ""
    text = f'syntax = "{syntax}"; message M {{ {label} int32 a = 1; repeated int32 b = 2; }}'
    data = load(text.encode(), name="case.proto").data
    file = descriptor_pb2.FileDescriptorProto(name="case.proto", syntax=syntax)
    made = file.message_type.add(name="M")
    made.field.add(name="a", number=1, type=5, label=1)
    made.field.add(name="b", number=2, type=5, label=3)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    theirs = pool.FindMessageTypeByName("M")
    owner = data["messages"]["M"]
    ours = {n: of_field(owner, of_message(data, "M"), f) for n, f in owner["fields"].items()}
    assert (ours["1"].field_presence != "IMPLICIT") is theirs.fields_by_name["a"].has_presence
    packed = ours["2"].repeated_field_encoding == "PACKED"
    assert packed is theirs.fields_by_name["b"].is_packed
