"""A signed statement of where the audit log stood: what a hash chain alone cannot show.

The chain shows an edit inside it. A checkpoint also shows that the end was cut off, or that
somebody worked out the whole chain anew: its head and count are signed (Ed25519, RFC 8032).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from registry.domain.chain import FIRST, ChainCheck, digest
from registry.domain.record import AuditEntry


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log had ``count`` entries and ended with the hash ``head``; ``key`` signed that."""

    id: str
    count: int
    head: str
    at: datetime
    key: str
    """The public key, base64 of its 32 bytes."""
    signature: str
    """Base64 of 64 bytes, over :func:`statement`."""


def statement(count: int, head: str, at: datetime) -> bytes:
    """The bytes that are signed: canonical JSON of what the checkpoint states."""
    stated = {
        "interlock": "audit-checkpoint",
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "count": count,
        "head": head,
    }
    return json.dumps(stated, sort_keys=True, separators=(",", ":")).encode()


def verify_sealed(entries: Iterable[AuditEntry], checkpoints: Iterable[Checkpoint]) -> ChainCheck:
    """Recompute every link from the first, and hold the chain against checkpoints.

    Their signatures are the caller's to check.
    """
    sealed: dict[int, str] = {}
    newest: Checkpoint | None = None
    for checkpoint in checkpoints:
        if sealed.get(checkpoint.count, checkpoint.head) != checkpoint.head:
            message = f"two checkpoints disagree about entry {checkpoint.count}"
            return ChainCheck(0, FIRST, checkpoint.count, message)
        sealed[checkpoint.count] = checkpoint.head
        newest = checkpoint if newest is None or checkpoint.count > newest.count else newest
    previous, count = FIRST, 0
    for entry in entries:
        count += 1
        message = _wrong(entry, count, previous, sealed)
        if message:
            return ChainCheck(count - 1, previous, count, message)
        previous = entry.hash
    if newest is not None and newest.count > count:
        message = (
            f"the end is cut off: {count} entries are left of the {newest.count} that were there "
            f"at {newest.at.astimezone(UTC).isoformat(timespec='seconds')}"
        )
        return ChainCheck(count, previous, count + 1, message)
    return ChainCheck(count, previous)


def _wrong(entry: AuditEntry, count: int, previous: str, sealed: Mapping[int, str]) -> str:
    if entry.sequence != count:
        return f"entry {count} is missing; the next one stored is {entry.sequence}"
    if entry.previous != previous:
        return f"entry {count} does not follow the one before it; one was taken out or moved"
    if entry.hash != digest(entry):
        return f"entry {count} was edited"
    if sealed.get(count, entry.hash) != entry.hash:
        return f"entry {count} is not the one that a checkpoint sealed; the log was written anew"
    return ""
