"""Conformance runs and their failures as rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    true,
    update,
)

from registry.domain import Run, RunFailure, RunStatus
from registry.domain.encode import to_json
from registry.errors import NotFound
from registry.services.ports import RunFilter
from registry.store.sight import Sight, seen
from registry.store.tables import run_failures, runs

PROOF = (RunStatus.PASSED.value, RunStatus.FAILED.value)


class SqlRuns:
    """Implements :class:`registry.services.ports.Runs`."""

    def __init__(self, connection: Connection, sight: Sight | None = None) -> None:
        self._connection = connection
        self._sight = sight
        own = [] if sight is None else [runs.c.system.in_(sight.systems)]
        self._seen: list[ColumnElement[bool]] = [*own, *seen(sight, runs.c.contract)]

    def find(self, id_: str) -> Run | None:
        """By id."""
        row = self._connection.execute(
            select(runs).where(runs.c.id == id_, *self._seen)
        ).one_or_none()
        return _run(row) if row else None

    def get(self, id_: str) -> Run:
        """By id."""
        found = self.find(id_)
        if found is None:
            raise NotFound(f"no conformance run has the id {id_!r}")
        return found

    def failures(self, id_: str) -> Sequence[RunFailure]:
        """In the order they were found."""
        query = select(run_failures.c.failure).where(self._of_seen(), run_failures.c.run == id_)
        rows = self._connection.scalars(query.order_by(run_failures.c.position))
        return [_failure(row) for row in rows]

    def failures_of(self, ids: Iterable[str]) -> Mapping[str, Sequence[RunFailure]]:
        """Those of several runs in one statement."""
        wanted = set(ids)
        found: dict[str, list[RunFailure]] = {id_: [] for id_ in wanted}
        if wanted:
            query = select(run_failures.c.run, run_failures.c.failure).where(
                run_failures.c.run.in_(wanted), self._of_seen()
            )
            order = (run_failures.c.run, run_failures.c.position)
            for row in self._connection.execute(query.order_by(*order)):
                found[row.run].append(_failure(row.failure))
        return found

    def _of_seen(self) -> ColumnElement[bool]:
        """Of failures: whether their run may be seen."""
        if not self._seen:
            return true()
        return run_failures.c.run.in_(select(runs.c.id).where(*self._seen))

    def proofs_like(self, run: Run, limit: int) -> Sequence[Run]:
        """Newest first, up to the run itself."""
        same = [
            runs.c[name] == getattr(run, name)
            for name in ("contract", "environment", "system", "suite")
        ]
        query = select(runs).where(
            *same, *self._seen, runs.c.status.in_(PROOF), runs.c.finished_at.is_not(None)
        )
        if run.finished_at is not None:
            query = query.where(runs.c.finished_at <= run.finished_at)
        order = (runs.c.finished_at.desc(), runs.c.id.desc())
        found = self._connection.execute(query.order_by(*order).limit(limit + 1))
        return [_run(row) for row in found if row.id != run.id][:limit]

    def search(self, wanted: RunFilter, *, limit: int, offset: int) -> tuple[Sequence[Run], int]:
        """Newest first; the count is a second statement."""
        conditions: list[ColumnElement[bool]] = [
            *self._seen,
            *(
                runs.c[name] == value
                for name in ("contract", "environment", "system", "status")
                if (value := getattr(wanted, name))
            ),
        ]
        total = self._connection.scalar(select(func.count()).select_from(runs).where(*conditions))
        query = (
            select(runs).where(*conditions).order_by(runs.c.requested_at.desc(), runs.c.id.desc())
        )
        rows = self._connection.execute(query.limit(limit).offset(offset))
        return [_run(row) for row in rows], total or 0

    def latest_evidence(
        self, hashes: Iterable[str], *, at: datetime | None = None
    ) -> Mapping[str, Sequence[Run]]:
        """The last passed or failed run per document, place, system version and suite."""
        wanted = set(hashes)
        if not wanted:
            return {}
        c = runs.c
        rank = func.row_number().over(
            partition_by=(c.sha256, c.environment, c.system, c.system_version, c.suite),
            order_by=(c.finished_at.desc(), c.id.desc()),
        )
        conditions: list[ColumnElement[bool]] = [
            c.sha256.in_(wanted),
            c.status.in_(PROOF),
            c.finished_at.is_not(None),
            *self._seen,
        ]
        if at is not None:
            conditions.append(c.finished_at <= at)
        ranked = select(runs, rank.label("rank")).where(*conditions).subquery()
        query = select(ranked).where(ranked.c.rank == 1).order_by(ranked.c.finished_at.desc())
        found: dict[str, list[Run]] = defaultdict(list)
        for row in self._connection.execute(query):
            found[row.sha256].append(_run(row))
        return found

    def standing_failures(self, limit: int) -> Sequence[Run]:
        """The last proof of each contract, system, environment and suite, where it failed."""
        c, later = runs.c, runs.alias("later").c
        superseded = exists().where(
            later.contract == c.contract,
            later.environment == c.environment,
            later.system == c.system,
            later.suite == c.suite,
            later.finished_at >= c.finished_at,
            or_(later.finished_at > c.finished_at, later.id > c.id),
            later.status.in_(PROOF),
        )
        query = (
            select(runs)
            .where(
                c.status == RunStatus.FAILED.value,
                c.finished_at.is_not(None),
                ~superseded,
                *self._seen,
            )
            .order_by(c.finished_at.desc(), c.id.desc())
        )
        return [_run(row) for row in self._connection.execute(query.limit(limit))]

    def put(self, run: Run) -> None:
        """Insert or replace."""
        row: dict[str, Any] = {c.name: getattr(run, c.name) for c in runs.columns}
        row |= {
            "status": run.status.value,
            "settings": to_json(run.settings),
            "summary": to_json(run.summary),
        }
        changed = self._connection.execute(update(runs).where(runs.c.id == run.id).values(row))
        if changed.rowcount == 0:
            self._connection.execute(insert(runs).values(row))

    def put_failures(self, id_: str, failures: Sequence[RunFailure]) -> None:
        """Replace what was stored before."""
        self._connection.execute(delete(run_failures).where(run_failures.c.run == id_))
        rows = [
            {"run": id_, "position": position, "failure": to_json(failure)}
            for position, failure in enumerate(failures)
        ]
        if rows:
            self._connection.execute(insert(run_failures), rows)

    def claim(self, id_: str, worker: str, now: datetime, per_target: int) -> Run | None:
        """One conditional update decides between two workers, and keeps to the target's limit."""
        run = self.find(id_)
        if run is None:
            return None
        if self._connection.dialect.name == "postgresql":
            target = f"run:{run.environment}/{run.system}"
            lock = text("select pg_advisory_xact_lock(hashtextextended(:name, 2))")
            self._connection.execute(lock, {"name": target})
        at_work = runs.alias()
        busy = (
            select(func.count())
            .select_from(at_work)
            .where(
                at_work.c.status == RunStatus.RUNNING.value,
                at_work.c.environment == run.environment,
                at_work.c.system == run.system,
            )
        )
        if (self._connection.scalar(busy) or 0) >= per_target:
            return None
        changed = self._connection.execute(
            update(runs)
            .where(runs.c.id == id_, runs.c.status == RunStatus.QUEUED.value)
            .values(
                status=RunStatus.RUNNING.value,
                worker=worker,
                started_at=now,
                heartbeat_at=now,
                attempt=runs.c.attempt + 1,
            )
        )
        return self.get(id_) if changed.rowcount == 1 else None

    def stale(self, before: datetime, *, lock: bool = True) -> Sequence[Run]:
        """Running, and silent since before that instant."""
        query = select(runs).where(
            runs.c.status == RunStatus.RUNNING.value, runs.c.heartbeat_at < before
        )
        found = self._connection.execute(query.with_for_update() if lock else query)
        return [_run(row) for row in found]

    def with_status(self, status: RunStatus) -> Sequence[Run]:
        """Oldest first."""
        query = select(runs).where(runs.c.status == status.value).order_by(runs.c.requested_at)
        return [_run(row) for row in self._connection.execute(query)]


def _failure(stored: Mapping[str, Any]) -> RunFailure:
    """Lists of JSON become the tuples of the domain."""
    lists = {name: tuple(stored.get(name) or ()) for name in ("related", "operations", "steps")}
    values: dict[str, Any] = {**stored, **lists}
    return RunFailure(**values)


def _run(row: Row[Any]) -> Run:
    values = {c.name: row._mapping[c.name] for c in runs.columns}
    return Run(**values | {"status": RunStatus(values["status"])})
