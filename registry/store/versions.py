"""Versions as rows; a proposal's older revisions stay, marked as not current."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from contracts.verdict import Bump, Verdict
from registry.domain import Lifecycle, Number, Problem, Reference, Version
from registry.domain.document import PublishedDocument
from registry.domain.encode import to_json
from registry.errors import NotFound, VersionConflict
from registry.store.history import History
from registry.store.sight import Sight, seen
from registry.store.tables import blobs, contracts, tags, version_references, versions

_SOURCE = select(
    versions.c.number, versions.c.branch, versions.c.sha256, versions.c.filename, blobs.c.content
).where(
    versions.c.contract == bindparam("contract"),
    versions.c.branch == bindparam("branch"),
    versions.c.current,
    blobs.c.sha256 == versions.c.sha256,
)
# built once: building a statement takes longer than carrying it out
_DOCUMENT = _SOURCE.where(versions.c.number == bindparam("number"))
_LATEST_DOCUMENT = _SOURCE.where(
    contracts.c.name == bindparam("contract"), versions.c.number == contracts.c.latest
)

NUMBER = re.compile(r"\d+\.\d+\.\d+")
"""How the label of a number begins; every other label is a name."""
MOVING = ("lifecycle", "deprecated_at", "sunset_at")


class SqlVersions:
    """Implements :class:`registry.services.ports.Versions`."""

    def __init__(self, connection: Connection, sight: Sight | None = None) -> None:
        self._connection = connection
        self._sight = sight
        self._seen = seen(sight, versions.c.contract)

    def find(self, contract: str, label: str) -> Version | None:
        """By label; a name that is no number is a tag before it is a branch."""
        number, _, branch = label.partition("@")
        if not branch and not NUMBER.match(number):
            return self._named(contract, number)
        query = select(versions).where(
            versions.c.contract == contract,
            versions.c.number == number,
            versions.c.branch == branch,
            versions.c.current,
            *self._seen,
        )
        row = self._connection.execute(query).one_or_none()
        return self._version(row) if row else None

    def _named(self, contract: str, name: str) -> Version | None:
        tagged = (
            select(versions)
            .join(tags, tags.c.version == versions.c.id)
            .where(tags.c.contract == contract, tags.c.name == name, *self._seen)
        )
        proposed = (
            select(versions)
            .where(
                versions.c.contract == contract,
                versions.c.branch == name,
                versions.c.current,
                *self._seen,
            )
            .order_by(versions.c.id.desc())
            .limit(1)
        )
        for query in (tagged, proposed):
            row = self._connection.execute(query).one_or_none()
            if row is not None and name:
                return self._version(row)
        return None

    def get(self, contract: str, label: str) -> Version:
        """By label."""
        found = self.find(contract, label)
        if found is None:
            raise NotFound(f"{contract} has no version {label!r}")
        return found

    def document(self, contract: str, label: str) -> PublishedDocument | None:
        """By label, in one statement."""
        number, _, branch = label.partition("@")
        query = _LATEST_DOCUMENT if label == "latest" else _DOCUMENT
        given = {"contract": contract, "number": number, "branch": branch}
        if self._seen:
            query = query.where(*self._seen)
        row = self._connection.execute(query, given).one_or_none()
        if row is None:
            return None
        found = f"{row.number}@{row.branch}" if row.branch else row.number
        return PublishedDocument(contract, found, row.sha256, row.filename, bytes(row.content))

    def get_many(
        self, wanted: Iterable[tuple[str, str]], *, at: datetime | None = None
    ) -> Mapping[tuple[str, str], Version]:
        """Releases, or proposals where there is no release; in one query, or two for the past."""
        pairs = set(wanted)
        if not pairs:
            return {}
        names, numbers = {name for name, _ in pairs}, {number for _, number in pairs}
        # two lists, not one of pairs: SQLite has no index for pairs and would read every version
        known = versions.c.current if at is None else versions.c.published_at <= at
        query = (
            select(versions)
            .where(
                versions.c.contract.in_(names), versions.c.number.in_(numbers), known, *self._seen
            )
            .order_by(versions.c.branch.desc(), versions.c.published_at)
        )
        # releases have the empty branch, come last and win
        rows = {(row.contract, row.number): row for row in self._connection.execute(query)}
        found = {pair: self._version(row) for pair, row in rows.items() if pair in pairs}
        return found if at is None else self._as_of(found, at)

    def _as_of(
        self, found: Mapping[tuple[str, str], Version], at: datetime
    ) -> Mapping[tuple[str, str], Version]:
        """With the lifecycles of that instant."""
        keys = {pair: f"{version.contract}@{version.label}" for pair, version in found.items()}
        then = History(self._connection, "version").at(keys.values(), at)
        return {
            pair: replace(version, **_lifecycle(then[keys[pair]]))
            if then.get(keys[pair])
            else version
            for pair, version in found.items()
        }

    def of_contract(self, contract: str, *, brief: bool = False) -> Sequence[Version]:
        """Highest number first, releases before proposals of the same number."""
        columns = [c for c in versions.c if not (brief and c is versions.c.problems)]
        query = select(*columns).where(
            versions.c.contract == contract, versions.c.current, *self._seen
        )
        found = [self._version(row) for row in self._connection.execute(query)]
        found.sort(key=lambda version: version.branch)
        found.sort(key=lambda version: version.number.precedence, reverse=True)
        return found

    def latest(self, names: Iterable[str]) -> Mapping[str, Version]:
        """The highest release of each, in one query."""
        wanted = set(names)
        if not wanted:
            return {}
        query = (
            select(versions)
            .join(contracts, contracts.c.name == versions.c.contract)
            .where(
                contracts.c.name.in_(wanted),
                versions.c.number == contracts.c.latest,
                versions.c.branch == "",
                *self._seen,
            )
        )
        return {row.contract: self._version(row) for row in self._connection.execute(query)}

    def proposals(self, names: Iterable[str]) -> Mapping[str, int]:
        """Counts, in one query."""
        wanted = set(names)
        if not wanted:
            return {}
        query = (
            select(versions.c.contract, func.count())
            .where(
                versions.c.contract.in_(wanted),
                versions.c.branch != "",
                versions.c.current,
                *self._seen,
            )
            .group_by(versions.c.contract)
        )
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def recent(self, limit: int) -> Sequence[Version]:
        """Last published first."""
        query = select(versions).where(versions.c.current, *self._seen)
        query = query.order_by(versions.c.id.desc())
        return [self._version(row) for row in self._connection.execute(query.limit(limit))]

    def open_breaks(self, limit: int) -> Sequence[Version]:
        """Proposals of a number that is not released yet and whose verdict is not compatible."""
        released = versions.alias("released")
        query = (
            select(versions)
            .where(
                *self._seen,
                versions.c.current,
                versions.c.branch != "",
                versions.c.verdict.in_((Verdict.BREAKING.value, Verdict.UNKNOWN.value)),
                ~select(released.c.id)
                .where(
                    released.c.contract == versions.c.contract,
                    released.c.number == versions.c.number,
                    released.c.branch == "",
                )
                .exists(),
            )
            .order_by(versions.c.verdict, versions.c.id.desc())
        )
        return [self._version(row) for row in self._connection.execute(query.limit(limit))]

    def overdue(self, now: datetime, limit: int) -> Sequence[Version]:
        """Past their sunset and not retired, longest first."""
        return self.sunsets(now, limit)

    def sunsets(self, before: datetime, limit: int) -> Sequence[Version]:
        """With a sunset before, and not retired, earliest first."""
        query = (
            select(versions)
            .where(
                *self._seen,
                versions.c.current,
                versions.c.sunset_at < before,
                versions.c.lifecycle != Lifecycle.RETIRED.value,
            )
            .order_by(versions.c.sunset_at)
        )
        return [self._version(row) for row in self._connection.execute(query.limit(limit))]

    def _version(self, row: Row[Any]) -> Version:
        version = _version(row)
        if self._sight is None:
            return version
        told = tuple(problem for problem in version.problems if problem.source == "document")
        return replace(version, problems=told)

    def add(self, version: Version) -> None:
        """Insert; the unique constraint decides between two who publish one number at once."""
        if version.branch:
            self._connection.execute(
                update(versions)
                .where(
                    versions.c.contract == version.contract,
                    versions.c.number == str(version.number),
                    versions.c.branch == version.branch,
                )
                .values(current=False)
            )
        try:
            result = self._connection.execute(insert(versions).values(_row(version)))
        except IntegrityError as error:
            if "uq_versions" in str(error.orig) or "UNIQUE" in str(error.orig):
                raise VersionConflict(
                    f"{version.contract} {version.label} exists; publish under another number"
                ) from None
            raise
        if version.references:
            key = result.inserted_primary_key
            assert key is not None
            self._tie(key[0], version)

    def _tie(self, id_: int, version: Version) -> None:
        """Remember the way back from everything the version refers to."""
        wanted = {(r.contract, r.version, r.sha256) for r in version.references}
        direct = {(r.contract, r.version, r.sha256) for r in version.references if not r.by}
        query = select(
            versions.c.id, versions.c.contract, versions.c.number, versions.c.branch,
            versions.c.sha256,
        ).where(
            versions.c.contract.in_({contract for contract, _, _ in wanted}),
            versions.c.sha256.in_({sha256 for _, _, sha256 in wanted}),
        )  # fmt: skip
        found = {}
        for row in self._connection.execute(query.order_by(versions.c.id)):
            label = f"{row.number}@{row.branch}" if row.branch else row.number
            found[row.contract, label, row.sha256] = row.id
        self._connection.execute(
            insert(version_references),
            [
                {"version": id_, "target": found[target], "direct": target in direct}
                for target in sorted(wanted)
            ],
        )

    def set_lifecycle(
        self,
        version: Version,
        lifecycle: Lifecycle,
        deprecated_at: datetime | None,
        sunset_at: datetime | None,
        at: datetime,
    ) -> None:
        """The one thing of a release that moves on; where it stood before is remembered."""
        moved = replace(
            version, lifecycle=lifecycle, deprecated_at=deprecated_at, sunset_at=sunset_at
        )
        key = f"{version.contract}@{version.label}"
        was, is_ = ({name: getattr(v, name) for name in MOVING} for v in (version, moved))
        History(self._connection, "version").remember(key, was, is_, at)
        self._connection.execute(
            update(versions)
            .where(
                versions.c.contract == version.contract,
                versions.c.number == str(version.number),
                versions.c.branch == version.branch,
            )
            .values(lifecycle=lifecycle.value, deprecated_at=deprecated_at, sunset_at=sunset_at)
        )


def _lifecycle(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Lifecycle and its dates as they were remembered."""
    dates = {
        name: datetime.fromisoformat(stored[name]) if stored[name] else None
        for name in ("deprecated_at", "sunset_at")
    }
    return {"lifecycle": Lifecycle(stored["lifecycle"]), **dates}


def _row(version: Version) -> dict[str, Any]:
    row: dict[str, Any] = {
        column.name: getattr(version, column.name)
        for column in versions.columns
        if column.name not in {"id", "current"}
    }
    return row | {
        "number": str(version.number),
        "current": True,
        "lifecycle": version.lifecycle.value,
        "verdict": version.verdict.value if version.verdict else None,
        "bump": version.bump.value if version.bump else None,
        "problems": to_json(version.problems),
        "tags": to_json(version.tags),
        "references": to_json(version.references) or None,
    }


def _version(row: Row[Any]) -> Version:
    values = dict(row._mapping)
    del values["id"], values["current"]
    values |= {
        "number": Number.parse(values["number"]),
        "lifecycle": Lifecycle(values["lifecycle"]),
        "verdict": Verdict(values["verdict"]) if values["verdict"] else None,
        "bump": Bump(values["bump"]) if values["bump"] else None,
        "problems": tuple(Problem(**item) for item in values.get("problems", ())),
        "tags": tuple(values["tags"]),
        "references": tuple(Reference(**item) for item in values["references"] or ()),
    }
    return Version(**values)
