"""What an external partner may see: a condition that every query of theirs carries.

A partner sees the contracts that are shared with one of their teams, by name, by the system that
provides them or by a tag, and those that their own teams own or provide; of consumers only their
own systems; of other systems and teams only those that stand behind a contract they see.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, String, or_, select

from contracts.documents import load
from contracts.errors import ContractError
from registry.domain import System, Team
from registry.domain.sharing import ShareKind
from registry.store.tables import contracts, shares, systems
from registry.store.types import dumps

TOLD = (
    "id", "title", "description", "purpose", "provider", "owner", "support", "lifecycle",
    "criticality", "classification", "residency", "pattern", "profile", "compatibility", "sla",
    "policies", "tags",
)  # fmt: skip
"""Members of contract.yaml that a partner is shown; of ``consumers`` only their own systems."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What the members of some teams may see at an instant."""

    teams: frozenset[str]
    systems: frozenset[str]
    """Those of the teams."""
    names: frozenset[str]
    providers: frozenset[str]
    tags: frozenset[str]

    @classmethod
    def of(cls, connection: Connection, teams: frozenset[str], now: datetime) -> Sight:
        """Two queries."""
        standing = select(shares.c.kind, shares.c.subject).where(
            shares.c.team.in_(teams),
            shares.c.revoked_at.is_(None),
            or_(shares.c.expires_at.is_(None), shares.c.expires_at > now),
        )
        shared: dict[str, set[str]] = {kind.value: set() for kind in ShareKind}
        for row in connection.execute(standing):
            shared[row.kind].add(row.subject)
        own = select(systems.c.id).where(systems.c.team.in_(teams))
        return cls(
            teams,
            frozenset(connection.scalars(own)),
            frozenset(shared[ShareKind.CONTRACT]),
            frozenset(shared[ShareKind.SYSTEM]),
            frozenset(shared[ShareKind.TAG]),
        )

    def contract(self, name: ColumnElement[str]) -> ColumnElement[bool]:
        """Whether a column names a contract they see."""
        return name.in_(select(_SEEN.c.name).where(self._seen()))

    def _seen(self) -> ColumnElement[bool]:
        tags = _SEEN.c.tags.cast(String)
        return or_(
            _SEEN.c.name.in_(self.names),
            _SEEN.c.provider.in_(self.providers | self.systems),
            _SEEN.c.owner.in_(self.teams),
            *(tags.contains(dumps(tag), autoescape=True) for tag in sorted(self.tags)),
        )

    def system(self, id_: ColumnElement[str]) -> ColumnElement[bool]:
        """Whether a column names their own system, or one that provides what they see."""
        return or_(id_.in_(self.systems), id_.in_(select(_SEEN.c.provider).where(self._seen())))

    def team(self, id_: ColumnElement[str]) -> ColumnElement[bool]:
        """Whether a column names their own team, or one behind a contract they see."""
        behind = select(_BEHIND.c.team).where(self.system(_BEHIND.c.id))
        owners = select(_SEEN.c.owner).where(self._seen())
        return or_(id_.in_(self.teams), id_.in_(owners), id_.in_(behind))

    def of_system(self, system: System) -> System:
        """Another's system without what the estate notes about it."""
        if system.id in self.systems:
            return system
        return replace(system, description="", facts={})

    def of_team(self, team: Team) -> Team:
        """Another's team without its members."""
        return team if team.id in self.teams else replace(team, members=())

    def sidecar(self, content: bytes) -> bytes:
        """A sidecar as JSON with the members a partner is shown."""
        try:
            data = load(content, name="contract.yaml").data
        except ContractError:
            return b"{}"
        if not isinstance(data, dict):
            return b"{}"
        told = {name: data[name] for name in TOLD if name in data}
        consumers = [
            one
            for one in data.get("consumers") or ()
            if isinstance(one, dict) and one.get("system") in self.systems
        ]
        return dumps(told | {"consumers": consumers}).encode()


_SEEN = contracts.alias("seen")
_BEHIND = systems.alias("behind")


def seen(sight: Sight | None, name: ColumnElement[str]) -> list[ColumnElement[bool]]:
    """The condition on a column of contract names; none for whoever sees everything."""
    return [] if sight is None else [sight.contract(name)]
