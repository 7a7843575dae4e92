"""Publish many versions in one transaction: all or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from registry.domain import Principal
from registry.errors import RegistryError
from registry.services.ports import UnitOfWork
from registry.services.publish_version import PublishOutcome, PublishVersion, publish_in


def publish_many(
    commands: Sequence[PublishVersion],
    uow: UnitOfWork,
    caller: Principal,
    *,
    progress: Callable[[PublishOutcome], None] | None = None,
) -> tuple[PublishOutcome, ...]:
    """Publish in the given order, each against those before it; nothing is stored if one fails.

    Raises:
        The errors of :func:`publish_version`, named with the file they belong to.
    """
    done = []
    with uow.write() as store:
        for command in commands:
            try:
                outcome = publish_in(store, command, caller, uow)
            except RegistryError as error:
                error.args = (f"{command.filename or command.contract}: {error}",)
                raise
            done.append(outcome)
            if progress is not None:
                progress(outcome)
    return tuple(done)
