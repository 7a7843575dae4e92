"""What is read, one by one, and what checks it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from conformance.evidence import Heading, Outcome, Run
from contracts.documents import Document
from contracts.verdict import Json


class Watch(Protocol):
    """A source with its checks."""

    def items(self) -> Iterator[Any]:
        """Messages or rows; waiting for the next one may take long."""

    def take(self, item: Any) -> None:
        """Check one."""

    def finish(self, now: datetime, /) -> None:
        """What only the whole shows."""

    def progress(self) -> dict[str, Json]:
        """How far it is: what, taken, causes, and where it reads."""

    def run(self, started: datetime, ended: datetime) -> Run:
        """The evidence so far."""


@contextmanager
def open_watch(job: dict[str, Any], documents: list[Document]) -> Iterator[Watch]:
    """The watch of a job.

    Raises:
        ContractError: it cannot be opened, or a setting is none.
    """
    heading = Heading.from_json(job["heading"])
    if job["kind"] == "events":
        yield _Messages(job, documents, heading)
        return
    from conformance.data.declared import first_table
    from conformance.data.tables import open_table

    name = str(job["settings"].get("table") or first_table(documents[0]))
    with open_table(job["url"], name) as table:
        yield _Rows(table, documents[0], heading, job["url"])


class _Messages:
    def __init__(self, job: dict[str, Any], documents: list[Document], heading: Heading) -> None:
        from conformance.events.brokers import open_source
        from conformance.events.checker import Checker
        from conformance.events.plan import EventSuite, reading_of

        suite = EventSuite.from_settings(heading.suite, job["settings"])
        self._heading = heading
        self._reading = reading_of(job["settings"])
        self._checker = Checker(suite, list(documents))
        self._source = open_source(job["url"])
        self._address = ""
        self._own = documents[0].name if len(documents) > 1 else None
        self._addresses = frozenset(
            a for a, c in self._checker.channels.by_address.items() if c.source == documents[0].name
        )

    def items(self) -> Iterator[Any]:
        addresses = tuple(self._checker.channels.by_address)
        return self._source.read(addresses, self._reading)

    def take(self, item: Any) -> None:
        self._address = item.address or ""
        self._checker.take(item)

    def finish(self, _now: datetime) -> None:
        self._checker.finish(self._reading.seen)

    def progress(self) -> dict[str, Json]:
        checker = self._checker
        where = {"what": "messages", "where": self._address}
        return {**where, "taken": checker.taken, "causes": checker.causes}

    def run(self, started: datetime, ended: datetime) -> Run:
        read = tuple(seen.sentence() for seen in self._reading.seen if seen.count)
        found = self._checker.run(self._heading, started, ended, read)
        return found if self._own is None else _judged(found, self._own, self._addresses)


def _judged(found: Run, own: str, addresses: frozenset[str]) -> Run:
    """Only what goes against the contract that is judged; the others were read beside it."""
    failures = tuple(f for f in found.failures if f.place is None or f.place.source == own)
    count = len(failures)
    seen = tuple(o for o in found.operations if o.operation in addresses)
    outcome, reason = found.outcome, found.reason
    if outcome is Outcome.FAILED:
        outcome = Outcome.FAILED if count else Outcome.PASSED
        reason = f"{count} cause{'s' if count > 1 else ''} of failure" if count else ""
    if outcome is Outcome.PASSED and not any(o.requests for o in seen):
        outcome, reason = Outcome.INCONCLUSIVE, "no message of the contract was seen"
    return replace(found, failures=failures, operations=seen, outcome=outcome, reason=reason)


class _Rows:
    def __init__(self, table: Any, document: Document, heading: Heading, where: str) -> None:
        from conformance.data.table_check import TableCheck

        self._heading = heading
        self._table = table
        self._where = where
        self._check = TableCheck(document, table)

    def items(self) -> Iterator[Sequence[Any]]:
        rows: Iterator[Sequence[Any]] = self._table.rows
        return rows

    def take(self, item: Sequence[Any]) -> None:
        self._check.take(item)

    def finish(self, now: datetime) -> None:
        self._check.finish(now)
        self._check.compare(self._where)

    def progress(self) -> dict[str, Json]:
        where = {"what": "rows", "where": self._table.name}
        return {**where, "taken": self._check.rows, "causes": self._check.causes}

    def run(self, started: datetime, ended: datetime) -> Run:
        return self._check.run(self._heading, started, ended)
