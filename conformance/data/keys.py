"""Columns whose values together come once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conformance.data.columns import Column


@dataclass(slots=True)
class Key:
    """Columns whose values together come once; remembered as short hashes."""

    positions: tuple[int, ...]
    pointer: str
    names: tuple[str, ...]
    seen: set[bytes] = field(default_factory=set)
    repeats: int = 0

    def take(self, row: Sequence[Any]) -> bool:
        """Whether the row repeats an earlier one."""
        text = "\x1f".join(repr(row[p]) for p in self.positions)
        name = hashlib.blake2b(text.encode(), digest_size=10).digest()
        if name in self.seen:
            self.repeats += 1
            return True
        self.seen.add(name)
        return False


def keys(members: Sequence[Any], columns: Sequence[Column], at: Mapping[str, int]) -> Iterator[Key]:
    """The primary key and every unique column; ``at``: where each column stands."""
    pairs = [
        (member, column)
        for member, column in zip(members, columns, strict=False)
        if isinstance(member, Mapping)
    ]
    primary = sorted(
        (int(m.get("primaryKeyPosition") or 1), n, c)
        for n, (m, c) in enumerate(pairs)
        if m.get("primaryKey")
    )
    groups = [[column for _, _, column in primary]] if primary else []
    groups += [[column] for member, column in pairs if member.get("unique")]
    for group in groups:
        if all(column.name in at for column in group):
            names = tuple(c.name for c in group)
            yield Key(tuple(at[name] for name in names), group[0].pointer, names)
