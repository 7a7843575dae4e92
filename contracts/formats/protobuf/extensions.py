"""Fields that a file adds to messages defined elsewhere (``extend``).

Source: protobuf.dev, *Language Guide (proto 2)*, extensions.
"""

from __future__ import annotations

from contracts.formats.protobuf.types import resolve
from contracts.verdict import Json


def extended(data: dict[str, Json]) -> list[str]:
    """The messages that the file extends, by their names from its root."""
    blocks = data.get("extensions", {}).values()
    return list(dict.fromkeys(resolve(data, block["scope"], block["extends"]) for block in blocks))


def extensions_of(data: dict[str, Json], message: str) -> dict[str, Json]:
    """What the file adds to a message, by number.

    Each field has its ``scope``, the block it stands in (``at``) and its ``full`` name, by which
    JSON knows it; ``called`` is a name that no field of the message has.
    """
    found: dict[str, Json] = {}
    for key, block in data.get("extensions", {}).items():
        if resolve(data, block["scope"], block["extends"]) != message:
            continue
        for number, field in block["fields"].items():
            full = ".".join(filter(None, (data["package"], block["scope"], field["name"])))
            called = f"{field['name']}_{number}"
            more = {"scope": block["scope"], "at": key, "full": full, "called": called}
            found[number] = {**field, **more}
    return found
