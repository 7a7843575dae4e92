"""Byte offsets → line numbers and names → positions, remembering what was counted already."""

from __future__ import annotations

from contracts.verdict import Json

BLOCK = 4096
"""Bytes that are counted together; nobody counts more than these for one offset."""


class LineIndex:
    """Lines of one text; a line ends in a line feed."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._before = [0]

    def line(self, offset: int) -> int:
        """The one-based line of an offset."""
        block = offset // BLOCK
        before = self._before
        while len(before) <= block:
            start = (len(before) - 1) * BLOCK
            before.append(before[-1] + self._raw.count(b"\n", start, start + BLOCK))
        return before[block] + self._raw.count(b"\n", block * BLOCK, offset) + 1


class Order:
    """Which member of an object a name is; each object is counted through once."""

    def __init__(self) -> None:
        self._known: dict[int, dict[str, int]] = {}

    def position(self, name: str, data: dict[str, Json], at: int) -> int:
        """The index of a name among the members of the object whose text begins at an offset."""
        order = self._known.get(at)
        if order is None:
            order = self._known[at] = {name: index for index, name in enumerate(data)}
        return order[name]
