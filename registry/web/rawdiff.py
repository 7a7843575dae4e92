"""The raw difference of two texts, line by line, with the line numbers of both sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from markupsafe import Markup

from registry.web.source import highlight, split_lines

CONTEXT = 3
MOST_WORK = 40_000_000
"""Above this product of differing lines the texts are too unlike to be laid side by side."""
MOST_ROWS = 6000


@dataclass(frozen=True, slots=True)
class Row:
    """``same``, ``add``, ``del`` or ``gap``; a gap's ``html`` says how many lines are left out."""

    kind: str
    old: int | None
    new: int | None
    html: Markup


@dataclass(frozen=True, slots=True)
class RawDiff:
    """The rows, and what they add up to."""

    rows: tuple[Row, ...]
    added: int
    removed: int
    cut: bool = False
    """Whether the difference is too large to be shown whole."""


Opcode = tuple[str, int, int, int, int]


def raw_diff(old: str, new: str) -> RawDiff:
    """The difference, with three lines around each change."""
    before, after = split_lines(old), split_lines(new)
    codes = list(_opcodes(before, after))
    rows: list[Row] = []
    for row in _rows(codes, before, after):
        if len(rows) >= MOST_ROWS:
            break
        rows.append(row)
    changed = [code for code in codes if code[0] != "equal"]
    return RawDiff(
        rows=tuple(rows),
        added=sum(j2 - j1 for _, _, _, j1, j2 in changed),
        removed=sum(i2 - i1 for _, i1, i2, _, _ in changed),
        cut=len(rows) >= MOST_ROWS,
    )


def _opcodes(before: Sequence[str], after: Sequence[str]) -> Iterator[Opcode]:
    """Like ``SequenceMatcher.get_opcodes``, on what lies between equal heads and tails."""
    shortest = min(len(before), len(after))
    head = next((i for i in range(shortest) if before[i] != after[i]), shortest)
    tail = 0
    while tail < shortest - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    left, right = before[head : len(before) - tail], after[head : len(after) - tail]
    if head:
        yield ("equal", 0, head, 0, head)
    if len(left) * len(right) > MOST_WORK:
        yield ("replace", head, head + len(left), head, head + len(right))
    elif left or right:
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right).get_opcodes():
            yield (tag, i1 + head, i2 + head, j1 + head, j2 + head)
    if tail:
        yield ("equal", len(before) - tail, len(before), len(after) - tail, len(after))


def _rows(codes: Sequence[Opcode], before: Sequence[str], after: Sequence[str]) -> Iterator[Row]:
    for index, (tag, i1, i2, j1, j2) in enumerate(codes):
        if tag == "equal":
            yield from _equal(before, i1, i2, j1, first=index == 0, last=index == len(codes) - 1)
            continue
        for i in range(i1, i2):
            yield Row("del", i + 1, None, highlight(before[i]))
        for j in range(j1, j2):
            yield Row("add", None, j + 1, highlight(after[j]))


def _equal(
    before: Sequence[str], i1: int, i2: int, j1: int, *, first: bool, last: bool
) -> Iterator[Row]:
    head = 0 if first else CONTEXT
    tail = 0 if last else CONTEXT
    count = i2 - i1
    if first and last:
        return
    for offset in range(count):
        if count > head + tail + 1 and offset == head:
            left_out = count - head - tail
            yield Row("gap", None, None, Markup("{} equal lines").format(left_out))
        if head <= offset < count - tail and count > head + tail + 1:
            continue
        yield Row("same", i1 + offset + 1, j1 + offset + 1, highlight(before[i1 + offset]))
