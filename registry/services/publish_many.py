"""Publish many versions in one transaction: all or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from contracts.errors import ContractError
from registry.domain import Principal
from registry.errors import RegistryError
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
) -> tuple[PublishOutcome, ...]:
    """Publish in the given order, each against those before it; nothing is stored if one fails.

    With a ``dry_run`` among them nothing is stored at all, and refusals are part of the answer.

    Raises:
        The errors of :func:`publish_version`, named with the file they belong to.
    """
    told = progress or (lambda _outcome: None)
    if len(commands) == 1:
        outcome = publish_version(commands[0], uow, caller)
        told(outcome)
        return (outcome,)
    dry = any(command.dry_run for command in commands)
    done: list[PublishOutcome] = []
    with suppress(_Undo), uow.write() as store:
        for command in commands:
            try:
                outcome = (rehearse_in if dry else publish_in)(store, command, caller, uow)
            except (RegistryError, ContractError) as error:
                _name(error, command)
                raise
            done.append(outcome)
            told(outcome)
        if dry:
            raise _Undo
    return tuple(done)


class _Undo(Exception):
    pass


def _name(error: RegistryError | ContractError, command: PublishVersion) -> None:
    """Say which of many files an error belongs to, where its sentence does not."""
    source = command.filename or command.contract or ""
    if source and isinstance(error, RegistryError) and source not in str(error):
        error.args = (f"{source}: {error}",)
