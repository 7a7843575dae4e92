"""Byte offsets → line numbers and names → positions, remembering what was counted already."""

from __future__ import annotations

import bisect

from contracts.verdict import Json


class LineIndex:
    """Lines of one text; a line ends in a line feed."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._marks: list[tuple[int, int]] = [(0, 1)]

    def line(self, offset: int) -> int:
        """The one-based line of an offset."""
        found = bisect.bisect_right(self._marks, (offset, offset + 1)) - 1
        start, line = self._marks[found]
        line += self._raw.count(b"\n", start, offset)
        if start != offset:
            self._marks.insert(found + 1, (offset, line))
        return line


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
