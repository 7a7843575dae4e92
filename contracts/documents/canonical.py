"""Values as JSON text: what is hashed when there are no bytes to hash, and what people read."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import orjson

from contracts.verdict import Json


def canonical_json(data: Json) -> bytes:
    """The value as compact JSON with sorted names; never recursive.

    Raises:
        TypeError: something in it is not a JSON value.
    """
    try:
        return orjson.dumps(data, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # deep, an integer of more than 64 bits, a Decimal
        pass
    try:
        text = json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except (TypeError, RecursionError):  # a Decimal, or very deep
        text = "".join(_pieces(data))
    return text.encode("utf-8", "surrogatepass")


def _pieces(data: Json) -> list[str]:
    out: list[str] = []
    stack: list[Json | _Text] = [data]
    while stack:
        value = stack.pop()
        if isinstance(value, _Text):
            out.append(value)
        elif isinstance(value, dict):
            stack.append(_Text("}"))
            for index, key in enumerate(sorted(value, reverse=True)):
                separator = "," if index < len(value) - 1 else ""
                stack.extend((value[key], _Text(f"{separator}{json.dumps(key)}:")))
            stack.append(_Text("{"))
        elif isinstance(value, list):
            stack.append(_Text("]"))
            for index in range(len(value) - 1, -1, -1):
                stack.extend((value[index], _Text("," if index else "")))
            stack.append(_Text("["))
        elif isinstance(value, Decimal):
            out.append(str(value))
        else:
            out.append(json.dumps(value, allow_nan=False))
    return out


class _Text(str):
    """Output that waits on the stack, told apart from a string value."""

    __slots__ = ()


_MARK = "\ue0f0"
_MARKED = re.compile(f'"{_MARK}([^{_MARK}"]*){_MARK}"')


def readable_json(value: Json, *, indent: int | None = None) -> str:
    """The value as JSON for people: numbers digit for digit, also those that no double holds.

    What is long and repeats itself is shown in short.
    """
    from contracts.elision import in_short

    text = json.dumps(in_short(value), ensure_ascii=False, indent=indent, default=_marked)
    return _MARKED.sub(r"\1", text) if _MARK in text else text


def _marked(value: object) -> str:
    """json asks for what stands for a Decimal: a text, whose quotes are taken away afterwards."""
    return f"{_MARK}{_digits(value)}{_MARK}" if isinstance(value, Decimal) else str(value)


def _digits(value: Decimal) -> str:
    """All of them up to a hundred, the exponent beyond."""
    if abs(value.adjusted()) >= 100:
        return str(value)
    whole = value.to_integral_value()
    return f"{whole if whole == value else value:f}"
