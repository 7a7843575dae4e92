"""Teams, systems, environments, endpoints, releases and deployments as rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    func,
    insert,
    or_,
    select,
    update,
)

from registry.domain import (
    ContractUse,
    Demand,
    Deployment,
    Endpoint,
    Environment,
    GatePolicy,
    Release,
    Strictness,
    System,
    Team,
)
from registry.domain.encode import to_json
from registry.errors import NotFound
from registry.services.estate_port import RunningUse
from registry.store.history import History
from registry.store.tables import (
    deployments,
    endpoints,
    environments,
    release_contracts,
    releases,
    systems,
    teams,
)


class SqlEstate:
    """Implements :class:`registry.services.estate_port.Estate`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _one(self, table: Table, id_: str) -> Row[Any] | None:
        return self._connection.execute(select(table).where(table.c.id == id_)).one_or_none()

    def _history(self, kind: str) -> History:
        return History(self._connection, kind)

    def _put(self, table: Table, row: Mapping[str, Any]) -> None:
        keys = [column == row[column.name] for column in table.primary_key]
        changed = self._connection.execute(update(table).where(*keys).values(row))
        if changed.rowcount == 0:
            self._connection.execute(insert(table).values(row))

    def find_team(self, id_: str) -> Team | None:
        """By id."""
        row = self._one(teams, id_)
        return _team(row) if row else None

    def teams(self) -> Sequence[Team]:
        """By name."""
        return [
            _team(row) for row in self._connection.execute(select(teams).order_by(teams.c.name))
        ]

    def team_names(self, ids: Iterable[str]) -> Mapping[str, str]:
        """By id."""
        query = select(teams.c.id, teams.c.name).where(teams.c.id.in_(set(ids)))
        return {row.id: row.name for row in self._connection.execute(query)}

    def put_team(self, team: Team) -> None:
        """Insert or replace."""
        self._put(teams, to_json(team))

    def find_system(self, id_: str) -> System | None:
        """By id."""
        row = self._one(systems, id_)
        return System(**row._mapping) if row else None

    def get_system(self, id_: str) -> System:
        """By id."""
        found = self.find_system(id_)
        if found is None:
            raise NotFound(f"no system is named {id_!r}")
        return found

    def systems(self) -> Sequence[System]:
        """By name."""
        rows = self._connection.execute(select(systems).order_by(systems.c.name))
        return [System(**row._mapping) for row in rows]

    def get_systems(
        self, ids: Iterable[str], *, at: datetime | None = None
    ) -> Mapping[str, System]:
        """Those that exist, in one query; ``at``: with the team of that instant."""
        query = select(systems).where(systems.c.id.in_(set(ids)))
        found = {row.id: System(**row._mapping) for row in self._connection.execute(query)}
        if at is None:
            return found
        then = self._history("system").at(found, at)
        return {id_: replace(system, **(then.get(id_) or {})) for id_, system in found.items()}

    def systems_without_team(self, limit: int) -> Sequence[System]:
        """By name."""
        query = select(systems).join(teams, teams.c.id == systems.c.team).where(~teams.c.active)
        rows = self._connection.execute(query.order_by(systems.c.name).limit(limit))
        return [System(**row._mapping) for row in rows]

    def put_system(self, system: System, at: datetime) -> None:
        """Insert or replace; whose it was before is remembered."""
        before = self.find_system(system.id)
        self._put(systems, to_json(system))
        self._history("system").remember(
            system.id, before and {"team": before.team}, {"team": system.team}, at
        )

    def find_environment(self, id_: str) -> Environment | None:
        """By id."""
        row = self._one(environments, id_)
        return _environment(row) if row else None

    def get_environment(self, id_: str, *, at: datetime | None = None) -> Environment:
        """By id; ``at``: with the policy of that instant."""
        found = self.find_environment(id_)
        if found is None:
            raise NotFound(f"no environment is named {id_!r}")
        then = {} if at is None else self._history("environment").at([id_], at)
        if id_ not in then:
            return found
        if then[id_] is None:
            raise NotFound(f"no environment was named {id_!r} at {at:%Y-%m-%d %H:%M} UTC")
        return replace(found, policy=_policy(then[id_]))

    def environments(self) -> Sequence[Environment]:
        """In promotion order."""
        query = select(environments).order_by(environments.c.order, environments.c.id)
        return [_environment(row) for row in self._connection.execute(query)]

    def put_environment(self, environment: Environment, at: datetime) -> None:
        """Insert or replace; the policy before is remembered."""
        before = self.find_environment(environment.id)
        self._put(environments, to_json(environment))
        self._history("environment").remember(
            environment.id, before and before.policy, environment.policy, at
        )

    def endpoints(self, environment: str = "", system: str = "") -> Sequence[Endpoint]:
        """Those that match."""
        query = select(endpoints).order_by(endpoints.c.environment, endpoints.c.system)
        if environment:
            query = query.where(endpoints.c.environment == environment)
        if system:
            query = query.where(endpoints.c.system == system)
        return [Endpoint(**row._mapping) for row in self._connection.execute(query)]

    def put_endpoint(self, endpoint: Endpoint) -> None:
        """Insert or replace."""
        self._put(endpoints, to_json(endpoint))

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
            select(table).where(table.c.system.in_(ids), table.c.version.in_(numbers))
            for table in (releases, release_contracts)
        )
        found = self._releases(query, uses)
        return {pair: release for pair, release in found.items() if pair in pairs}

    def releases_of(self, system: str) -> Sequence[Release]:
        """Newest first."""
        query = select(releases).where(releases.c.system == system)
        uses = select(release_contracts).where(release_contracts.c.system == system)
        found = list(self._releases(query, uses).values())
        found.sort(key=lambda r: (r.created_at, r.version), reverse=True)
        return found

    def _releases(self, query: Any, uses: Any) -> dict[tuple[str, str], Release]:
        by_role: dict[tuple[str, str, str], list[ContractUse]] = defaultdict(list)
        rows = self._connection.execute(query).all()
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
        query = select(deployments).where(*_running(environment, at))
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
            select(release_contracts).where(r.contract.in_(wanted)).order_by(r.contract, r.number)
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

    def deployment_history(
        self, system: str = "", environment: str = "", limit: int = 50
    ) -> Sequence[Deployment]:
        """Newest first."""
        query = select(deployments).order_by(deployments.c.deployed_at.desc()).limit(limit)
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
        ever = select(n.system).where(n.contract == contract, n.role == "consumes")
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

    def users_of(self, contract: str) -> Sequence[tuple[str, str, ContractUse]]:
        """Every release that consumes it."""
        query = select(release_contracts).where(
            release_contracts.c.contract == contract, release_contracts.c.role == "consumes"
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


def _team(row: Row[Any]) -> Team:
    values = dict(row._mapping)
    return Team(**values | {"members": tuple(values["members"])})


def _environment(row: Row[Any]) -> Environment:
    return Environment(**dict(row._mapping) | {"policy": _policy(row.policy)})


def _policy(stored: Mapping[str, Any]) -> GatePolicy:
    special = stored.get("by_criticality", {})
    return GatePolicy(
        **_demand(stored),
        production=stored["production"],
        allowed_methods=tuple(stored["allowed_methods"]),
        max_requests_per_second=stored["max_requests_per_second"],
        by_criticality={int(key): Demand(**_demand(own)) for key, own in special.items()},
    )


def _demand(stored: Mapping[str, Any]) -> dict[str, Any]:
    unknown, missing = stored["unknown"], stored["evidence_missing"]
    suites, age = stored["evidence_suites"], stored["evidence_max_age"]
    return {
        "unknown": None if unknown is None else Strictness(unknown),
        "evidence_missing": None if missing is None else Strictness(missing),
        "evidence_suites": None if suites is None else tuple(suites),
        "evidence_max_age": None if age is None else timedelta(seconds=age),
    }
