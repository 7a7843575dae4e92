"""Avro resolution against an independent implementation, over generated schemas and values."""

from __future__ import annotations

import io
import time
from typing import Any

import fastavro
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from contracts import compare
from contracts.documents import from_data
from contracts.errors import InvalidContract
from contracts.formats.avro import resolution
from contracts.formats.avro.resolution import clashes
from contracts.formats.avro.schema import NAMED, Schema, parse
from contracts.formats.avro.witness import Samples, rejection, value_at
from contracts.verdict import Mode, Verdict

PRIMITIVES = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"]
primitives = st.sampled_from(PRIMITIVES)
sample = settings(max_examples=120, deadline=None, derandomize=True)


@st.composite
def schemas(draw: st.DrawFn, depth: int = 3, names: list[str] | None = None) -> Any:
    """A schema in which every named type is defined once; names come from a small set."""
    names = [] if names is None else names
    kinds = ["primitive", "primitive", "array", "map", "union", "enum", "fixed", "record", "name"]
    kind = draw(st.sampled_from(kinds if depth else ["primitive", "name"]))
    free = [name for name in ("A", "B", "C") if name not in names]
    if kind == "name" and names:
        return draw(st.sampled_from(names))
    if kind == "array":
        return {"type": "array", "items": draw(schemas(depth - 1, names))}
    if kind == "map":
        return {"type": "map", "values": draw(schemas(depth - 1, names))}
    if kind == "union":
        return draw(st.lists(primitives, unique=True, min_size=1, max_size=3))
    if kind in {"enum", "fixed", "record"} and free:
        name = draw(st.sampled_from(free))
        names.append(name)
        if kind == "enum":
            symbols = draw(st.lists(st.sampled_from("XYZ"), unique=True, min_size=1))
            default = {"default": symbols[0]} if draw(st.booleans()) else {}
            return {"type": "enum", "name": name, "symbols": symbols, **default}
        if kind == "fixed":
            return {"type": "fixed", "name": name, "size": draw(st.integers(1, 2))}
        fields = []
        for field in draw(st.lists(st.sampled_from("pqr"), unique=True, max_size=3)):
            default = {"default": None} if draw(st.booleans()) else {}
            member = draw(schemas(depth - 1, names))
            nullable = ["null", member] if default and not isinstance(member, list) else member
            if nullable == ["null", "null"] or (default and nullable is member):
                nullable, default = member, {}
            fields.append({"name": field, "type": nullable, **default})
        return {"type": "record", "name": name, "fields": fields}
    return draw(primitives)


WIDER = {"int": "long", "long": "double", "float": "double", "string": "bytes", "bytes": "string"}


@st.composite
def evolved(draw: st.DrawFn, schema: Any) -> Any:
    """A schema changed here and there, often so that old data can still be read."""
    if isinstance(schema, str):
        change = draw(st.sampled_from(["keep", "keep", "widen", "nullable"]))
        if change == "widen":
            return WIDER.get(schema, schema)
        return [schema, "null"] if change == "nullable" and schema != "null" else schema
    if isinstance(schema, list):
        extra = [name for name in PRIMITIVES if name not in schema]
        return [*schema, draw(st.sampled_from(extra))] if draw(st.booleans()) else schema[::-1]
    made = dict(schema)
    for inner in ("items", "values"):
        if inner in made:
            made[inner] = draw(evolved(made[inner]))
    if "symbols" in made and draw(st.booleans()):
        made["symbols"] = [*made["symbols"], "NEW"]
    if "fields" in made:
        kept = [f for f in made["fields"] if "default" in f or draw(st.integers(0, 3))]
        fields = [f if "default" in f else {**f, "type": draw(evolved(f["type"]))} for f in kept]
        added = {"name": "z", "type": "int", "default": 1}
        made["fields"] = [*fields, added] if draw(st.booleans()) else fields
    return made


@st.composite
def versions(draw: st.DrawFn) -> tuple[Any, Any]:
    """A writer's schema and what it became for the reader."""
    writer = draw(schemas())
    reader = draw(evolved(writer))
    try:
        parse(from_data({"s": reader}), "/s")
    except InvalidContract:  # a removed field held the definition of a type
        return writer, writer
    return writer, reader


def values(schema: Schema, depth: int = 0) -> st.SearchStrategy[Any]:
    """Values of a schema, the way fastavro takes them."""
    if schema.kind == "record":
        if depth > 4:
            return st.nothing()
        members = {n: values(f.schema, depth + 1) for n, f in schema.fields.items()}
        return st.fixed_dictionaries(members)
    if schema.kind == "union":
        return st.one_of([branch(part, depth) for part in schema.parts])
    if schema.kind == "array":
        return st.lists(values(schema.parts[0], depth + 1), max_size=2)
    if schema.kind == "map":
        return st.dictionaries(
            st.sampled_from("kl"), values(schema.parts[0], depth + 1), max_size=2
        )
    if schema.kind == "enum":
        return st.sampled_from(schema.symbols)
    if schema.kind == "fixed":
        return st.binary(min_size=schema.size, max_size=schema.size)
    return {
        "null": st.none(),
        "boolean": st.booleans(),
        "int": st.integers(-(2**31), 2**31 - 1),
        "long": st.integers(-(2**63), 2**63 - 1),
        "float": st.floats(width=32),
        "double": st.floats(),
        "bytes": st.just(b"ab"),
        "string": st.just("ab"),
    }[schema.kind]


def branch(schema: Schema, depth: int) -> st.SearchStrategy[Any]:
    name = schema.name or schema.kind
    return values(schema, depth + 1).map(lambda value: (name, value))


def encoded(schema: Any, value: Any) -> bytes:
    stream = io.BytesIO()
    fastavro.schemaless_writer(stream, fastavro.parse_schema(schema), value)
    return stream.getvalue()


@sample
@given(versions(), st.data())
def test_what_is_called_compatible_is_read(pair: tuple[Any, Any], data: st.DataObject) -> None:
    writer, reader = pair
    written, read = parse(from_data({"s": writer}), "/s"), parse(from_data({"s": reader}), "/s")
    assume(not list(clashes(written, read)))
    value = data.draw(values(written))
    stream = io.BytesIO(encoded(writer, value))
    fastavro.schemaless_reader(stream, fastavro.parse_schema(writer), fastavro.parse_schema(reader))


@sample
@given(schemas(), schemas())
def test_every_clash_has_a_value_that_the_reader_refuses(writer: Any, reader: Any) -> None:
    written, read = parse(from_data({"s": writer}), "/s"), parse(from_data({"s": reader}), "/s")
    samples = Samples(written)
    check = rejection(writer, reader)
    for clash in clashes(written, read):
        # fastavro takes an enum for a fixed or record of the same name; Avro does not
        kinds = {type_at(writer, clash.writer), type_at(reader, clash.reader)}
        if samples.has(written) and not (clash.kind == "type-mismatch" and kinds <= NAMED):
            assert check(value_at(written, clash, samples)) is not None, clash


def type_at(schema: Any, pointer: str) -> Any:
    found = from_data({"s": schema}).get(pointer)
    return str(found.get("type") if isinstance(found, dict) else found)


@sample
@given(schemas())
def test_a_schema_reads_itself(schema: Any) -> None:
    for mode in (Mode.BACKWARD, Mode.FULL):
        report = compare(from_data({"s": schema}, name="x").data["s"] if isinstance(schema, dict) else [schema], [schema] if not isinstance(schema, dict) else schema, mode=mode, format="avro")  # fmt: skip
        assert report.verdict is Verdict.COMPATIBLE


@sample
@given(schemas(), schemas())
def test_full_is_backward_and_forward(old: Any, new: Any) -> None:
    one, other = [old], [new]
    verdicts = {
        mode: compare(one, other, mode=mode, format="avro").verdict
        for mode in (Mode.BACKWARD, Mode.FORWARD, Mode.FULL)
    }
    both = verdicts[Mode.BACKWARD] is verdicts[Mode.FORWARD] is Verdict.COMPATIBLE
    assert (verdicts[Mode.FULL] is Verdict.COMPATIBLE) == both
    assert verdicts[Mode.FORWARD] is compare(other, one, mode="backward", format="avro").verdict


def chain(length: int, last: str) -> list[Any]:
    """Records that each refer to the one before: deep without being nested."""
    made: list[Any] = [{"type": "record", "name": "R0", "fields": [{"name": "v", "type": last}]}]
    for number in range(1, length):
        field = {"name": "v", "type": f"R{number - 1}"}
        made.append({"type": "record", "name": f"R{number}", "fields": [field]})
    return made


@pytest.mark.parametrize("length", [200, 5_000])
def test_a_union_of_many_records_is_matched_by_name(length: int) -> None:
    records = [{"type": "record", "name": f"R{n}", "fields": []} for n in range(length)]
    assert compare(records, records[::-1], format="avro").verdict is Verdict.COMPATIBLE


def test_depth_by_reference_is_no_obstacle() -> None:
    report = compare(chain(1_500, "int"), chain(1_500, "string"), format="avro")
    assert report.verdict is Verdict.BREAKING
    assert compare(chain(1_500, "int"), chain(1_500, "long"), format="avro").verdict is (
        Verdict.COMPATIBLE
    )


def doubling(length: int, last: str) -> list[Any]:
    """Every record holds the one before twice: a value would be astronomically large."""
    made: list[Any] = [{"type": "record", "name": "R0", "fields": [{"name": "v", "type": last}]}]
    for number in range(1, length):
        fields = [{"name": name, "type": f"R{number - 1}"} for name in ("a", "b")]
        made.append({"type": "record", "name": f"R{number}", "fields": fields})
    return made


def test_a_value_too_large_to_read_is_not_built() -> None:
    started = time.perf_counter()
    report = compare(doubling(200, "int"), doubling(200, "string"), format="avro")
    assert report.verdict is Verdict.BREAKING
    assert time.perf_counter() - started < 5


def test_too_many_pairs_end_in_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolution, "MOST_PAIRS", 10)
    report = compare(chain(30, "int"), chain(30, "string"), format="avro")
    assert report.verdict is Verdict.UNKNOWN
    assert [finding.rule for finding in report.findings] == ["avro-not-decided"]


@pytest.mark.parametrize(
    ("schema", "words", "pointer"),
    [
        ({"type": "nonsense"}, "no Avro type is called 'nonsense'", None),
        ({"type": "record", "name": "R"}, "needs a list of 'fields'", None),
        ({"type": "record", "fields": []}, "needs a 'name'", None),
        ({"type": "record", "name": "R", "fields": [{"name": "a"}]}, "'name' and a 'type'", "/fields/0"),
        ({"type": "array"}, "needs 'items'", None),
        ({"type": "fixed", "name": "F", "size": -1}, "'size' in bytes", None),
        ({"type": "enum", "name": "E"}, "list of 'symbols'", None),
        ([{"type": "fixed", "name": "F", "size": 1}, {"type": "fixed", "name": "F", "size": 2}], "defined twice", "/1"),
        ({"type": "record", "name": "R", "fields": [{"name": "a", "type": "int"}, {"name": "a", "type": "int"}]}, "there twice", "/fields/1"),
        ({"type": "record", "name": "bad name", "fields": []}, "letters, digits", None),
        ({"a": 1}, "an object with a 'type'", None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(schema: Any, words: str, pointer: str | None) -> None:
    with pytest.raises(InvalidContract) as caught:
        parse(from_data(schema, name="broken.avsc"))
    assert words in str(caught.value)
    assert caught.value.source == "broken.avsc"
    assert caught.value.pointer == pointer


@pytest.mark.parametrize(
    ("writer", "reader", "value"),
    [
        (["int", "long"], ["int"], 1),
        (["float", "double"], ["float"], 1.5),
        (["bytes", "string"], ["null"], "bytes"),
        (["null", {"type": "enum", "name": "a.E", "symbols": ["A"]}], ["null"], "A"),
    ],
)
def test_a_witness_takes_the_branch_that_is_missing(writer: Any, reader: Any, value: Any) -> None:
    found = compare(writer, reader, format="avro").findings
    shown = [finding.witness for finding in found]
    assert all(shown)
    assert shown[0] is not None
    assert shown[0].value == value
