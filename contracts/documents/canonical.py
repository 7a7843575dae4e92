"""One text for equal values: what is hashed when there are no bytes to hash."""

from __future__ import annotations

import json
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
