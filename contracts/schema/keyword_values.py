"""What a keyword's own value has to be; anything else is malformed."""

from __future__ import annotations

from typing import Any

from contracts.schema.compiler import Malformed
from contracts.schema.values import NumberOutOfRange, exact, is_number
from contracts.verdict import Json


def read_number(value: Json) -> Any:
    if not is_number(value):
        raise Malformed("is not a number")
    try:
        return exact(value)
    except NumberOutOfRange:
        raise Malformed("is too large or small to compute with") from None


def read_count(value: Json) -> int:
    number = read_number(value)
    if not isinstance(number, int) or number < 0:
        raise Malformed("is not a whole number of at least 0")
    return number


def read_schemas(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise Malformed("is not a list of schemas")
    return value


def read_mapping(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise Malformed("is not an object")
    return value


def read_names(value: Json) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise Malformed("is not a list of names")
    return value
