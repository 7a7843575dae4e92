"""Documents of releases kept in the memory of this process."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

from registry.domain.document import PublishedDocument

SECONDS = 60.0
"""A release never changes, but a registry may be restored from a backup below a running server."""


class DocumentShelf:
    """Implements :class:`registry.services.get_document.Shelf`: the last used within a limit."""

    def __init__(self, most_bytes: int, seconds: float = SECONDS) -> None:
        self._most = most_bytes
        self._seconds = seconds
        self._held = 0
        self._kept: OrderedDict[tuple[str, str], tuple[PublishedDocument, float]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, contract: str, label: str) -> PublishedDocument | None:
        """The document if it is at hand."""
        key = (contract, label)
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            if time.monotonic() >= found[1]:
                self._forget(key)
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, document: PublishedDocument) -> None:
        """Keep it, and forget those that nobody asked for the longest."""
        if len(document.content) > self._most // 8:
            return  # one giant must not push out everything else
        key = (document.contract, document.label)
        with self._lock:
            if key in self._kept:
                self._forget(key)
            self._kept[key] = (document, time.monotonic() + self._seconds)
            self._held += len(document.content)
            while self._held > self._most:
                self._forget(next(iter(self._kept)))

    def _forget(self, key: tuple[str, str]) -> None:
        document, _ = self._kept.pop(key)
        self._held -= len(document.content)
