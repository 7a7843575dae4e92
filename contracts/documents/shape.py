"""Questions about the shape of parsed values, answered without recursion."""

from __future__ import annotations

import orjson

from contracts.verdict import Json

_ORJSON_WRITES = 250
"""orjson writes values nested up to 254 levels and refuses deeper ones."""


def depth_exceeds(data: Json, depth: int) -> bool:
    """Whether containers are nested deeper than ``depth``; ``data`` has no cycle."""
    if depth >= _ORJSON_WRITES:
        try:
            orjson.dumps(data)
        except TypeError:
            pass
        else:
            return False
    level: list[Json] = [data]
    for _ in range(depth + 1):
        below: list[Json] = []
        for value in level:
            if type(value) is dict:
                below.extend(v for v in value.values() if type(v) in (dict, list))
            elif type(value) is list:
                below.extend(v for v in value if type(v) in (dict, list))
        if not below:
            return False
        level = below
    return True
