"""Releases and deployments as rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, or_, select, union, update

from registry.domain import ContractUse, Deployment, Release
from registry.errors import NotFound
from registry.services.estate_port import RunningUse
from registry.store.sight import Sight, seen
from registry.store.tables import deployments, expectations, release_contracts, releases, systems


class SqlReleases:
    """The part of :class:`registry.services.estate_port.Estate` that moves: what runs where."""

    def __init__(self, connection: Connection, sight: Sight | None = None) -> None:
        self._connection = connection
        self._sight = sight

    def _own(self, system: ColumnElement[str]) -> list[ColumnElement[bool]]:
        """A partner finds releases, deployments and endpoints of their own systems only."""
        return [] if self._sight is None else [system.in_(self._sight.systems)]

    def find_release(self, system: str, version: str) -> Release | None:
        """One release with its contracts."""
        return self.releases([(system, version)]).get((system, version))

    def get_release(self, system: str, version: str) -> Release:
        """One release with its contracts."""
        found = self.find_release(system, version)
        if found is None:
            raise NotFound(
                f"{system} has no release {version!r}; register it with the contract versions it "
                "provides and consumes"
            )
        return found

    def releases(self, wanted: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Release]:
        """Several, in two queries."""
        pairs = set(wanted)
        if not pairs:
            return {}
        ids, numbers = {system for system, _ in pairs}, {version for _, version in pairs}
        # two lists, not one of pairs: SQLite has no index for pairs and would read every release
        query, uses = (
            select(table).where(
                table.c.system.in_(ids), table.c.version.in_(numbers), *self._own(table.c.system)
            )
            for table in (releases, release_contracts)
        )
        found = self._releases(query, uses)
        return {pair: release for pair, release in found.items() if pair in pairs}

    def releases_of(self, system: str) -> Sequence[Release]:
        """Newest first."""
        query = select(releases).where(releases.c.system == system, *self._own(releases.c.system))
        uses = select(release_contracts).where(release_contracts.c.system == system)
        found = list(self._releases(query, uses).values())
        found.sort(key=lambda r: (r.created_at, r.version), reverse=True)
        return found

    def _releases(self, query: Any, uses: Any) -> dict[tuple[str, str], Release]:
        by_role: dict[tuple[str, str, str], list[ContractUse]] = defaultdict(list)
        rows = self._connection.execute(query).all()
        uses = uses.where(*seen(self._sight, release_contracts.c.contract))
        for use in self._connection.execute(
            uses.order_by(release_contracts.c.contract, release_contracts.c.number)
        ):
            by_role[use.system, use.version, use.role].append(
                ContractUse(use.contract, use.number, use.expectation)
            )
        return {
            (row.system, row.version): Release(
                row.system,
                row.version,
                tuple(by_role[row.system, row.version, "provides"]),
                tuple(by_role[row.system, row.version, "consumes"]),
                row.created_at,
                row.created_by,
            )
            for row in rows
        }

    def put_release(self, release: Release) -> None:
        """Insert; a release does not change."""
        self._connection.execute(
            insert(releases).values(
                system=release.system,
                version=release.version,
                created_at=release.created_at,
                created_by=release.created_by,
            )
        )
        rows = [
            {
                "system": release.system,
                "version": release.version,
                "role": role,
                "contract": use.contract,
                "number": use.number,
                "expectation": use.expectation,
            }
            for role, uses in (("provides", release.provides), ("consumes", release.consumes))
            for use in uses
        ]
        if rows:
            self._connection.execute(insert(release_contracts), rows)

    def deployments(
        self,
        environment: str = "",
        *,
        at: datetime | None = None,
        systems: Collection[str] | None = None,
    ) -> Sequence[Deployment]:
        """Running at that instant, or now."""
        query = select(deployments).where(
            *_running(environment, at), *self._own(deployments.c.system)
        )
        if systems is not None:
            query = query.where(deployments.c.system.in_(systems))
        rows = self._connection.execute(
            query.order_by(deployments.c.system, deployments.c.deployed_at)
        )
        return [Deployment(**row._mapping) for row in rows]

    def running_uses(
        self, contracts: Iterable[str], environment: str = "", *, at: datetime | None = None
    ) -> Sequence[RunningUse]:
        """Two queries: who ever touched these contracts, and which of those releases run."""
        wanted = set(contracts)
        if not wanted:
            return []
        r, d = release_contracts.c, deployments.c
        touching: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
        for row in self._connection.execute(
            select(release_contracts)
            .where(r.contract.in_(wanted), *self._touched())
            .order_by(r.contract, r.number)
        ):
            touching[row.system, row.version].append(row)
        query = (
            select(deployments)
            .where(
                d.system.in_({system for system, _ in touching}),
                d.version.in_({version for _, version in touching}),
                *_running(environment, at),
            )
            .order_by(d.system, d.deployed_at)
        )
        found = []
        for row in self._connection.execute(query):
            deployment = Deployment(**row._mapping)
            found += [
                RunningUse(
                    deployment, use.role, ContractUse(use.contract, use.number, use.expectation)
                )
                for use in touching.get((row.system, row.version), ())
            ]
        return found

    def _touched(self) -> list[ColumnElement[bool]]:
        """A partner finds who provides what they see, and of who consumes it only themselves."""
        r = release_contracts.c
        own = [or_(r.role == "provides", mine) for mine in self._own(r.system)]
        return [*own, *seen(self._sight, r.contract)]

    def deployment_history(
        self, system: str = "", environment: str = "", limit: int = 50
    ) -> Sequence[Deployment]:
        """Newest first."""
        query = select(deployments).where(*self._own(deployments.c.system))
        query = query.order_by(deployments.c.deployed_at.desc()).limit(limit)
        if system:
            query = query.where(deployments.c.system == system)
        if environment:
            query = query.where(deployments.c.environment == environment)
        return [Deployment(**row._mapping) for row in self._connection.execute(query)]

    def deployed_ever(self) -> Set[tuple[str, str, str]]:
        """One query."""
        c = deployments.c
        rows = self._connection.execute(select(c.system, c.environment, c.location).distinct())
        return {(row.system, row.environment, row.location) for row in rows}

    def add_deployment(self, deployment: Deployment) -> None:
        """Insert."""
        self._connection.execute(
            insert(deployments).values(
                {c.name: getattr(deployment, c.name) for c in deployments.columns}
            )
        )

    def end_deployment(self, id_: str, at: datetime, by: str) -> None:
        """It runs no longer."""
        self._connection.execute(
            update(deployments).where(deployments.c.id == id_).values(ended_at=at, ended_by=by)
        )

    def newest_uses(self, contract: str) -> Mapping[tuple[str, str], Sequence[ContractUse]]:
        """One query over the systems that ever consumed it."""
        r, n = releases.c, release_contracts.c
        ever = select(n.system).where(
            n.contract == contract, n.role == "consumes", *self._touched()
        )
        rank = func.row_number().over(
            partition_by=r.system, order_by=(r.created_at.desc(), r.version.desc())
        )
        ranked = (
            select(r.system, r.version, rank.label("rank")).where(r.system.in_(ever)).subquery()
        )
        query = (
            select(n.system, n.version, n.number, n.expectation)
            .join(ranked, (ranked.c.system == n.system) & (ranked.c.version == n.version))
            .where(ranked.c.rank == 1, n.contract == contract, n.role == "consumes")
            .order_by(n.system, n.number)
        )
        found: dict[tuple[str, str], list[ContractUse]] = defaultdict(list)
        for row in self._connection.execute(query):
            use = ContractUse(contract, row.number, row.expectation)
            found[row.system, row.version].append(use)
        return found

    def consumed_by_teams(self, teams: Iterable[str]) -> Mapping[str, Set[str]]:
        """One query."""
        n, e = release_contracts.c, expectations.c
        released = select(systems.c.team, n.contract).where(
            n.system == systems.c.id, n.role == "consumes", systems.c.team.in_(set(teams))
        )
        declared = select(systems.c.team, e.contract).where(
            e.consumer == systems.c.id, e.until.is_(None), systems.c.team.in_(set(teams))
        )
        found: dict[str, set[str]] = defaultdict(set)
        for team, contract in self._connection.execute(union(released, declared)):
            found[team].add(contract)
        return found

    def users_of(self, contract: str) -> Sequence[tuple[str, str, ContractUse]]:
        """Every release that consumes it."""
        query = select(release_contracts).where(
            release_contracts.c.contract == contract,
            release_contracts.c.role == "consumes",
            *self._touched(),
        )
        return [
            (row.system, row.version, ContractUse(row.contract, row.number, row.expectation))
            for row in self._connection.execute(query)
        ]


def _running(environment: str, at: datetime | None) -> list[ColumnElement[bool]]:
    d = deployments.c
    found: list[ColumnElement[bool]] = [d.environment == environment] if environment else []
    if at is None:
        return [*found, d.ended_at.is_(None)]
    return [*found, d.deployed_at <= at, or_(d.ended_at.is_(None), d.ended_at > at)]
