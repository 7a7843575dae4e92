"""Settings as people write them: a number that is none is said in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.plan.suite import SuiteInvalid


def number(settings: Mapping[str, Any], name: str, default: float | None, most: float) -> float:
    """The setting ``name``, above 0 and at most ``most``.

    Raises:
        SuiteInvalid: it is something else.
    """
    value = settings.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
        raise SuiteInvalid(f"{name} is {value!r}; it must be a number above 0, at most {most:g}")
    return float(value)
