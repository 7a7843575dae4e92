"""Questions about the shape of parsed values, answered without recursion."""

from __future__ import annotations

import orjson

from contracts.documents.document import Document
from contracts.late_patterns import late
from contracts.verdict import Json

ORJSON_WRITES = 250
"""orjson writes values nested up to 254 levels and refuses deeper ones."""


def depth_exceeds(data: Json, depth: int) -> bool:
    """Whether containers are nested deeper than ``depth``; ``data`` has no cycle."""
    if depth >= ORJSON_WRITES:
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


_IS_TRUE = late(rb"\s*:\s*true")


def may_be_true(document: Document, name: str) -> bool:
    """Whether a member of that name (ASCII) is true anywhere; when in doubt it may be.

    Looked for in the text, which takes a thousandth of the time that looking through values takes.
    """
    if document.origins or document.syntax not in {"json", "yaml"}:
        return True
    raw, word = document.raw, name.encode()
    if document.syntax == "yaml":
        return word in raw or any(escape in raw for escape in (b"\\x", b"\\u", b"\\U"))
    if b"\\u00" in raw and any(b"\\u00%d" % row in raw for row in range(4, 8)):
        return True  # a letter may be written as an escape
    named = b'"%s"' % word
    at = raw.find(named)
    while at >= 0:
        if _IS_TRUE.match(raw, at + len(named)):
            return True
        at = raw.find(named, at + 1)
    return False
