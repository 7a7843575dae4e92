"""Who presents a secret, without asking the database for every request."""

from __future__ import annotations

import threading
import time
from typing import NamedTuple

from registry.domain import Principal
from registry.services.create_token import authenticate, hash_secret
from registry.services.ports import UnitOfWork

SECONDS = 1.0
"""How long a caller is known without looking again: a token that another process revoked or
changed may be honoured for so long. What this process writes counts at once."""
MOST = 10_000


class _Known(NamedTuple):
    principal: Principal
    commits: int
    until: float


class Recognised:
    """The callers of the last second by the hash of their secret; shared by all threads."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._known: dict[str, _Known] = {}
        self._lock = threading.Lock()

    def caller(self, secret: str, uow: UnitOfWork) -> Principal:
        """The caller a secret belongs to.

        Raises:
            Unauthenticated: it is unknown, expired or revoked.
        """
        found = self.find(secret, uow)
        if found is not None:
            return found
        commits, begun = uow.commits, time.monotonic()  # before the look, not after it
        principal = authenticate(secret, uow)
        with self._lock:
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[hash_secret(secret)] = _Known(principal, commits, begun + self._seconds)
        return principal

    def find(self, secret: str, uow: UnitOfWork) -> Principal | None:
        """The caller if known; never asks the database."""
        known = self._known.get(hash_secret(secret))
        if known is None or known.commits != uow.commits or time.monotonic() >= known.until:
            return None
        return known.principal
