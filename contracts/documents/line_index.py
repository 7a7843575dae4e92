"""Byte offsets → line numbers, remembering what was counted already."""

from __future__ import annotations

import bisect


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
