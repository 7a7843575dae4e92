"""Which semantic-versioning step a change asks for (semver.org 2.0.0, items 6 to 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from contracts.compatibility.rules.lifecycle import ODDITY
from contracts.verdict import Bump, Finding, Level


def recommended_bump(
    findings: Iterable[Finding],
    changes: Mapping[str, int],
    interface_changed: Callable[[], bool],
) -> Bump:
    """Major if it breaks or might, minor if more is possible, patch if only words changed.

    ``interface_changed`` is asked only if the findings do not settle it.
    """
    found = [f for f in findings if f.rule != ODDITY or f.level is not Level.INFO]
    if any(f.level in {Level.ERROR, Level.UNKNOWN} for f in found):
        return Bump.MAJOR
    if found:
        return Bump.MINOR
    if not any(changes.values()):
        return Bump.NONE
    return Bump.MINOR if interface_changed() else Bump.PATCH
