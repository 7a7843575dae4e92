"""References between versions, and tags, as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from registry.domain import Lifecycle, Number, Version
from registry.errors import NotFound
from registry.services.links_port import Referrer, Tag
from registry.store.sight import Sight, seen
from registry.store.tables import contracts, tags, version_references, versions


class SqlReferences:
    """Implements :class:`registry.services.links_port.References`."""

    def __init__(self, connection: Connection, sight: Sight | None = None) -> None:
        self._connection = connection
        self._seen = seen(sight, versions.c.contract)

    def to(self, contract: str, label: str = "") -> Sequence[Referrer]:
        """One query."""
        target = versions.alias("target")
        query = (
            select(
                versions.c.contract,
                versions.c.number,
                versions.c.branch,
                versions.c.lifecycle,
                contracts.c.owner,
                version_references.c.direct,
                target.c.number.label("to_number"),
                target.c.branch.label("to_branch"),
            )
            .join(version_references, version_references.c.version == versions.c.id)
            .join(target, target.c.id == version_references.c.target)
            .join(contracts, contracts.c.name == versions.c.contract)
            .where(target.c.contract == contract, versions.c.current, *self._seen)
        )
        if label:
            number, _, branch = label.partition("@")
            query = query.where(target.c.number == number, target.c.branch == branch)
        found = [
            (Number.parse(row.number).precedence, _referrer(row))
            for row in self._connection.execute(query)
        ]
        found.sort(key=lambda pair: pair[0], reverse=True)
        found.sort(key=lambda pair: pair[1].contract)
        return [referrer for _, referrer in found]

    def to_many(self, names: Iterable[str]) -> Mapping[str, int]:
        """One query."""
        wanted = set(names)
        if not wanted:
            return {}
        target = versions.alias("target")
        query = (
            select(target.c.contract, func.count(versions.c.contract.distinct()))
            .join(version_references, version_references.c.target == target.c.id)
            .join(versions, versions.c.id == version_references.c.version)
            .where(target.c.contract.in_(wanted), versions.c.current, *self._seen)
            .group_by(target.c.contract)
        )
        return {row[0]: row[1] for row in self._connection.execute(query)}


class SqlTags:
    """Implements :class:`registry.services.links_port.Tags`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, contract: str, name: str) -> Tag | None:
        """By name."""
        row = self._connection.execute(
            _SELECT.where(tags.c.contract == contract, tags.c.name == name)
        ).one_or_none()
        return _tag(row) if row else None

    def of_contract(self, contract: str) -> Sequence[Tag]:
        """By name."""
        query = _SELECT.where(tags.c.contract == contract).order_by(tags.c.name)
        return [_tag(row) for row in self._connection.execute(query)]

    def put(self, tag: Tag, version: Version) -> None:
        """Take it off where it is, and put it on."""
        self.remove(tag)
        query = select(versions.c.id, versions.c.tags).where(
            versions.c.contract == version.contract,
            versions.c.number == str(version.number),
            versions.c.branch == version.branch,
            versions.c.revision == version.revision,
        )
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(f"{version.contract} has no version {version.label!r}")
        self._connection.execute(
            insert(tags).values(
                contract=tag.contract,
                name=tag.name,
                version=row.id,
                moved_at=tag.moved_at,
                moved_by=tag.moved_by,
            )
        )
        self._write(row.id, {*row.tags, tag.name})

    def remove(self, tag: Tag) -> None:
        """Take it off; nothing happens if it is nowhere."""
        mine = (tags.c.contract == tag.contract) & (tags.c.name == tag.name)
        query = select(versions.c.id, versions.c.tags).join(tags, tags.c.version == versions.c.id)
        for row in self._connection.execute(query.where(mine)).all():
            self._write(row.id, set(row.tags) - {tag.name})
        self._connection.execute(delete(tags).where(mine))

    def _write(self, version: int, names: set[str]) -> None:
        self._connection.execute(
            update(versions).where(versions.c.id == version).values(tags=sorted(names))
        )


_SELECT = select(
    tags, versions.c.number, versions.c.branch, versions.c.revision, versions.c.sha256
).join(versions, versions.c.id == tags.c.version)


def _tag(row: Row[Any]) -> Tag:
    label = f"{row.number}@{row.branch}" if row.branch else row.number
    return Tag(row.contract, row.name, label, row.revision, row.sha256, row.moved_at, row.moved_by)


def _referrer(row: Any) -> Referrer:
    return Referrer(
        row.contract,
        f"{row.number}@{row.branch}" if row.branch else row.number,
        row.owner,
        Lifecycle(row.lifecycle),
        row.direct,
        f"{row.to_number}@{row.to_branch}" if row.to_branch else row.to_number,
    )
