"""Where the values of a YAML text stand."""

from __future__ import annotations

from contracts.lean_dataclasses import dataclass


@dataclass(slots=True)
class Spot:
    """Where a value stands: its line, and the spots of its members or items."""

    line: int
    children: dict[str, Spot] | list[Spot] | None = None
