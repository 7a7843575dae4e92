"""Fractions that no double holds: both validators compute with what is written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import jsonschema_rs
import pytest

from contracts.schema import Options
from contracts.schema.validator_forms import in_decimals
from contracts.verdict import Json
from tests.unit.schema.pairs import DIALECTS, ask

DRAFT = DIALECTS["draft2020-12"]


@pytest.mark.parametrize(
    ("writer", "reader", "witness"),
    [
        ({"minimum": 1e20}, {"multipleOf": 0.01}, "100000000000000000000.001"),
        ({"minimum": 1e16, "multipleOf": 0.01}, {"multipleOf": 0.1}, "10000000000000000.01"),
        ({"minimum": 1e16, "maximum": 1e16 + 2}, {"multipleOf": 1}, "10000000000000000.1"),
        ({"minimum": 1e16, "maximum": 1e16 + 2}, {"type": "integer"}, "10000000000000000.1"),
        ({"minimum": 1e300}, {"multipleOf": 0.01}, "1" + "0" * 300 + ".001"),
    ],
)
def test_a_break_beyond_doubles(
    writer: dict[str, Any], reader: dict[str, Any], witness: str
) -> None:
    answer = ask({"type": "number", **writer}, {"type": "number", **reader}, DRAFT)
    (found,) = answer.breaks
    assert str(found.witness) == witness
    assert jsonschema_rs.Draft202012Validator(in_decimals(writer)).is_valid(found.witness)
    assert not jsonschema_rs.Draft202012Validator(in_decimals(reader)).is_valid(found.witness)
    assert '"' not in found.message


@pytest.mark.parametrize(
    ("schema", "exact"),
    [
        ({"multipleOf": 2, "maximum": 0.1}, {"multipleOf": "2.0", "maximum": "0.1"}),
        ({"items": {"multipleOf": 0.5}}, {"items": {"multipleOf": "0.5"}}),
    ],
)
def test_schemas_in_decimals(schema: Json, exact: Json) -> None:
    def texts(part: Json) -> Json:
        if isinstance(part, dict):
            return {name: texts(value) for name, value in part.items()}
        return str(part) if isinstance(part, Decimal) else part

    assert texts(in_decimals(schema)) == exact


@pytest.mark.parametrize(
    ("writer", "reader", "divided"),
    [
        ({"minimum": 2**60}, {"multipleOf": 0.3}, True),
        ({"minimum": 2**60}, {"multipleOf": 2.5}, True),
        ({"minimum": 2**53 + 1, "maximum": 2**53 + 3}, {"multipleOf": 1.5}, True),
        ({"minimum": 2**60}, {"multipleOf": 0.5}, False),
        ({"minimum": 10**30}, {"multipleOf": 0.01}, False),
    ],
)
def test_whole_numbers_beyond_doubles_against_fractions(
    writer: dict[str, Any], reader: dict[str, Any], divided: bool
) -> None:
    answer = ask({"type": "integer", **writer}, reader, DRAFT)
    assert answer.verdict == ("breaking" if divided else "compatible")
    for found in answer.breaks:
        assert Decimal(found.witness) % Decimal(str(reader["multipleOf"])) != 0
        assert found.witness >= writer["minimum"]
        assert "multiple" in found.error


ASSERTED = Options(writer_format="asserted", reader_format="asserted")


@pytest.mark.parametrize(
    ("writer", "reader", "witness"),
    [
        ({"type": "integer", "format": "int64"}, {"format": "int32"}, 2**31),
        ({"type": "integer"}, {"format": "uint8"}, 256),
        ({"type": "integer", "format": "int32"}, {"format": "int64"}, None),
        ({"format": "uint64"}, {"minimum": 0}, None),
        ({"items": {"type": "integer"}, "type": "array"}, {"items": {"format": "int8"}}, [128]),
    ],
)
def test_formats_of_openapi_in_bare_schemas(writer: Any, reader: Any, witness: Any) -> None:
    for dialect in (DRAFT, DIALECTS["draft7"]):
        answer = ask(writer, reader, dialect, ASSERTED)
        assert answer.verdict == ("compatible" if witness is None else "breaking")
        assert [found.witness for found in answer.breaks] == [witness] * (witness is not None)
