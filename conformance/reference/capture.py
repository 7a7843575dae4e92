"""Events a reference service sends: to a local capture, one CloudEvent a line, and to a broker."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from contracts.verdict import Json

Event = dict[str, Json]
Distort = Callable[[Event], list[Event]]


def now() -> str:
    """This instant, RFC 3339 in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Outlet:
    """One kind of event: where it goes, what it is called, which schema its data follows."""

    address: str
    type: str
    source: str
    schema: str


class Capture:
    """Numbers events per partition key and writes them; a new process begins a new file.

    Each line is also given to ``publish``; without it and a ``path`` events are dropped.
    """

    def __init__(
        self,
        path: Path | None,
        distort: Distort | None = None,
        around: Callable[[Event], Event] | None = None,
        publish: Callable[[Event], None] | None = None,
    ) -> None:
        self._file: IO[str] | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("w", encoding="utf-8")
        self._distort = distort or (lambda event: [event])
        self._around = around or (lambda line: line)
        self._publish = publish
        self._sequence: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()

    def emit(
        self,
        outlet: Outlet,
        data: Json,
        *,
        key: str,
        subject: str,
        correlation_id: str,
        causation_id: str | None = None,
    ) -> Event:
        """Send one event (CloudEvents 1.0, structured mode) with its address and broker key."""
        with self._lock:
            place = (outlet.address, key)
            number = self._sequence[place] = self._sequence.get(place, 0) + 1
            event: Event = {
                "specversion": "1.0",
                "id": str(uuid.uuid4()),
                "source": outlet.source,
                "type": outlet.type,
                "subject": subject,
                "time": now(),
                "datacontenttype": "application/json",
                "dataschema": outlet.schema,
                "correlationid": correlation_id,
                **({"causationid": causation_id} if causation_id else {}),
                "partitionkey": key,
                "sequence": f"{number:020d}",
                "data": data,
            }
            for sent in self._distort(event):
                self._write(outlet.address, sent)
        return event

    def dead_letter(self, outlet: Outlet, event: Event, reason: str) -> None:
        """Hand in a message that a consumer could not process, unchanged, with the reason."""
        with self._lock:
            headers = {"x-dead-letter-reason": reason}
            self._write(f"{outlet.address}.dlq", event, headers=headers)

    def _write(self, address: str, event: Event, **around: Json) -> None:
        line = self._around(
            {
                "address": address,
                "key": event.get("partitionkey"),
                "receivedAt": now(),
                **around,
                "message": event,
            }
        )
        if self._file is not None:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()
        if self._publish is not None:
            self._publish(line)

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()
