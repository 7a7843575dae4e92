"""What a running registry is made of; built once by ``registry/app.py``."""

from __future__ import annotations

from dataclasses import dataclass

from registry.services.ports import JobQueue, UnitOfWork
from registry.settings import Settings

EXTENSION = "interlock"
"""Key of the :class:`Runtime` in ``Flask.extensions``."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """Pages and routes call ``verb(command, runtime.uow, caller)``."""

    settings: Settings
    uow: UnitOfWork
    queue: JobQueue
