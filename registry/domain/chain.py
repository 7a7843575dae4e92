"""The hash chain of the audit log: any edit, deletion or reordering shows.

Each entry's hash is SHA-256 over the canonical JSON (keys sorted, no spaces, UTF-8, instants in
UTC with microseconds) of all its fields but the hash, which include the hash of the entry before.
Cutting off the end is not visible from the chain alone: see ``registry/domain/checkpoint.py``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
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


def _digest(values: Mapping[str, Any]) -> str:
    plain = {
        name: value.astimezone(UTC).isoformat(timespec="microseconds")
        if isinstance(value, datetime)
        else value
        for name, value in values.items()
    }
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
