"""Lint policies: one per file below ``policies/``, registered under an id that is never renamed."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache

from contracts.governance.subject import Subject
from contracts.lean_dataclasses import dataclass
from contracts.verdict import Level


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a policy does not like: where, and what. ``sidecar``: the place is in the sidecar."""

    pointer: str
    message: str
    sidecar: bool = False
    mend: str | None = None


Check = Callable[[Subject], Iterator[Complaint]]


@dataclass(frozen=True, slots=True)
class LintPolicy:
    """One rule of the house; ``why`` and ``mend`` are shown to the user."""

    id: str
    level: Level
    why: str
    mend: str
    check: Check


_REGISTERED: dict[str, LintPolicy] = {}


def policy(identity: str, *, level: Level, mend: str) -> Callable[[Check], Check]:
    """Register a policy; its docstring says why it exists.

    Raises:
        ValueError: the id is taken.
    """

    def register(check: Check) -> Check:
        if identity in _REGISTERED:
            message = f"lint policy {identity!r} exists twice"
            raise ValueError(message)
        why = (check.__doc__ or "").strip()
        _REGISTERED[identity] = LintPolicy(identity, level, why, mend, check)
        return check

    return register


@cache
def policies() -> tuple[LintPolicy, ...]:
    """Every policy, ordered by id."""
    from contracts.governance import policies as room

    for module in pkgutil.iter_modules(room.__path__):
        importlib.import_module(f"{room.__name__}.{module.name}")
    return tuple(sorted(_REGISTERED.values(), key=lambda item: item.id))
