"""What a run is about, before anything was seen."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Protocol

from conformance.evidence.run import Outcome, Run
from contracts.verdict import Json

STAMP = "%Y-%m-%dT%H:%M:%SZ"


class Contract(Protocol):
    """What a run needs of a document (:class:`contracts.documents.Document` has it)."""

    @property
    def data(self) -> Json: ...
    @property
    def name(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    def line(self, pointer: str) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Heading:
    """The first lines of a report; ``target`` is shown, so it carries no credential."""

    suite: str
    contract: str
    sha256: str
    target: str
    environment: str = "local"
    system: str = ""
    system_version: str = ""
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def run(
        self, started: datetime, ended: datetime, outcome: Outcome, reason: str, **seen: Any
    ) -> Run:
        """The evidence under this heading."""
        own: dict[str, Any] = dict(self.to_json())
        return Run(
            **own,
            started_at=started.astimezone(UTC).strftime(STAMP),
            finished_at=ended.astimezone(UTC).strftime(STAMP),
            outcome=outcome,
            reason=reason,
            duration=(ended - started).total_seconds(),
            **seen,
        )

    def to_json(self) -> dict[str, str]:
        """A plain JSON object."""
        return {item.name: getattr(self, item.name) for item in fields(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> Heading:
        """The inverse of :meth:`to_json`."""
        return cls(**data)
