"""Captured messages from a file: JSON lines, or a CloudEvents batch.

A line is either a message with its surroundings (``address``, ``key``, ``headers``,
``receivedAt``, ``message``) or a bare structured CloudEvent, whose channel is then found by its
type. Files are read line by line: a million messages take no more memory than one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from conformance.events.message import Message
from contracts.errors import DocumentUnreadable
from contracts.verdict import Json

LONGEST = 4 << 20
"""Bytes of one line."""


def read_capture(path: Path) -> Iterator[Message]:
    """The messages of a capture in their order; what cannot be read says why.

    Raises:
        DocumentUnreadable: there is no such file.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise DocumentUnreadable(
            f"cannot be opened: {error.strerror}; name a capture", source=str(path)
        ) from error
    with file:
        yield from captured(file, str(path))


def captured(file: BinaryIO, name: str) -> Iterator[Message]:
    """The messages of an open capture.

    Raises:
        DocumentUnreadable: it begins as a batch and is none.
    """
    first = file.read(1)
    file.seek(0)
    if first == b"[":
        yield from _batch(file.read(), name)
    else:
        for number, line in enumerate(iter(lambda: file.readline(LONGEST + 1), b""), 1):
            if len(line) > LONGEST:
                yield Message(None, None, number, problem=f"is longer than {LONGEST} bytes")
                rest = line
                while rest and not rest.endswith(b"\n"):
                    rest = file.readline(LONGEST)
            elif line.strip():
                yield _line(line, number)


def _line(line: bytes, number: int) -> Message:
    try:
        value = orjson.loads(line)
    except ValueError as error:
        return Message(None, None, number, problem=f"is not JSON: {error}")
    return _message(value, number)


def _batch(content: bytes, name: str) -> Iterator[Message]:
    try:
        values = orjson.loads(content)
    except ValueError as error:
        raise DocumentUnreadable(f"is not a JSON array: {error}", source=name) from error
    for number, value in enumerate(values, 1):
        yield _message(value, number)


def _message(value: Json, number: int) -> Message:
    if not isinstance(value, dict):
        return Message(None, None, number, problem="is not a JSON object")
    if "message" not in value or "specversion" in value:
        return Message(None, value, number)
    headers: Any = value.get("headers")
    address, key = value.get("address"), value.get("key")
    return Message(
        address=address if isinstance(address, str) else None,
        payload=value["message"],
        position=number,
        key=key if isinstance(key, str) else None,
        headers={str(n): str(v) for n, v in headers.items()} if isinstance(headers, dict) else {},
        received_at=value.get("receivedAt"),
    )
