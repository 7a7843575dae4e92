"""Contracts as rows; search and facets in one statement each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    Text,
    cast,
    column,
    false,
    func,
    insert,
    literal,
    literal_column,
    select,
    table,
    text,
    union,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from contracts.verdict import Mode
from registry.domain import Classification, Contract, Kind, Lifecycle
from registry.domain.encode import to_json
from registry.errors import NotFound
from registry.services.ports import CatalogFilter, Facets
from registry.store.history import History
from registry.store.sight import Sight, seen
from registry.store.tables import (
    contract_search,
    contracts,
    expectations,
    release_contracts,
    teams,
)

FACETS = {
    "system": contracts.c.provider,
    "team": contracts.c.owner,
    "kind": contracts.c.kind,
    "format": contracts.c.format,
    "lifecycle": contracts.c.lifecycle,
    "criticality": contracts.c.criticality,
    "classification": contracts.c.classification,
}
TOTAL = "total"
COUNTED = 1000
"""Contracts that words may leave and that are still counted one by one."""
GRAM = 3
"""Letters that the index of the search knows; shorter words are looked for one by one."""


REMEMBERED = ("owner", "criticality")
"""What the gate judges by and a later sidecar may change."""


class SqlContracts:
    """Implements :class:`registry.services.ports.Contracts`."""

    def __init__(self, connection: Connection, sight: Sight | None = None) -> None:
        self._connection = connection
        self._sight = sight
        self._seen = seen(sight, contracts.c.name)

    def find(self, name: str) -> Contract | None:
        """By name."""
        row = self._connection.execute(
            select(contracts).where(contracts.c.name == name, *self._seen)
        ).one_or_none()
        return _contract(row) if row else None

    def get(self, name: str) -> Contract:
        """By name."""
        found = self.find(name)
        if found is None:
            raise NotFound(f"no contract is named {name!r}")
        return found

    def get_many(
        self, names: Iterable[str], *, at: datetime | None = None
    ) -> Mapping[str, Contract]:
        """Those that exist; ``at``: with the owner and the criticality of that instant."""
        wanted = set(names)
        if not wanted:
            return {}
        query = select(contracts).where(contracts.c.name.in_(wanted), *self._seen)
        rows = self._connection.execute(query)
        found = {row.name: _contract(row) for row in rows}
        if at is None:
            return found
        then = History(self._connection, "contract").at(found, at)
        return {name: replace(one, **(then.get(name) or {})) for name, one in found.items()}

    def lock(self, name: str) -> None:
        """An advisory lock on PostgreSQL; a SQLite writer is alone already."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(
                text("select pg_advisory_xact_lock(hashtextextended(:name, 1))"), {"name": name}
            )

    def put(self, contract: Contract) -> None:
        """Insert or replace; owner and criticality before are remembered."""
        row = _row(contract)
        before = self._connection.execute(
            select(*(contracts.c[name] for name in REMEMBERED)).where(
                contracts.c.name == contract.name
            )
        ).one_or_none()
        if contract.updated_at is not None:
            History(self._connection, "contract").remember(
                contract.name,
                dict(before._mapping) if before else None,
                {name: row[name] for name in REMEMBERED},
                contract.updated_at,
            )
        changed = self._connection.execute(
            update(contracts).where(contracts.c.name == contract.name).values(row)
        )
        if changed.rowcount == 0:
            self._connection.execute(insert(contracts).values(row))
        searched = {"contract": contract.name, "text": searched_text(contract)}
        changed = self._connection.execute(
            update(contract_search)
            .where(contract_search.c.contract == contract.name)
            .values(searched)
        )
        if changed.rowcount == 0:
            self._connection.execute(insert(contract_search).values(searched))

    def search(
        self, wanted: CatalogFilter, *, limit: int, offset: int, walk: bool = False
    ) -> Sequence[Contract]:
        """By name."""
        query = select(contracts).where(*_chosen(wanted, contracts), *self._seen)
        if walk:
            query = query.where(*self._matching(wanted, of_each=True))
        elif (found := self._searched(wanted)) is not None:
            query = query.where(contracts.c.name.in_(select(found.c.name)))
        query = query.order_by(contracts.c.name).limit(limit).offset(offset)
        return [_contract(row) for row in self._connection.execute(query)]

    def count(self, wanted: CatalogFilter) -> int:
        """One statement."""
        found = self._searched(wanted)
        source = contracts if found is None else found
        query = select(func.count()).select_from(source).where(*_chosen(wanted, source))
        return self._connection.scalar(query) or 0

    def many(self, wanted: CatalogFilter) -> bool:
        """One statement that stops at the limit; what the index takes for a match counts."""
        words = wanted.text.lower().split()
        if not words or self._seen:  # a partner's few contracts are always counted
            return False
        search = contract_search.c
        held = [search.text.contains(word, autoescape=True) for word in words]
        query = self._first(words)
        query = select(search.id).where(*held) if query is None else query
        found = select(func.count()).select_from(query.limit(COUNTED + 1).subquery())
        return (self._connection.scalar(found) or 0) > COUNTED

    def facets(self, wanted: CatalogFilter, *, many: bool = False) -> Facets:
        """One statement; what the words match is looked for once, without words indexes count."""
        if many:
            all_ = self.facets(replace(wanted, text="", tag="", consumer=""))
            return Facets(min(COUNTED, all_.total), False, all_.counts)
        found = self._searched(wanted)
        source = contracts if found is None else found
        parts = [
            select(literal(TOTAL).label("field"), literal("").label("value"), func.count())
            .select_from(source)
            .where(*_chosen(wanted, source))
        ]
        for field, facet in FACETS.items():
            counted = source.c[facet.name]
            # a facet counts as if its own choice were not made, so that one can change it
            parts.append(
                select(
                    literal(field).label("field"),
                    cast(counted, String).label("value"),
                    func.count(),
                )
                .where(*_chosen(wanted, source, but=field))
                .group_by(counted)
            )
        counts: dict[str, dict[str, int]] = {field: {} for field in (TOTAL, *FACETS)}
        for field, value, count in self._connection.execute(union_all(*parts)):
            counts[field][value] = count
        total = counts.pop(TOTAL).get("", 0)
        return Facets(
            total, True, {field: dict(sorted(by.items())) for field, by in counts.items()}
        )

    def unowned(self, limit: int) -> Sequence[Contract]:
        """By name."""
        gone = select(teams.c.id).where(~teams.c.active)
        # the literal lets the database see that its partial index answers this
        nobody = contracts.c.steward == literal_column("''")
        parts = [
            select(contracts.c.name)
            .where(condition, *self._seen)
            .order_by(contracts.c.name)
            .limit(limit)
            for condition in (contracts.c.owner.in_(gone), nobody)
        ]
        names = union(*(select(part.subquery().c.name) for part in parts))
        query = select(contracts).where(contracts.c.name.in_(names)).order_by(contracts.c.name)
        return [_contract(row) for row in self._connection.execute(query.limit(limit))]

    def all(self) -> Sequence[Contract]:
        """By name."""
        rows = self._connection.execute(
            select(contracts).where(*self._seen).order_by(contracts.c.name)
        )
        return [_contract(row) for row in rows]

    def _matching(
        self, wanted: CatalogFilter, *, of_each: bool = False
    ) -> list[ColumnElement[bool]]:
        """What words, tag and consumer ask; ``of_each``: of each contract that is looked at,
        instead of from the indexes."""
        conditions: list[ColumnElement[bool]] = [*self._seen]
        search = contract_search.c
        words = wanted.text.lower().split()
        if words:
            held = [search.text.contains(word, autoescape=True) for word in words]
            if of_each:
                own = select(search.id).where(search.contract == contracts.c.name, *held)
                conditions.append(own.correlate(contracts).exists())
            else:
                query = select(search.contract).where(*held, *self._by_trigrams(words))
                conditions.append(contracts.c.name.in_(query))
        if wanted.consumer:
            conditions.append(contracts.c.name.in_(_consumed_by(wanted.consumer, self._sight)))
        if wanted.tag:
            # tags are stored as a JSON list of plain words, and searched like every word
            tagged = select(search.contract).where(*self._by_trigrams([wanted.tag.lower()]))
            if not of_each:
                conditions.append(contracts.c.name.in_(tagged))
            quoted = contracts.c.tags.cast(String).contains(f'"{wanted.tag}"', autoescape=True)
            conditions.append(quoted)
        return conditions

    def _searched(self, wanted: CatalogFilter) -> CTE | None:
        """What words, tag and consumer leave of the contracts; None if nothing of that is asked."""
        conditions = self._matching(wanted)
        if not conditions:
            return None
        columns = [contracts.c.name, *FACETS.values()]
        return select(*columns).where(*conditions).cte("matching")

    def _by_trigrams(self, words: Sequence[str]) -> list[ColumnElement[bool]]:
        """The index's opinion on words that are long enough for it; never less than the truth."""
        found = self._first(words)
        return [] if found is None else [contract_search.c.id.in_(found)]

    def _first(self, words: Sequence[str]) -> Select[Any] | None:
        """Ids of the searched texts as the index finds them; None if it knows none of the words."""
        found = {w[at : at + GRAM] for w in words if len(w) >= GRAM for at in range(len(w) - 2)}
        grams = sorted(found)
        if not grams:
            return None
        search = contract_search.c
        if self._connection.dialect.name == "postgresql":
            known = func.search_trigrams_of(search.text, type_=ARRAY(Text))
            return select(search.id).where(known.contains(cast(grams, ARRAY(Text))))
        quoted = " AND ".join('"' + gram.replace('"', '""') + '"' for gram in grams)
        fts = table("search_fts", column("rowid"))
        match = text("search_fts MATCH :words").bindparams(words=quoted)
        return select(fts.c.rowid).where(match)


def _chosen(wanted: CatalogFilter, source: Any, but: str = "") -> list[ColumnElement[bool]]:
    """The facets' own choices, without those of one facet."""
    return [
        source.c[column.name] == getattr(wanted, name)
        for name, column in FACETS.items()
        if name != but and getattr(wanted, name) not in {"", None}
    ]


def _consumed_by(consumer: str, sight: Sight | None) -> Select[Any]:
    """Names of what a system consumes, by declaration or by a release."""
    if sight is not None and consumer not in sight.systems:
        return select(contracts.alias().c.name).where(false())
    declared = select(expectations.c.contract).where(
        expectations.c.consumer == consumer, expectations.c.until.is_(None)
    )
    released = select(release_contracts.c.contract).where(
        release_contracts.c.role == "consumes", release_contracts.c.system == consumer
    )
    return select(union(declared, released).subquery().c.contract)


def searched_text(contract: Contract) -> str:
    """What the catalog looks for words in."""
    words = (contract.name, contract.title, contract.description, *contract.tags)
    return " ".join(words).lower()


def _row(contract: Contract) -> dict[str, Any]:
    row: dict[str, Any] = {c.name: getattr(contract, c.name) for c in contracts.columns}
    for enum in ("kind", "mode", "lifecycle", "classification"):
        row[enum] = row[enum].value
    for json in ("sla", "policies", "tags"):
        row[json] = to_json(row[json])
    return row


def _contract(row: Row[Any]) -> Contract:
    values = dict(row._mapping)
    values |= {
        "kind": Kind(values["kind"]),
        "mode": Mode(values["mode"]),
        "lifecycle": Lifecycle(values["lifecycle"]),
        "classification": Classification(values["classification"]),
        "tags": tuple(values["tags"]),
    }
    return Contract(**values)
