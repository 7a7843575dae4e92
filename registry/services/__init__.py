"""One use case per file, a verb: ``verb(command, uow, caller) -> result``.

Every use case takes the :class:`~registry.services.ports.UnitOfWork` it works in and the
:class:`~registry.domain.Principal` who asks, authorises in one place, writes the audit entry and
the outbox event in the transaction that makes the change, and raises :mod:`registry.errors`.
"""
