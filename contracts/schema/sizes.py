"""How much text one comparison builds and has judged: what refuses a text may be megabytes long."""

from __future__ import annotations

from contracts.elision import size_of
from contracts.verdict import Json

LONGEST_TEXT = 80_000_000
"""Characters of one text: enough for a file of 50 MB in base64."""

MOST_IN_ONE = 100_000_000
"""Characters and items of a value that validators are asked about."""

FREE = 100_000
"""Characters of a text, or of a value, that cost nothing."""


class Room:
    """What is left of the long texts that one comparison builds and judges."""

    def __init__(self, built: int, judged: int) -> None:
        self._built = built
        self._judged = judged
        self._texts: dict[tuple[str, int], str] = {}

    def text(self, unit: str, length: int, end: str = "") -> str | None:
        """``unit`` again and again, so many characters with the ``end``; None if that is too much.

        The same long text is built once.
        """
        if length <= FREE:
            return (unit * (length // len(unit) + 1))[: length - len(end)] + end
        name = (unit + end, length)
        if name not in self._texts:
            if length > LONGEST_TEXT or length > self._built:
                return None
            self._built -= length
            self._texts[name] = unit * ((length - len(end)) // len(unit))
            self._texts[name] += unit[: length - len(end) - len(self._texts[name])] + end
        return self._texts[name]

    def may_judge(self, value: Json) -> bool:
        """Whether validators may be asked about a value, which counts if it is long.

        Names of members are never shown in short; longer ones than are free are not asked about.
        """
        size = size_of(value)
        if size <= FREE:
            return True
        self._judged -= size
        return size <= MOST_IN_ONE and self._judged >= 0 and _longest_name(value) <= FREE


def _longest_name(value: Json) -> int:
    waiting, seen, longest = [value], set(), 0
    for part in waiting:  # grows while it is read
        if isinstance(part, (dict, list)) and id(part) not in seen:
            seen.add(id(part))
            waiting += part.values() if isinstance(part, dict) else part
            longest = max(longest, *map(len, part)) if isinstance(part, dict) and part else longest
    return longest
