"""The hash chain of the audit log: any edit, deletion or reordering shows.

Each entry's hash is SHA-256 over the canonical JSON (keys sorted, no spaces, UTF-8, instants in
UTC with microseconds) of all its fields but the hash, which include the hash of the entry before.
Cutting off the end is not visible from the chain alone; compare the head with one kept elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from registry.domain.record import AuditEntry

FIRST = "0" * 64
"""``previous`` of the first entry."""


def link(previous: str, **values: Any) -> AuditEntry:
    """The entry that follows the one whose hash is ``previous``."""
    return AuditEntry(**values, previous=previous, hash=_digest(values | {"previous": previous}))


def digest(entry: AuditEntry) -> str:
    """What the entry's hash must be."""
    names = (name for name in AuditEntry.__slots__ if name != "hash")
    return _digest({name: getattr(entry, name) for name in names})


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """What a walk over the chain found; ``broken_at`` is the first number that does not fit."""

    entries: int
    head: str
    broken_at: int | None = None
    message: str = ""

    @property
    def intact(self) -> bool:
        """Whether nothing was edited, deleted or reordered."""
        return self.broken_at is None


def verify(entries: Iterable[AuditEntry]) -> ChainCheck:
    """Recompute every link, from the first."""
    previous, count = FIRST, 0
    for entry in entries:
        count += 1
        if entry.sequence != count:
            message = f"entry {count} is missing; the next one stored is {entry.sequence}"
            return ChainCheck(count - 1, previous, count, message)
        if entry.previous != previous:
            message = f"entry {count} does not follow the one before it; one was taken out or moved"
            return ChainCheck(count - 1, previous, count, message)
        if entry.hash != digest(entry):
            return ChainCheck(count - 1, previous, count, f"entry {count} was edited")
        previous = entry.hash
    return ChainCheck(count, previous)


def _digest(values: Mapping[str, Any]) -> str:
    plain = {
        name: value.astimezone(UTC).isoformat(timespec="microseconds")
        if isinstance(value, datetime)
        else value
        for name, value in values.items()
    }
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
