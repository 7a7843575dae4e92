"""Contracts as rows; search and facets in one statement each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    String,
    cast,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    union_all,
    update,
)

from contracts.verdict import Mode
from registry.domain import Classification, Contract, Kind, Lifecycle
from registry.domain.encode import to_json
from registry.errors import NotFound
from registry.services.ports import CatalogFilter
from registry.store.tables import contracts, expectations, release_contracts, teams

FACETS = {
    "system": contracts.c.provider,
    "team": contracts.c.owner,
    "kind": contracts.c.kind,
    "format": contracts.c.format,
    "lifecycle": contracts.c.lifecycle,
    "criticality": contracts.c.criticality,
    "classification": contracts.c.classification,
}


class SqlContracts:
    """Implements :class:`registry.services.ports.Contracts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, name: str) -> Contract | None:
        """By name."""
        row = self._connection.execute(
            select(contracts).where(contracts.c.name == name)
        ).one_or_none()
        return _contract(row) if row else None

    def get(self, name: str) -> Contract:
        """By name."""
        found = self.find(name)
        if found is None:
            raise NotFound(f"no contract is named {name!r}")
        return found

    def get_many(self, names: Iterable[str]) -> Mapping[str, Contract]:
        """Those that exist."""
        wanted = set(names)
        if not wanted:
            return {}
        rows = self._connection.execute(select(contracts).where(contracts.c.name.in_(wanted)))
        return {row.name: _contract(row) for row in rows}

    def lock(self, name: str) -> None:
        """An advisory lock on PostgreSQL; a SQLite writer is alone already."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(
                text("select pg_advisory_xact_lock(hashtextextended(:name, 1))"), {"name": name}
            )

    def put(self, contract: Contract) -> None:
        """Insert or replace."""
        row = _row(contract)
        changed = self._connection.execute(
            update(contracts).where(contracts.c.name == contract.name).values(row)
        )
        if changed.rowcount == 0:
            self._connection.execute(insert(contracts).values(row))

    def search(
        self, wanted: CatalogFilter, *, limit: int, offset: int
    ) -> tuple[Sequence[Contract], int]:
        """By name; the count is a second statement."""
        conditions = _conditions(wanted)
        total = self._connection.scalar(
            select(func.count()).select_from(contracts).where(*conditions)
        )
        rows = self._connection.execute(
            select(contracts)
            .where(*conditions)
            .order_by(contracts.c.name)
            .limit(limit)
            .offset(offset)
        )
        return [_contract(row) for row in rows], total or 0

    def facets(self, wanted: CatalogFilter) -> Mapping[str, Mapping[str, int]]:
        """Counts of every value of every facet in one statement."""
        searched = _searched(wanted)
        # what the words match is looked for once; without words the indexes count
        source = (
            select(*FACETS.values()).where(*searched).cte("matching") if searched else contracts
        )
        parts = []
        for field, column in FACETS.items():
            counted = source.c[column.name]
            # a facet counts as if its own choice were not made, so that one can change it
            chosen = [
                source.c[other.name] == getattr(wanted, name)
                for name, other in FACETS.items()
                if name != field and getattr(wanted, name) not in {"", None}
            ]
            parts.append(
                select(
                    literal(field).label("field"),
                    cast(counted, String).label("value"),
                    func.count(),
                )
                .where(*chosen)
                .group_by(counted)
            )
        found: dict[str, dict[str, int]] = {field: {} for field in FACETS}
        for field, value, count in self._connection.execute(union_all(*parts)):
            found[field][value] = count
        return {field: dict(sorted(counts.items())) for field, counts in found.items()}

    def unowned(self, limit: int) -> Sequence[Contract]:
        """By name."""
        query = (
            select(contracts)
            .join(teams, teams.c.id == contracts.c.owner)
            .where(or_(~teams.c.active, contracts.c.steward == ""))
            .order_by(contracts.c.name)
        )
        return [_contract(row) for row in self._connection.execute(query.limit(limit))]

    def all(self) -> Sequence[Contract]:
        """By name."""
        rows = self._connection.execute(select(contracts).order_by(contracts.c.name))
        return [_contract(row) for row in rows]


def _conditions(wanted: CatalogFilter) -> list[ColumnElement[bool]]:
    chosen = [
        column == getattr(wanted, name)
        for name, column in FACETS.items()
        if getattr(wanted, name) not in {"", None}
    ]
    return [*_searched(wanted), *chosen]


def _searched(wanted: CatalogFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        contracts.c.search_text.contains(word, autoescape=True)
        for word in wanted.text.lower().split()
    ]
    if wanted.consumer:
        declared = exists().where(
            expectations.c.contract == contracts.c.name,
            expectations.c.consumer == wanted.consumer,
            expectations.c.until.is_(None),
        )
        released = exists().where(
            release_contracts.c.contract == contracts.c.name,
            release_contracts.c.role == "consumes",
            release_contracts.c.system == wanted.consumer,
        )
        conditions.append(or_(declared, released))
    if wanted.tag:
        # tags are stored as a JSON list of plain words
        conditions.append(
            contracts.c.tags.cast(String).contains(f'"{wanted.tag}"', autoescape=True)
        )
    return conditions


def _row(contract: Contract) -> dict[str, Any]:
    row: dict[str, Any] = {
        column.name: getattr(contract, column.name)
        for column in contracts.columns
        if column.name != "search_text"
    }
    for enum in ("kind", "mode", "lifecycle", "classification"):
        row[enum] = row[enum].value
    for json in ("sla", "policies", "tags"):
        row[json] = to_json(row[json])
    words = (contract.name, contract.title, contract.description, *contract.tags)
    row["search_text"] = " ".join(words).lower()
    return row


def _contract(row: Row[Any]) -> Contract:
    values = dict(row._mapping)
    del values["search_text"]
    values |= {
        "kind": Kind(values["kind"]),
        "mode": Mode(values["mode"]),
        "lifecycle": Lifecycle(values["lifecycle"]),
        "classification": Classification(values["classification"]),
        "tags": tuple(values["tags"]),
    }
    return Contract(**values)
