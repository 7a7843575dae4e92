"""Publish many versions in one transaction: all or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from registry.domain import Principal
from registry.services.ports import UnitOfWork
from registry.services.publish_version import PublishOutcome, PublishVersion


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
    raise NotImplementedError
