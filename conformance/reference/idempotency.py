"""Answers remembered by ``Idempotency-Key`` (IETF httpapi draft §2)."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from conformance.reference.calls import Call, Rejected, Reply

KEPT = 20_000


@dataclass(slots=True)
class _Entry:
    fingerprint: str
    reply: Reply | None = None


class KeyStore:
    """The same key and payload answer as the first time; another payload is refused."""

    def __init__(self) -> None:
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._lock = threading.Lock()

    def once(
        self,
        key: str,
        call: Call,
        work: Callable[[], Reply],
        *,
        compare: bool,
        late: float = 0.0,
    ) -> Reply:
        """Do the work once per key. ``compare`` False forgets to look at the payload.

        ``late``: seconds by which a key is noted too late, so that others overtake it.

        Raises:
            Rejected: 409 while the first is running, 422 for another payload.
        """
        fingerprint = _fingerprint(call)
        if late and key not in self._entries:
            time.sleep(late)
            reply = work()
            with self._lock:
                self._entries.setdefault(key, _Entry(fingerprint, reply))
            return reply
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                entry = self._entries[key] = _Entry(fingerprint)
                while len(self._entries) > KEPT:
                    self._entries.popitem(last=False)
            elif compare and entry.fingerprint != fingerprint:
                raise Rejected(422, "This Idempotency-Key came with another payload before")
            elif entry.reply is not None:
                return entry.reply
            else:
                raise Rejected(409, "The first request with this Idempotency-Key is still running")
        try:
            entry.reply = work()
        except BaseException:
            with self._lock:
                self._entries.pop(key, None)
            raise
        return entry.reply


def _fingerprint(call: Call) -> str:
    text = json.dumps([call.method, call.url, call.body], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
