"""Which message of a ``.proto`` text is sent: a payload names the text, and not always a message.

AsyncAPI's specification leaves it open. Its own parser of Protocol Buffers takes the message that
no other one holds, and asks for ``@RootNode`` in a comment where there are several.
"""

from __future__ import annotations

from contracts.formats.protobuf.types import map_of, resolve
from contracts.verdict import Json


def payload_message(data: dict[str, Json], *names: str) -> str:
    """The message that is sent; the file must define one.

    One of the names, if it is a message's; else the message that no other one holds; of several
    that with ``@RootNode`` in the comment before it, else the first.
    """
    own: list[str] = [
        name for name, message in data["messages"].items() if not message.get("imported")
    ]
    said = _said(data, own, names)
    if said is not None:
        return said
    top = [name for name in own if "." not in name]
    held = {held for name in own for held in _held(data, name)}
    free = [name for name in top if name not in held] or top or own
    return next((name for name in free if data["messages"][name].get("root")), free[0])


def concerned(data: dict[str, Json], sent: str, *names: str) -> set[str] | None:
    """The definitions that a sent message holds; None where others may be sent as well, since
    nobody says which one is.
    """
    message = data["messages"][sent]
    if not message.get("root") and _said(data, [sent], names) is None:
        return None
    found, waiting = {sent}, [sent]
    for name in waiting:  # grows while it is read
        more = _kinds(data, name) - found
        found |= more
        waiting += more & data["messages"].keys()
    return found


def _said(data: dict[str, Json], messages: list[str], names: tuple[str, ...]) -> str | None:
    prefix = f"{data['package']}." if data["package"] else ""
    local = (named.lstrip("./").removeprefix(prefix) for named in names)
    return next((name for name in local if name in messages), None)


def _kinds(data: dict[str, Json], name: str) -> set[str]:
    fields = data["messages"][name]["fields"].values()
    kinds = [resolve(data, name, field["type"]) for field in fields]
    return {parts.value if (parts := map_of(kind)) else kind for kind in kinds}


def _held(data: dict[str, Json], name: str) -> set[str]:
    """The messages in the fields of one that does not stand inside them."""
    return {kind for kind in _kinds(data, name) if kind != name and not name.startswith(f"{kind}.")}
