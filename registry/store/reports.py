"""Comparisons already made, kept as JSON."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from contracts import elision
from contracts.verdict import (
    Bump,
    ConsumerVerdict,
    Direction,
    Finding,
    Level,
    Mode,
    Place,
    Report,
    Verdict,
    Witness,
)
from registry.domain.encode import to_json
from registry.recent import Recent
from registry.store.tables import reports
from registry.store.types import dumps

SMALL = 100
"""Findings of a report that is kept in memory."""


class SqlReports:
    """Implements :class:`registry.services.ports.Reports`."""

    def __init__(self, connection: Connection, recent: Recent[str, Report]) -> None:
        self._connection = connection
        self._recent = recent

    def held(self, keys: Iterable[str]) -> Mapping[str, Report]:
        """Those that were read a moment ago; a key is a hash and has one answer for good."""
        return {key: known for key in keys if (known := self._recent.get(key)) is not None}

    def find_many(self, keys: Iterable[str]) -> Mapping[str, Report]:
        """Those that are there, in one query."""
        wanted = set(keys)
        if not wanted:
            return {}
        query = select(reports.c.key, reports.c.report).where(reports.c.key.in_(wanted))
        found = {row.key: decode(row.report) for row in self._connection.execute(query)}
        for key, report in found.items():
            if len(report.findings) <= SMALL:
                self._recent.put(key, report)
        return found

    def put(self, key: str, report: Report, at: datetime) -> None:
        """Store; two who computed the same comparison at once do not hinder each other."""
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        query = dialect.insert(reports).values(key=key, report=encode(report), made_at=at)
        self._connection.execute(query.on_conflict_do_nothing())


def encode(report: Report) -> bytes:
    """A report as compressed JSON."""
    return zlib.compress(dumps(to_json(report)).encode(), 1)


def decode(content: bytes) -> Report:
    """The report that :func:`encode` wrote."""
    data = json.loads(zlib.decompress(content))
    return Report(
        **data
        | {
            "verdict": Verdict(data["verdict"]),
            "mode": Mode(data["mode"]),
            "findings": tuple(_finding(item) for item in data["findings"]),
            "recommended_bump": Bump(data["recommended_bump"]),
            "assumptions": tuple(data["assumptions"]),
            "consumers": {
                name: ConsumerVerdict(
                    Verdict(item["verdict"]),
                    tuple(item["findings"]),
                    item["reason"],
                    item.get("declared", True),
                )
                for name, item in data["consumers"].items()
            },
        }
    )


def _finding(data: dict[str, Any]) -> Finding:
    return Finding(
        **data
        | {
            "level": Level(data["level"]),
            "direction": Direction(data["direction"]),
            "old": Place(**data["old"]) if data["old"] else None,
            "new": Place(**data["new"]) if data["new"] else None,
            "witness": _witness(data["witness"]) if data["witness"] else None,
            "consumers": tuple(data["consumers"]),
            "where": tuple(data["where"]),
            "assumptions": tuple(data["assumptions"]),
        }
    )


def _witness(data: dict[str, Any]) -> Witness:
    return Witness(**data | {"elided": elision.read(data.get("elided", ()))})
