"""Teams, systems, environments, endpoints, releases and deployments as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    Demand,
    Endpoint,
    Environment,
    GatePolicy,
    Strictness,
    System,
    Team,
)
from registry.domain.encode import to_json
from registry.errors import NotFound
from registry.store.history import History
from registry.store.releases import SqlReleases
from registry.store.sight import Sight
from registry.store.tables import (
    endpoints,
    environments,
    systems,
    teams,
)


class SqlEstate(SqlReleases):
    """Implements :class:`registry.services.estate_port.Estate`."""

    def __init__(self, connection: Connection, sight: Sight | None = None) -> None:
        super().__init__(connection, sight)
        self._seen_teams = [] if sight is None else [sight.team(teams.c.id)]
        self._seen_systems = [] if sight is None else [sight.system(systems.c.id)]

    def _one(self, table: Table, id_: str, *seen: ColumnElement[bool]) -> Row[Any] | None:
        query = select(table).where(table.c.id == id_, *seen)
        return self._connection.execute(query).one_or_none()

    def _team(self, row: Row[Any]) -> Team:
        team = _team(row)
        return team if self._sight is None else self._sight.of_team(team)

    def _system(self, row: Row[Any]) -> System:
        system = System(**row._mapping)
        return system if self._sight is None else self._sight.of_system(system)

    def _history(self, kind: str) -> History:
        return History(self._connection, kind)

    def _put(self, table: Table, row: Mapping[str, Any]) -> None:
        keys = [column == row[column.name] for column in table.primary_key]
        changed = self._connection.execute(update(table).where(*keys).values(row))
        if changed.rowcount == 0:
            self._connection.execute(insert(table).values(row))

    def find_team(self, id_: str) -> Team | None:
        """By id."""
        row = self._one(teams, id_, *self._seen_teams)
        return self._team(row) if row else None

    def teams(self) -> Sequence[Team]:
        """By name."""
        query = select(teams).where(*self._seen_teams).order_by(teams.c.name)
        return [self._team(row) for row in self._connection.execute(query)]

    def teams_like(self, text: str, limit: int) -> Sequence[tuple[str, str]]:
        """By name."""
        return self._named(teams, text, limit, *self._seen_teams)

    def _named(
        self, table: Table, text: str, limit: int, *seen: ColumnElement[bool]
    ) -> list[tuple[str, str]]:
        c = table.c
        query = select(c.id, c.name).where(*seen).order_by(c.name, c.id).limit(limit)
        if text:
            holds = (column.icontains(text, autoescape=True) for column in (c.id, c.name))
            query = query.where(or_(*holds))
        return [(row.id, row.name) for row in self._connection.execute(query)]

    def get_teams(self, ids: Iterable[str]) -> Mapping[str, Team]:
        """By id."""
        query = select(teams).where(teams.c.id.in_(set(ids)), *self._seen_teams)
        return {row.id: self._team(row) for row in self._connection.execute(query)}

    def team_names(self, ids: Iterable[str]) -> Mapping[str, str]:
        """By id."""
        query = select(teams.c.id, teams.c.name).where(teams.c.id.in_(set(ids)), *self._seen_teams)
        return {row.id: row.name for row in self._connection.execute(query)}

    def put_team(self, team: Team) -> None:
        """Insert or replace."""
        self._put(teams, to_json(team))

    def find_system(self, id_: str) -> System | None:
        """By id."""
        row = self._one(systems, id_, *self._seen_systems)
        return self._system(row) if row else None

    def get_system(self, id_: str) -> System:
        """By id."""
        found = self.find_system(id_)
        if found is None:
            raise NotFound(f"no system is named {id_!r}")
        return found

    def systems(self, *, limit: int | None = None, offset: int = 0) -> Sequence[System]:
        """By name."""
        query = select(systems).where(*self._seen_systems).order_by(systems.c.name, systems.c.id)
        rows = self._connection.execute(query.limit(limit).offset(offset))
        return [self._system(row) for row in rows]

    def count_systems(self) -> int:
        """One statement."""
        query = select(func.count()).select_from(systems).where(*self._seen_systems)
        return self._connection.scalar(query) or 0

    def systems_of(self, team: str) -> Sequence[System]:
        """By name."""
        query = select(systems).where(systems.c.team == team, *self._seen_systems)
        rows = self._connection.execute(query.order_by(systems.c.name))
        return [self._system(row) for row in rows]

    def system_names(self, limit: int, text: str = "") -> Sequence[tuple[str, str]]:
        """By name."""
        return self._named(systems, text, limit, *self._seen_systems)

    def get_systems(
        self, ids: Iterable[str], *, at: datetime | None = None
    ) -> Mapping[str, System]:
        """Those that exist, in one query; ``at``: with the team of that instant."""
        query = select(systems).where(systems.c.id.in_(set(ids)), *self._seen_systems)
        found = {row.id: self._system(row) for row in self._connection.execute(query)}
        if at is None:
            return found
        then = self._history("system").at(found, at)
        return {id_: replace(system, **(then.get(id_) or {})) for id_, system in found.items()}

    def systems_without_team(self, limit: int) -> Sequence[System]:
        """By name."""
        query = select(systems).join(teams, teams.c.id == systems.c.team).where(~teams.c.active)
        query = query.where(*self._seen_systems).order_by(systems.c.name).limit(limit)
        return [self._system(row) for row in self._connection.execute(query)]

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

    def endpoints(
        self, environment: str = "", system: str = "", limit: int | None = None
    ) -> Sequence[Endpoint]:
        """Those that match."""
        query = select(endpoints).where(*self._own(endpoints.c.system)).limit(limit)
        query = query.order_by(endpoints.c.environment, endpoints.c.system)
        if environment:
            query = query.where(endpoints.c.environment == environment)
        if system:
            query = query.where(endpoints.c.system == system)
        return [Endpoint(**row._mapping) for row in self._connection.execute(query)]

    def put_endpoint(self, endpoint: Endpoint) -> None:
        """Insert or replace."""
        self._put(endpoints, to_json(endpoint))


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
        sandbox=stored.get("sandbox", {}),
        sign_in=stored.get("sign_in", {}),
        by_criticality={int(key): Demand(**_demand(own)) for key, own in special.items()},
        runs_after_deployment=stored.get("runs_after_deployment", False),
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
