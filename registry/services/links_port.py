"""What versions are tied to: the versions they refer to, and the names that point to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from registry.domain import Lifecycle, Version


@dataclass(frozen=True, slots=True)
class Referrer:
    """A version that refers to another, and what it refers to."""

    contract: str
    label: str
    owner: str
    """Team of the referring contract."""
    lifecycle: Lifecycle
    direct: bool
    """Whether its own document does, and not only one that it refers to."""
    refers_to: str
    """Label of the version that is referred to."""


def newest_each(referrers: Iterable[Referrer]) -> tuple[Referrer, ...]:
    """The first of every contract that is not retired; they come newest first."""
    found: dict[str, Referrer] = {}
    for one in referrers:
        if one.lifecycle is not Lifecycle.RETIRED:
            found.setdefault(one.contract, one)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Tag:
    """A name that points to one revision of a version, until it is moved."""

    contract: str
    name: str
    label: str
    revision: int
    sha256: str
    moved_at: datetime
    moved_by: str


class References(Protocol):
    """Which version refers to which."""

    def to(self, contract: str, label: str = "") -> Sequence[Referrer]:
        """Releases and last revisions of proposals that refer to a contract, or to one version
        of it; by name, newest first."""

    def to_many(self, names: Iterable[str]) -> Mapping[str, int]:
        """How many contracts refer to each."""


class Tags(Protocol):
    """Names beside the numbers."""

    def find(self, contract: str, name: str) -> Tag | None: ...
    def of_contract(self, contract: str) -> Sequence[Tag]:
        """By name."""

    def put(self, tag: Tag, version: Version) -> None:
        """Point a name to a version; whatever it pointed to before."""

    def remove(self, tag: Tag) -> None: ...
