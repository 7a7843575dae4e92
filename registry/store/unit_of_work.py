"""One transaction over every repository."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime
from functools import cached_property

from sqlalchemy import Connection, Engine, func, literal, select, text, union_all
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from contracts.verdict import Report
from registry.domain import Principal
from registry.errors import Conflict, Invalid, Unavailable
from registry.recent import Recent
from registry.services.ports import Clock
from registry.store import tables
from registry.store.audit import SqlAudit
from registry.store.blobs import SqlBlobs
from registry.store.checkpoints import SqlCheckpoints
from registry.store.contracts import SqlContracts
from registry.store.engine import WRITE_OPTION
from registry.store.estate import SqlEstate
from registry.store.expectations import SqlExpectations
from registry.store.links import SqlReferences, SqlTags
from registry.store.migrate import current, head
from registry.store.outbox import SqlOutbox
from registry.store.reports import SqlReports
from registry.store.retention import SqlRetention
from registry.store.runs import SqlRuns
from registry.store.shares import SqlShares
from registry.store.sight import Sight
from registry.store.tokens import SqlTokens
from registry.store.triggers import SqlTriggers
from registry.store.users import SqlUsers
from registry.store.versions import SqlVersions
from registry.store.waivers import SqlWaivers
from registry.store.webhooks import SqlWebhooks


def utc_now() -> datetime:
    """The present instant in UTC."""
    return datetime.now(UTC)


class SqlStore:
    """Implements :class:`registry.services.ports.Store` on one connection."""

    def __init__(
        self,
        connection: Connection,
        sight: Sight | None = None,
        recent: Recent[str, Report] | None = None,
    ) -> None:
        self.connection = connection
        self.sight = sight
        """What a partner may see; None: everything."""
        self._recent = recent if recent is not None else Recent(0)

    def state(self) -> str | None:
        """One statement on PostgreSQL: which transactions are visible, and to which server.

        Two readers of one snapshot read the same (PostgreSQL, *System Information Functions*);
        whoever writes anything has a transaction of its own and changes it.
        """
        if self.sight is not None or self.connection.dialect.name != "postgresql":
            return None
        return str(self.connection.scalar(_STATE))

    def shown(self, sidecar: bytes) -> bytes:
        """A sidecar as the caller may read it."""
        return sidecar if self.sight is None else self.sight.sidecar(sidecar)

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """One statement."""
        by_state = {
            "contracts": tables.contracts.c.lifecycle,
            "versions": tables.versions.c.lifecycle,
            "runs": tables.runs.c.status,
            "events": tables.outbox.c.state,
            "deliveries": tables.deliveries.c.state,
        }
        parts = [
            select(literal(kind).label("kind"), state.label("state"), func.count()).group_by(state)
            for kind, state in by_state.items()
        ]
        found: dict[str, dict[str, int]] = {kind: {} for kind in by_state}
        for kind, state, count in self.connection.execute(union_all(*parts)):
            found[kind][state] = count
        return found

    @cached_property
    def blobs(self) -> SqlBlobs:
        """Bytes by hash."""
        return SqlBlobs(self.connection)

    @cached_property
    def contracts(self) -> SqlContracts:
        """Governed names."""
        return SqlContracts(self.connection, self.sight)

    @cached_property
    def versions(self) -> SqlVersions:
        """Immutable documents."""
        return SqlVersions(self.connection, self.sight)

    @cached_property
    def references(self) -> SqlReferences:
        """Which version refers to which."""
        return SqlReferences(self.connection, self.sight)

    @cached_property
    def tags(self) -> SqlTags:
        """Names beside the numbers."""
        return SqlTags(self.connection)

    @cached_property
    def estate(self) -> SqlEstate:
        """What runs where."""
        return SqlEstate(self.connection, self.sight)

    @cached_property
    def expectations(self) -> SqlExpectations:
        """What consumers use."""
        return SqlExpectations(self.connection, self.sight)

    @cached_property
    def waivers(self) -> SqlWaivers:
        """Allowed breaks."""
        return SqlWaivers(self.connection, self.sight)

    @cached_property
    def runs(self) -> SqlRuns:
        """Conformance evidence."""
        return SqlRuns(self.connection, self.sight)

    @cached_property
    def triggers(self) -> SqlTriggers:
        """What starts runs by itself."""
        return SqlTriggers(self.connection, self.sight)

    @cached_property
    def tokens(self) -> SqlTokens:
        """Credentials by hash."""
        return SqlTokens(self.connection)

    @cached_property
    def users(self) -> SqlUsers:
        """People with a login."""
        return SqlUsers(self.connection)

    @cached_property
    def shares(self) -> SqlShares:
        """What partners see."""
        return SqlShares(self.connection)

    @cached_property
    def audit(self) -> SqlAudit:
        """The hash chain."""
        return SqlAudit(self.connection)

    @cached_property
    def checkpoints(self) -> SqlCheckpoints:
        """Signed statements about the chain."""
        return SqlCheckpoints(self.connection)

    @cached_property
    def outbox(self) -> SqlOutbox:
        """Events on their way out."""
        return SqlOutbox(self.connection)

    @cached_property
    def webhooks(self) -> SqlWebhooks:
        """Who is told of events."""
        return SqlWebhooks(self.connection)

    @cached_property
    def retention(self) -> SqlRetention:
        """Forgets what has served its time."""
        return SqlRetention(self.connection)

    @cached_property
    def reports(self) -> SqlReports:
        """Comparisons already made."""
        return SqlReports(self.connection, self._recent)


_STATE = text(
    "SELECT concat_ws(' ', pg_postmaster_start_time(), current_database(), pg_current_snapshot())"
)
REPORTS = 1_000
"""Comparisons that one process keeps in memory."""


class _Counter:
    """Counts up; shared by all threads."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.value = 0

    def count(self) -> None:
        self.value = next(self._numbers)


class SqlUnitOfWork:
    """Implements :class:`registry.services.ports.UnitOfWork`; shared by all threads."""

    def __init__(self, engine: Engine, clock: Clock = utc_now) -> None:
        self.engine = engine
        self._clock = clock
        self._partners: frozenset[str] | None = None
        postgres = engine.dialect.name == "postgresql"
        self._reader = (
            engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            if postgres
            else engine
        )
        self._writer = engine.execution_options(**{WRITE_OPTION: True})
        self._written = _Counter()
        self._reports: Recent[str, Report] = Recent(REPORTS)

    def now(self) -> datetime:
        """The clock's instant."""
        return self._clock()

    def check(self) -> None:
        """It answers, and stands at this version's revision.

        Raises:
            Unavailable: it does not.
        """
        with self.read():
            found = current(self.engine)
        if found != head():
            raise Unavailable(f"the database stands at revision {found}, not at {head()}")

    @property
    def commits(self) -> int:
        """How many transactions this process wrote, whoever asked for them."""
        return self._written.value

    def seen_by(self, caller: Principal) -> SqlUnitOfWork:
        """The same database as the caller sees it: a partner finds only what is shared."""
        if not caller.is_partner:
            return self
        narrowed = copy(self)
        narrowed._partners = caller.teams
        return narrowed

    def _store(self, connection: Connection) -> SqlStore:
        teams = self._partners
        sight = None if teams is None else Sight.of(connection, teams, self.now())
        return SqlStore(connection, sight, self._reports)

    @contextmanager
    def read(self) -> Iterator[SqlStore]:
        """One consistent state; nothing is written."""
        with _translated(), self._reader.connect() as connection, connection.begin():
            yield self._store(connection)

    @contextmanager
    def write(self) -> Iterator[SqlStore]:
        """Commit at the end of the block, roll back if it raises."""
        try:
            with _translated(), self._writer.begin() as connection:
                store = self._store(connection)
                yield store
                store.audit.flush()
        finally:
            # also when it failed: the commit may have arrived all the same
            self._written.count()


@contextmanager
def _translated() -> Iterator[None]:
    """The database's errors in the registry's words."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict(
            "somebody changed the same thing at the same moment, or it is referred to elsewhere; "
            f"look again and repeat ({type(error.orig).__name__})"
        ) from error
    except (DataError, OverflowError) as error:
        raise Invalid(
            "", "a value holds a NUL character or is too large a number to be stored or looked for"
        ) from error
    except (OperationalError, PoolTimeout) as error:
        raise Unavailable("the database is busy or cannot be reached; try again shortly") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable("the connection to the database was lost; try again") from error
        raise
