"""What the use cases need from outside: a unit of work with its repositories, and a queue.

``registry/store`` implements the repositories for SQLite and PostgreSQL, ``registry/jobs`` the
queue. Repositories take and give domain values and never commit. Names: ``find`` gives None,
``get`` raises :class:`registry.errors.NotFound`, ``add`` inserts, ``put`` inserts or replaces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contracts.verdict import Report
from registry.domain import (
    Contract,
    Expectation,
    Lifecycle,
    Principal,
    Run,
    RunFailure,
    RunStatus,
    Version,
    Waiver,
)
from registry.domain.document import PublishedDocument
from registry.services.audit_port import Audit, Checkpoints
from registry.services.delivery_port import Outbox, Webhooks
from registry.services.estate_port import Estate
from registry.services.links_port import References, Tags
from registry.services.people_port import Shares, Tokens, Users
from registry.services.trigger_port import Triggers

Clock = Callable[[], datetime]
"""Gives the present instant, aware, in UTC."""


@dataclass(frozen=True, slots=True)
class CatalogFilter:
    """What to look for; empty fields do not filter. ``text`` matches name, title, description."""

    text: str = ""
    system: str = ""
    team: str = ""
    consumer: str = ""
    kind: str = ""
    format: str = ""
    lifecycle: str = ""
    criticality: int | None = None
    classification: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Facets:
    """How many match, and for each filterable field how many of the matches have each value."""

    total: int
    exact: bool
    """False: more than ``total`` match, and ``counts`` are those of the whole catalog."""
    counts: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs; empty fields do not filter."""

    contract: str = ""
    environment: str = ""
    system: str = ""
    status: str = ""


class Blobs(Protocol):
    """Content-addressed bytes."""

    def put(self, content: bytes) -> str:
        """Store once; gives the SHA-256 in hex."""

    def get(self, sha256: str) -> bytes: ...
    def get_many(self, sha256s: Iterable[str]) -> Mapping[str, bytes]: ...


class Contracts(Protocol):
    """Governed names."""

    def find(self, name: str) -> Contract | None: ...
    def get(self, name: str) -> Contract: ...
    def get_many(
        self, names: Iterable[str], *, at: datetime | None = None
    ) -> Mapping[str, Contract]:
        """Those that exist; ``at``: with the owner and the criticality of that instant."""

    def lock(self, name: str) -> None:
        """Wait until no other transaction publishes under ``name``; until this one ends."""

    def put(self, contract: Contract) -> None: ...
    def search(
        self, wanted: CatalogFilter, *, limit: int, offset: int, walk: bool = False
    ) -> Sequence[Contract]:
        """One page by name; ``walk``: contracts are looked at by name until the page is full,
        which is fast where :meth:`many` match."""

    def many(self, wanted: CatalogFilter) -> bool:
        """Whether words leave more contracts than are counted."""

    def count(self, wanted: CatalogFilter) -> int:
        """How many match."""

    def facets(self, wanted: CatalogFilter, *, many: bool = False) -> Facets:
        """What one can filter by.

        A field counts as if it were not chosen itself, so that one can choose otherwise.
        ``many``: words leave too many contracts to count them.
        """

    def all(self) -> Sequence[Contract]: ...
    def unowned(self, limit: int) -> Sequence[Contract]:
        """Those without a steward, or whose owner team is not active."""


class Versions(Protocol):
    """Immutable documents."""

    def find(self, contract: str, label: str) -> Version | None:
        """By label: a release ``2.0.0``, the last revision of a proposal ``2.0.0@branch``, what a
        tag points to, or what was last proposed on a branch; in this order."""

    def get(self, contract: str, label: str) -> Version: ...
    def document(self, contract: str, label: str) -> PublishedDocument | None:
        """The bytes by label; ``latest`` is the highest release."""

    def get_many(
        self, wanted: Iterable[tuple[str, str]], *, at: datetime | None = None
    ) -> Mapping[tuple[str, str], Version]:
        """By (contract, number): the release, or a proposal where there is none; else left out.

        ``at``: as of that instant.
        """

    def of_contract(self, contract: str, *, brief: bool = False) -> Sequence[Version]:
        """Releases and last revisions of proposals, highest number first.

        ``brief`` ones come without their problems, of which a large document has thousands.
        """

    def latest(self, names: Iterable[str]) -> Mapping[str, Version]:
        """The highest release of each contract."""

    def proposals(self, names: Iterable[str]) -> Mapping[str, int]:
        """How many open proposals each contract has."""

    def recent(self, limit: int) -> Sequence[Version]:
        """Last published first, proposals included."""

    def open_breaks(self, limit: int) -> Sequence[Version]:
        """Unreleased proposals whose verdict is breaking or unknown."""

    def overdue(self, now: datetime, limit: int) -> Sequence[Version]:
        """Past their sunset and not retired."""

    def sunsets(self, before: datetime, limit: int) -> Sequence[Version]:
        """With a sunset before, and not retired, earliest first."""

    def add(self, version: Version) -> None:
        """Raises VersionConflict if the number exists."""

    def set_lifecycle(
        self,
        version: Version,
        lifecycle: Lifecycle,
        deprecated_at: datetime | None,
        sunset_at: datetime | None,
        at: datetime,
    ) -> None: ...


class Expectations(Protocol):
    """What consumers use, with the time each declaration was in force."""

    def of_contracts(
        self, names: Iterable[str], *, at: datetime | None = None
    ) -> Mapping[str, Sequence[Expectation]]: ...
    def of_consumer(self, system: str) -> Sequence[Expectation]: ...
    def all(self) -> Sequence[Expectation]: ...
    def replace(
        self, contract: str, source: str, expectations: Sequence[Expectation], at: datetime
    ) -> bool:
        """Put these in the place of what ``source`` declared before; whether anything changed."""


class Waivers(Protocol):
    """Allowed breaks."""

    def get(self, id_: str) -> Waiver: ...
    def of_contracts(self, names: Iterable[str]) -> Sequence[Waiver]: ...
    def all(self, limit: int = 200) -> Sequence[Waiver]: ...
    def put(self, waiver: Waiver) -> None: ...


class Runs(Protocol):
    """Conformance evidence."""

    def find(self, id_: str) -> Run | None: ...
    def get(self, id_: str) -> Run: ...
    def failures(self, id_: str) -> Sequence[RunFailure]: ...
    def failures_of(self, ids: Iterable[str]) -> Mapping[str, Sequence[RunFailure]]: ...
    def proofs_like(self, run: Run, limit: int) -> Sequence[Run]:
        """Passed and failed runs of the same contract, place, system and suite before ``run``."""

    def search(self, wanted: RunFilter, *, limit: int, offset: int) -> tuple[Sequence[Run], int]:
        """One page, newest first, and how many match in all."""

    def latest_evidence(
        self, hashes: Iterable[str], *, at: datetime | None = None
    ) -> Mapping[str, Sequence[Run]]:
        """For each document hash the last final run per (environment, system, system version)."""

    def standing_failures(self, limit: int) -> Sequence[Run]:
        """The last proof of each contract, system, environment and suite, where it failed."""

    def put(self, run: Run) -> None: ...
    def put_failures(self, id_: str, failures: Sequence[RunFailure]) -> None: ...
    def claim(self, id_: str, worker: str, now: datetime, per_target: int) -> Run | None:
        """Mark a queued run as running by ``worker``; None if another has it, or if
        ``per_target`` runs go on against its system in its environment."""

    def stale(self, before: datetime, *, lock: bool = True) -> Sequence[Run]:
        """Running runs whose last heartbeat is older than ``before``; locked until the
        transaction ends."""

    def with_status(self, status: RunStatus) -> Sequence[Run]: ...


class Retention(Protocol):
    """Forgets what has served its time; each gives how many."""

    def runs(self, before: datetime) -> int:
        """Runs that ended before, but for the last proof of each kind."""

    def events(self, before: datetime) -> int:
        """Events from before that nobody waits for any more."""

    def sessions(self, before: datetime) -> int:
        """Sessions and one-time links that ended before."""

    def comparisons(self, before: datetime) -> int:
        """Comparisons made before, and the oldest beyond a limit; they can be made again."""


class Sealer(Protocol):
    """Keeps a secret that must be read again, unlike a token's."""

    def seal(self, secret: str) -> str: ...
    def unseal(self, sealed: str) -> str: ...


class Reports(Protocol):
    """Comparisons already made, by a key of everything that went into them."""

    def held(self, keys: Iterable[str]) -> Mapping[str, Report]:
        """Those that are in memory."""

    def find_many(self, keys: Iterable[str]) -> Mapping[str, Report]: ...
    def put(self, key: str, report: Report, at: datetime) -> None: ...


class UnitOfWork(Protocol):
    """One transaction at a time over every repository.

    ``with uow.write() as store`` commits at the end of the block and rolls back if it raises;
    ``with uow.read() as store`` sees one consistent state and writes nothing.
    """

    def seen_by(self, caller: Principal) -> UnitOfWork:
        """The same, but a partner finds only what is shared with their teams: what is not shared
        does not exist for them. Every edge asks use cases with this one."""

    def read(self) -> AbstractContextManager[Store]: ...
    def write(self) -> AbstractContextManager[Store]: ...
    def check(self) -> None:
        """Raises Unavailable where the database does not answer, or is at another revision."""

    @property
    def commits(self) -> int:
        """How many transactions this process wrote: what it read before the last may be old."""

    def now(self) -> datetime: ...


class Store(Protocol):
    """The repositories inside one transaction."""

    def state(self) -> str | None:
        """Equal for two transactions that read the same of everything; None if that is not known.

        Nobody else's change goes unseen: whatever is written, by whichever process, changes it.
        """

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """How many contracts, versions, runs, events and deliveries there are, by their state."""

    def shown(self, sidecar: bytes) -> bytes:
        """A sidecar as the caller may read it."""

    @property
    def blobs(self) -> Blobs: ...
    @property
    def contracts(self) -> Contracts: ...
    @property
    def versions(self) -> Versions: ...
    @property
    def references(self) -> References: ...
    @property
    def tags(self) -> Tags: ...
    @property
    def estate(self) -> Estate: ...
    @property
    def expectations(self) -> Expectations: ...
    @property
    def waivers(self) -> Waivers: ...
    @property
    def runs(self) -> Runs: ...
    @property
    def triggers(self) -> Triggers: ...
    @property
    def tokens(self) -> Tokens: ...
    @property
    def users(self) -> Users: ...
    @property
    def shares(self) -> Shares: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def checkpoints(self) -> Checkpoints: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def webhooks(self) -> Webhooks: ...
    @property
    def retention(self) -> Retention: ...
    @property
    def reports(self) -> Reports: ...


class JobQueue(Protocol):
    """Work that outlives a request."""

    def check(self) -> None:
        """Raises Unavailable where the queue does not answer."""

    def enqueue_run(self, run_id: str) -> None:
        """Have a worker carry out a queued conformance run."""
