"""Events a reference service sends, written to a local capture: one CloudEvent per line."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from contracts.verdict import Json

Event = dict[str, Json]
Distort = Callable[[Event], list[Event]]


def now() -> str:
    """This instant, RFC 3339 in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Capture:
    """Numbers events per partition key and appends them; ``path`` None drops them."""

    def __init__(self, path: Path | None, source: str, distort: Distort | None = None) -> None:
        self._file: IO[str] | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a", encoding="utf-8")
        self._source = source
        self._distort = distort or (lambda event: [event])
        self._sequence: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()

    def emit(
        self,
        channel: str,
        kind: str,
        data: Json,
        *,
        key: str,
        subject: str,
        correlation_id: str,
        causation_id: str | None = None,
        schema: str | None = None,
        **extensions: Json,
    ) -> Event:
        """Send one event (CloudEvents 1.0, structured mode); the capture adds its address."""
        with self._lock:
            number = self._sequence[channel, key] = self._sequence.get((channel, key), 0) + 1
            event: Event = {
                "specversion": "1.0",
                "id": str(uuid.uuid4()),
                "source": self._source,
                "type": kind,
                "subject": subject,
                "time": now(),
                "datacontenttype": "application/json",
                **({"dataschema": schema} if schema else {}),
                "correlationid": correlation_id,
                **({"causationid": causation_id} if causation_id else {}),
                "partitionkey": key,
                "sequence": f"{number:012d}",
                **extensions,
                "data": data,
            }
            for sent in self._distort(event):
                self._write(channel, sent)
        return event

    def _write(self, channel: str, event: Event) -> None:
        if self._file is not None:
            self._file.write(json.dumps({"address": channel, "message": event}) + "\n")
            self._file.flush()

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()
