"""Everything the registry refuses, each with a stable ``code`` and one sentence for the user.

:mod:`registry.problems` maps them to HTTP once, the command line to exit status once.
Documents that cannot be used raise :mod:`contracts.errors` and take the same roads.
"""

from __future__ import annotations

from collections.abc import Sequence

from contracts.lean_dataclasses import dataclass


class RegistryError(Exception):
    """The registry cannot do what was asked; ``str(error)`` is the sentence for the user."""

    code = "registry-error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(RegistryError):
    """The named thing does not exist, or is not visible to the caller."""

    code = "not-found"


class Conflict(RegistryError):
    """What was asked contradicts what is stored."""

    code = "conflict"


class VersionConflict(Conflict):
    """The version number exists with other content; a published version never changes."""

    code = "version-conflict"


class Unauthenticated(RegistryError):
    """The action needs a caller who is known: no, an expired or a revoked credential."""

    code = "unauthenticated"


class Forbidden(RegistryError):
    """The caller is known and may not do this."""

    code = "forbidden"


class TooManyAttempts(RegistryError):
    """Somebody tries too often; ``str(error)`` says when to come back."""

    code = "too-many-attempts"


class PolicyDenied(RegistryError):
    """A rule of the registry refuses the change; ``reasons`` lists every one of them.

    ``detail`` is the whole answer where there is one (a ``PublishOutcome``).
    """

    code = "policy-denied"

    def __init__(self, message: str, reasons: Sequence[str] = (), detail: object = None) -> None:
        super().__init__(message)
        self.reasons = tuple(reasons)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class FieldError:
    """One input field and what is wrong with it, mend included."""

    field: str
    message: str


class Invalid(RegistryError):
    """The input is not usable; ``errors`` names each field."""

    code = "invalid"

    def __init__(self, field: str, message: str, *more: FieldError) -> None:
        super().__init__(f"{field}: {message}" if field else message)
        self.field = field
        self.errors = (FieldError(field, message), *more)


class Unavailable(RegistryError):
    """The registry itself cannot answer now: database locked or gone, queue unreachable."""

    code = "unavailable"
