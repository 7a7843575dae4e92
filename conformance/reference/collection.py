"""Records by key, in order, page by page."""

from __future__ import annotations

import base64
import bisect
import copy
from collections.abc import Callable, Iterator

from conformance.reference.calls import Call, Rejected
from contracts.verdict import Json

Record = dict[str, Json]


class Collection:
    """A keyed, ordered store of JSON records. Callers hold the service's lock."""

    def __init__(self, noun: str) -> None:
        self.noun = noun
        self._records: dict[str, Record] = {}
        self._keys: list[str] = []

    def __contains__(self, key: str) -> bool:
        return key in self._records

    def __iter__(self) -> Iterator[Record]:
        return (self._records[key] for key in self._keys)

    def __len__(self) -> int:
        return len(self._records)

    def find(self, key: str) -> Record | None:
        """The record itself, or None."""
        return self._records.get(key)

    def get(self, key: str) -> Record:
        """The record itself.

        Raises:
            Rejected: 404.
        """
        record = self._records.get(key)
        if record is None:
            raise Rejected(404, f"There is no {self.noun} {key}")
        return record

    def add(self, key: str, record: Record) -> Record:
        """Store a new record.

        Raises:
            Rejected: 409 if the key is taken.
        """
        if key in self._records:
            raise Rejected(409, f"There is a {self.noun} {key} already")
        bisect.insort(self._keys, key)
        self._records[key] = record
        return record

    def page(self, call: Call, keep: Callable[[Record], bool] = lambda _: True) -> Record:
        """One page after ``cursor``, ``limit`` records at most; ``nextCursor`` if there is more."""
        limit = int(call.query.get("limit", 50))
        after = _decode(str(call.query["cursor"])) if "cursor" in call.query else None
        start = 0 if after is None else bisect.bisect_right(self._keys, after)
        items: list[Json] = []
        last = None
        for key in self._keys[start:]:
            record = self._records[key]
            if not keep(record):
                continue
            if len(items) == limit:
                return {"items": items, "nextCursor": _encode(str(last))}
            items.append(copy.deepcopy(record))
            last = key
        return {"items": items}


def _encode(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def _decode(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        return cursor
