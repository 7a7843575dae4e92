"""What a running registry is made of; built once by ``registry/app.py``."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from registry.domain import Principal
from registry.services.ports import JobQueue, UnitOfWork
from registry.services.recognise import Recognised
from registry.settings import Settings, is_loopback
from registry.shelf import DocumentShelf

EXTENSION = "interlock"
"""Key of the :class:`Runtime` in ``Flask.extensions``."""
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Runtime:
    """Pages and routes call ``verb(command, runtime.uow, caller)``."""

    settings: Settings
    uow: UnitOfWork
    queue: JobQueue
    recognised: Recognised = field(default_factory=Recognised)
    shelf: DocumentShelf = field(init=False)

    def __post_init__(self) -> None:
        most = self.settings.document_cache_mb * MEGABYTE
        object.__setattr__(self, "shelf", DocumentShelf(most))

    def seen_by(self, caller: Principal) -> Runtime:
        """As the caller sees it: a partner has documents of their own at hand, none of others'."""
        uow = self.uow.seen_by(caller)
        return self if uow is self.uow else replace(self, uow=uow)

    def own_host(self, host: str) -> bool:
        """Whether a ``Host`` header may name this registry; under ``--open`` only this machine
        does (DNS rebinding)."""
        name = host.rpartition(":")[0] or host
        return not self.settings.open or is_loopback(name) or is_loopback(host)
