"""Values that somebody else parsed: checked to be what JSON can say."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from contracts.documents import pointer
from contracts.documents.limits import Limits
from contracts.errors import DocumentUnreadable
from contracts.verdict import Json

_LEAVES = (str, bool, int, float, Decimal)


def as_json(data: Json, name: str, limits: Limits) -> Json:
    """``data`` itself if all of it is JSON values with string keys.

    Raises:
        DocumentUnreadable: another type, a number that is not finite, a cycle, or over a limit.
    """
    stack: list[tuple[Json, str, int]] = [(data, "", 0)]
    nodes = 0
    while stack:
        value, where, depth = stack.pop()
        nodes += 1
        if isinstance(value, (dict, list)):
            if depth >= limits.depth:
                raise DocumentUnreadable(limits.depth_sentence(), source=name)
            if isinstance(value, dict):
                _check_keys(value, name, where)
                children = [(v, pointer.join(where, k)) for k, v in value.items()]
            else:
                children = [(v, f"{where}/{i}") for i, v in enumerate(value)]
            stack.extend((v, p, depth + 1) for v, p in children if type(v) is not str)
            nodes += sum(type(v) is str for v, _ in children)
        elif value is not None and not isinstance(value, _LEAVES):
            _refuse(f"{type(value).__name__} is not a JSON type", name, where)
        elif isinstance(value, (float, Decimal)) and not math.isfinite(value):
            _refuse(f"{value} is not a JSON number; give a finite one", name, where)
        if nodes > limits.nodes:
            raise DocumentUnreadable(limits.nodes_sentence(), source=name)
    return data


def _check_keys(mapping: dict[Any, Json], name: str, where: str) -> None:
    for key in mapping:
        if not isinstance(key, str):
            _refuse(f"the key {key!r} is not a string; quote it", name, where)


def _refuse(message: str, name: str, where: str) -> None:
    raise DocumentUnreadable(message, source=name, pointer=where)
