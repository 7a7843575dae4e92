"""Publish many versions in one transaction: all or none."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress

from contracts.documents import load
from contracts.documents.bundling import SCHEME
from contracts.errors import ContractError
from contracts.governance.sidecar import load_sidecar
from registry.domain import Principal
from registry.errors import RegistryError
from registry.services.candidate import contract_of
from registry.services.ports import UnitOfWork
from registry.services.publish_version import (
    PublishOutcome,
    PublishVersion,
    publish_in,
    publish_version,
    rehearse_in,
)


def publish_many(
    commands: Sequence[PublishVersion],
    uow: UnitOfWork,
    caller: Principal,
    *,
    progress: Callable[[PublishOutcome], None] | None = None,
    unusable: Callable[[int, RegistryError | ContractError], None] | None = None,
) -> tuple[PublishOutcome, ...]:
    """Publish in the given order, what others refer to first, each against those before it;
    nothing is stored if one fails. The outcomes stand in the given order.

    With a ``dry_run`` among them nothing is stored at all, and refusals are part of the answer;
    so is what cannot be read, by its position, if somebody wants to hear of the ``unusable``.

    Raises:
        The errors of :func:`publish_version`, named with the file they belong to.
    """
    told = progress or (lambda _outcome: None)
    dry = any(command.dry_run for command in commands)
    if len(commands) == 1 and not (dry and unusable):
        outcome = publish_version(commands[0], uow, caller)
        told(outcome)
        return (outcome,)
    done: dict[int, PublishOutcome] = {}
    with suppress(_Undo), uow.write() as store:
        for at in referenced_first(commands):
            command = commands[at]
            try:
                outcome = (rehearse_in if dry else publish_in)(store, command, caller, uow)
            except (RegistryError, ContractError) as error:
                _name(error, command)
                if not dry or unusable is None:
                    raise
                unusable(at, error)
                continue
            done[at] = outcome
            told(outcome)
        if dry:
            raise _Undo
    return tuple(done[at] for at in sorted(done))


def referenced_first(commands: Sequence[PublishVersion]) -> list[int]:
    """Positions in the given order, but what another one refers to comes before that."""
    names = [_contract(command) for command in commands]
    wanted: list[set[str]] = []
    for command in commands:
        texts = (command.document, command.sidecar or b"")
        addressed = {m.group(1).decode() for text in texts for m in _ADDRESS.finditer(text)}
        listed = {r.contract for r in command.references} | _listed(command)
        wanted.append(addressed | listed)
    of_name: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        of_name.setdefault(name, []).append(at)
    order: dict[int, None] = {}
    entered: set[int] = set()
    for first in range(len(commands)):
        stack = [first]
        while stack:
            at = stack[-1]
            if at in order or at in entered:
                order[stack.pop()] = None
                continue
            entered.add(at)
            needed = [n for name in wanted[at] if name != names[at] for n in of_name.get(name, ())]
            stack.extend(n for n in sorted(needed, reverse=True) if n not in entered)
    return list(order)


_ADDRESS = re.compile(SCHEME.encode() + rb"([a-z0-9][a-z0-9._-]*)@")


def _contract(command: PublishVersion) -> str:
    """The contract's name; empty where it is not said, which is told when it is read."""
    with suppress(RegistryError, ContractError):
        return contract_of(command.contract, command.sidecar, command.sidecar_filename)
    return ""


def _listed(command: PublishVersion) -> set[str]:
    """Contracts that the sidecar gives names to."""
    if command.sidecar is None or b"references" not in command.sidecar:
        return set()
    with suppress(ContractError):
        sidecar = load_sidecar(load(command.sidecar, name=command.sidecar_filename))
        every = (*sidecar.references, *(r for v in sidecar.versions for r in v.references))
        return {reference.contract for reference in every}
    return set()


class _Undo(Exception):
    pass


def _name(error: RegistryError | ContractError, command: PublishVersion) -> None:
    """Say which of many files an error belongs to, where its sentence does not."""
    source = command.filename or command.contract or ""
    if source and isinstance(error, RegistryError) and source not in str(error):
        error.args = (f"{source}: {error}",)
