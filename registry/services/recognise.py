"""Who presents a secret, without asking the database for every request."""

from __future__ import annotations

import threading
import time
from typing import NamedTuple

from registry.domain import Principal
from registry.errors import Unauthenticated
from registry.services.create_token import authenticate, hash_secret
from registry.services.ports import UnitOfWork

SECONDS = 1.0
"""How long a caller is known without looking again: a token that another process revoked or
changed may be honoured for so long. What this process writes counts at once."""
MOST = 10_000


class _Known(NamedTuple):
    principal: Principal
    commits: int
    again: float
    """When one of those who ask looks again, while the others need not wait."""
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
        key = hash_secret(secret)
        commits, begun = uow.commits, time.monotonic()  # before the look, not after it
        try:
            principal = authenticate(secret, uow)
        except Unauthenticated:
            self._known.pop(key, None)
            raise
        fresh = _Known(principal, commits, begun + self._seconds / 2, begun + self._seconds)
        with self._lock:
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[key] = fresh
        return principal

    def find(self, secret: str, uow: UnitOfWork) -> Principal | None:
        """The caller if known, or None where it is time to look; never asks the database."""
        key, now = hash_secret(secret), time.monotonic()
        known = self._known.get(key)
        if known is None or known.commits != uow.commits or now >= known.until:
            return None
        if now < known.again:
            return known.principal
        with self._lock:
            if self._known.get(key) is not known:
                return known.principal
            self._known[key] = known._replace(again=known.until)
        return None
