"""Alternatives of which a value may be refused for a member that comes from another alternative.

A value may hold what several open alternatives describe. Where one of them has come to describe,
in other words, what the other one sends, it may refuse what is one of both. That harms none if
the other one certainly reads all that such a value holds (`docs/decisions/0007`).
"""

from __future__ import annotations

from collections.abc import Sequence

from contracts.compatibility.settled import shut
from contracts.compatibility.telling import Row, Telling

_NONE: frozenset[str] = frozenset()


def misread(
    near: Sequence[tuple[Row, Row]], rows: Sequence[Row], telling: Telling
) -> set[tuple[int, int, int]]:
    """Where the old (0) or the new version (1) reads: alternatives, and those they are taken for.

    Both by their ``id``. ``near``: the pairs of which a value may be both.
    """
    found: set[tuple[int, int, int]] = set()
    for reader in (0, 1):
        new = {id(row): _describes_newly(row, reader, telling) for row in rows}
        if not any(new.values()):
            continue
        refused = [
            (row, rival)
            for pair in near
            for row, rival in (pair, pair[::-1])
            if new[id(row)] and _refuses(row, rival, reader, telling, new[id(row)])
        ]
        refusing = {id(row) for row, _ in refused}
        for row, rival in refused:
            if id(rival) in refusing or not _reads_both(row, rival, rows, reader, telling):
                found.add((reader, id(row), id(rival)))
    return found


def _describes_newly(row: Row, reader: int, telling: Telling) -> frozenset[str]:
    """The members that an alternative did not describe, and that it, or one beside it, does."""
    written, read = row[1 - reader], row[reader]
    if written is None or read is None:
        return _NONE
    known = (telling.facts(read).listed or _NONE) | telling.listed_beside(read, None)
    return known - (telling.facts(written).listed or _NONE)


def _refuses(row: Row, rival: Row, reader: int, telling: Telling, new: frozenset[str]) -> bool:
    """Whether an alternative describes a member that it did not, and another one did."""
    written, read, sent = row[1 - reader], row[reader], rival[1 - reader]
    if written is None or read is None or sent is None or rival[reader] is None:
        return False  # nobody sends it, or it is asked about alone what becomes of it
    theirs = (telling.facts(sent).listed or _NONE) - (telling.facts(written).listed or _NONE)
    if theirs.isdisjoint(new):
        return False
    if telling.never_both(row, rival) or shut(telling, row) or shut(telling, rival):
        return False
    known = telling.facts(read).listed or _NONE
    return not theirs.isdisjoint(known | telling.listed_beside(read, rival[reader]))


def _reads_both(row: Row, rival: Row, rows: Sequence[Row], reader: int, telling: Telling) -> bool:
    """Whether the other alternative reads what a value of both holds: all members are told."""
    written, read = row[1 - reader], rival[reader]
    held = telling.facts(written).listed if written is not None else None
    own = telling.facts(read).listed if read is not None else None
    if read is None or held is None or own is None:
        return False
    for other in (each[reader] for each in rows):
        if other is None or other is read:
            continue
        theirs = telling.facts(other).listed
        reads = theirs is not None and own >= theirs & held
        if not reads and not telling.told(read, other):
            return False
    return True
