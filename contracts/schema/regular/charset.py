"""Sets of characters: Unicode scalar values as sorted, disjoint, inclusive ranges.

Surrogates (U+D800–U+DFFF) are no characters (RFC 8259 section 8.2 calls strings with them
unpredictable, and the document reader refuses them): no set contains them.
"""

from __future__ import annotations

import bisect
from collections.abc import Hashable, Iterable, Iterator, Sequence

Range = tuple[int, int]

LAST = 0x10FFFF
_SCALARS: tuple[Range, ...] = ((0, 0xD7FF), (0xE000, LAST))


class CharSet:
    """An immutable set of characters."""

    __slots__ = ("_hash", "ranges")

    def __init__(self, ranges: tuple[Range, ...]) -> None:
        self.ranges = ranges
        self._hash = hash(ranges)

    @classmethod
    def of(cls, *parts: str | int | Range) -> CharSet:
        """Characters of strings, code points and inclusive ranges, without surrogates."""
        ranges: list[Range] = []
        for part in parts:
            if isinstance(part, str):
                ranges.extend((ord(c), ord(c)) for c in part)
            elif isinstance(part, int):
                ranges.append((part, part))
            else:
                ranges.append(part)
        return cls(_merge(ranges)) & ANY if ranges else NONE

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CharSet) and self.ranges == other.ranges

    def __hash__(self) -> int:
        return self._hash

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __len__(self) -> int:
        return sum(high - low + 1 for low, high in self.ranges)

    def __contains__(self, code: int) -> bool:
        index = bisect.bisect_right(self.ranges, (code, LAST)) - 1
        return index >= 0 and code <= self.ranges[index][1]

    def __iter__(self) -> Iterator[int]:
        for low, high in self.ranges:
            yield from range(low, high + 1)

    def __repr__(self) -> str:
        return f"CharSet({self.ranges})"

    def __or__(self, other: CharSet) -> CharSet:
        return CharSet(_merge([*self.ranges, *other.ranges]))

    def __and__(self, other: CharSet) -> CharSet:
        found: list[Range] = []
        left, right = iter(self.ranges), iter(other.ranges)
        a, b = next(left, None), next(right, None)
        while a is not None and b is not None:
            low, high = max(a[0], b[0]), min(a[1], b[1])
            if low <= high:
                found.append((low, high))
            if a[1] < b[1]:
                a = next(left, None)
            else:
                b = next(right, None)
        return CharSet(tuple(found))

    def __invert__(self) -> CharSet:
        gaps: list[Range] = []
        start = 0
        for low, high in self.ranges:
            if low > start:
                gaps.append((start, low - 1))
            start = high + 1
        if start <= LAST:
            gaps.append((start, LAST))
        return CharSet(tuple(gaps)) & ANY

    def __sub__(self, other: CharSet) -> CharSet:
        return self & ~other


def _merge(ranges: Iterable[Range]) -> tuple[Range, ...]:
    merged: list[Range] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            if high > merged[-1][1]:
                merged[-1] = (merged[-1][0], high)
        else:
            merged.append((low, high))
    return tuple(merged)


ANY = CharSet(_SCALARS)
NONE = CharSet(())


class Partition:
    """The characters split into classes that a family of sets cannot tell apart.

    ``starts[i]`` begins the i-th interval of code points, which belongs to class ``kinds[i]``;
    classes are numbered from 0 in the order of their first character.
    """

    __slots__ = ("_classes", "count", "kinds", "starts")

    def __init__(self, starts: Sequence[int], kinds: Sequence[int]) -> None:
        """Intervals with their classes; neighbours of one class are joined."""
        self.starts: list[int] = []
        self.kinds: list[int] = []
        for start, kind in zip(starts, kinds, strict=True):
            if not self.kinds or self.kinds[-1] != kind:
                self.starts.append(start)
                self.kinds.append(kind)
        self.count = max(self.kinds) + 1
        self._classes: list[CharSet] | None = None

    @classmethod
    def of(cls, sets: Iterable[CharSet]) -> Partition:
        """The coarsest partition that respects every set."""
        numbers: dict[Hashable, int] = {}
        starts, kinds = [], []
        for start, inside in _signatures([s for s in dict.fromkeys(sets) if s]):
            starts.append(start)
            kinds.append(numbers.setdefault(inside, len(numbers)))
        return cls(starts, kinds)

    @property
    def classes(self) -> list[CharSet]:
        """The characters of each class."""
        if self._classes is None:
            members: list[list[Range]] = [[] for _ in range(self.count)]
            ends = [*(start - 1 for start in self.starts[1:]), LAST]
            for start, end, kind in zip(self.starts, ends, self.kinds, strict=True):
                members[kind].append((start, end))
            self._classes = [CharSet(tuple(ranges)) & ANY for ranges in members]
        return self._classes

    def class_of(self, code: int) -> int:
        """The class of a code point; -1 for a surrogate, which is no character."""
        if 0xD800 <= code <= 0xDFFF:
            return -1
        return self.kinds[bisect.bisect_right(self.starts, code) - 1]

    def inside(self, chars: CharSet) -> list[int]:
        """The classes that make up a set which the partition respects."""
        found: set[int] = set()
        for low, high in chars.ranges:
            first = bisect.bisect_right(self.starts, low) - 1
            last = bisect.bisect_right(self.starts, high)
            found.update(self.kinds[first:last])
        return sorted(found)

    def refined(self, other: Partition) -> tuple[Partition, list[int], list[int]]:
        """The common refinement, and for each of its classes the class in both."""
        numbers: dict[tuple[int, int], int] = {}
        starts = sorted({*self.starts, *other.starts})
        kinds = []
        i = j = 0
        for start in starts:
            while i + 1 < len(self.starts) and self.starts[i + 1] <= start:
                i += 1
            while j + 1 < len(other.starts) and other.starts[j + 1] <= start:
                j += 1
            kinds.append(numbers.setdefault((self.kinds[i], other.kinds[j]), len(numbers)))
        return Partition(starts, kinds), [a for a, _ in numbers], [b for _, b in numbers]


def _signatures(family: list[CharSet]) -> Iterator[tuple[int, frozenset[int]]]:
    """Starts of intervals, with the indices of the sets that the interval lies in."""
    events: dict[int, list[int]] = {0: []}
    for index, chars in enumerate(family):
        for low, high in chars.ranges:
            events.setdefault(low, []).append(index)
            if high < LAST:
                events.setdefault(0xE000 if high == 0xD7FF else high + 1, []).append(~index)
    inside: set[int] = set()
    for start in sorted(events):
        for event in sorted(events[start]):
            if event < 0:
                inside.discard(~event)
            else:
                inside.add(event)
        yield start, frozenset(inside)
