"""Names beside the numbers: a tag points to one revision of a version until it is moved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from registry.domain import Principal, Version
from registry.domain.identifiers import check_slug
from registry.errors import Conflict, Invalid, NotFound
from registry.services.authorization import Action, authorize
from registry.services.links_port import Tag
from registry.services.ports import Store, UnitOfWork
from registry.services.recording import record

LATEST = "latest"
"""Always means the highest release."""


@dataclass(frozen=True, slots=True)
class MoveTag:
    """``label``: where the tag is to point, a number, ``number@branch``, a branch or a tag."""

    contract: str
    tag: str
    label: str
    reason: str = ""


def move_tag(command: MoveTag, uow: UnitOfWork, caller: Principal) -> Tag:
    """Set the tag, or move it; where it points already nothing changes.

    Raises:
        NotFound: no such contract or version.
        Invalid: not a name, or one that means something else.
        Conflict: a branch has the name.
        Forbidden, Unauthenticated: the caller does not act for the contract's team.
    """
    check_tag("tag", command.tag)
    now = uow.now()
    with uow.write() as store:
        contract = store.contracts.get(command.contract)
        authorize(caller, Action.MOVE_TAG, contract.owner)
        store.contracts.lock(contract.name)
        version = version_of(store, contract.name, contract.latest, command.label)
        return point(store, version, command.tag, caller, now, command.reason)


def remove_tag(contract: str, tag: str, uow: UnitOfWork, caller: Principal) -> Tag:
    """Take the tag away; gives where it pointed.

    Raises:
        NotFound: no such contract or tag.
    """
    with uow.write() as store:
        found = store.contracts.get(contract)
        authorize(caller, Action.MOVE_TAG, found.owner)
        store.contracts.lock(contract)
        standing = store.tags.find(contract, tag)
        if standing is None:
            raise NotFound(f"{contract} has no tag {tag!r}")
        store.tags.remove(standing)
        record(
            store, caller, uow.now(), "tag.removed", f"contract:{contract}", before=standing,
            details={"contract": contract, "tag": tag, "version": standing.label},
        )  # fmt: skip
        return standing


def list_tags(contract: str, uow: UnitOfWork, caller: Principal) -> tuple[Tag, ...]:
    """Every tag of a contract, by name.

    Raises:
        NotFound: no such contract.
    """
    authorize(caller, Action.READ)
    with uow.read() as store:
        store.contracts.get(contract)
        return tuple(store.tags.of_contract(contract))


def check_tag(field: str, name: str) -> str:
    """``name`` if it can be a tag.

    Raises:
        Invalid: it is no name, or it is one that means a version already.
    """
    check_slug(field, name)
    if name == LATEST or name[0].isdigit():
        raise Invalid(field, f"{name!r} would be taken for a version; begin a tag with a letter")
    return name


def point_all(
    store: Store, version: Version, names: Iterable[str], caller: Principal, now: datetime
) -> None:
    """Several tags at once, in a transaction that goes on."""
    for name in names:
        point(store, version, check_tag("tags", name), caller, now, "")


def point(
    store: Store, version: Version, name: str, caller: Principal, now: datetime, reason: str
) -> Tag:
    """Let a tag point to a version; the caller holds the contract's lock."""
    contract = version.contract
    if any(v.branch == name for v in store.versions.of_contract(contract, brief=True)):
        raise Conflict(f"{contract} has a branch {name!r}; choose another name for the tag")
    before = store.tags.find(contract, name)
    same = (version.label, version.revision)
    if before is not None and (before.label, before.revision) == same:
        return before
    tag = Tag(contract, name, *same, version.sha256, now, caller.name)
    store.tags.put(tag, version)
    record(
        store,
        caller,
        now,
        "tag.moved",
        f"contract:{contract}",
        before=before,
        after=tag,
        reason=reason,
        details={
            "contract": contract,
            "tag": name,
            "version": version.label,
            "before": before.label if before else None,
        },
    )
    return tag


def version_of(store: Store, contract: str, latest: str | None, label: str) -> Version:
    """By label; ``latest`` is the highest release.

    Raises:
        NotFound: there is none.
    """
    if label != LATEST:
        return store.versions.get(contract, label)
    if latest is None:
        raise NotFound(f"{contract} has no release yet, only proposals")
    return store.versions.get(contract, latest)
