"""What the use cases need of the audit log: entries, checkpoints, and keys to sign them with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from registry.domain import AuditEntry
from registry.domain.checkpoint import Checkpoint


class Audit(Protocol):
    """The hash chain."""

    def append(
        self,
        *,
        at: datetime,
        actor: str,
        action: str,
        subject: str,
        before: str,
        after: str,
        reason: str,
        details: Mapping[str, Any],
    ) -> None:
        """Link one entry at the commit; concurrent transactions queue up for it there."""

    def page(
        self, *, subject: str = "", limit: int, offset: int
    ) -> tuple[Sequence[AuditEntry], int]: ...
    def walk(self) -> Iterable[AuditEntry]:
        """Every entry from the first."""


class Checkpoints(Protocol):
    """Signed statements of where the audit log stood."""

    def all(self) -> Sequence[Checkpoint]:
        """Oldest first."""

    def add(self, checkpoint: Checkpoint) -> None: ...


class Verifier(Protocol):
    """Knows the keys whose signatures count."""

    def genuine(self, key: str, signature: str, message: bytes) -> bool: ...


class Signer(Verifier, Protocol):
    """Signs checkpoints; ``key`` is the public key, base64."""

    key: str

    def sign(self, message: bytes) -> str: ...
