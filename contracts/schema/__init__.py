"""The one place that understands JSON Schema: writer ⊆ reader by proof, witness, or "unknown"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.schema.containment import Break, Containment, Unknown
from contracts.schema.dialects import Dialect, detect
from contracts.schema.locations import SchemaAt
from contracts.schema.options import Budget, Options

if TYPE_CHECKING:
    from contracts.schema.prove import Prover

__all__ = [
    "Break",
    "Budget",
    "Containment",
    "Dialect",
    "Options",
    "Prover",
    "SchemaAt",
    "Unknown",
    "detect",
]


def __getattr__(name: str) -> Any:
    """Loads :class:`Prover` when it is first asked for: most documents that are read are equal."""
    if name == "Prover":
        from contracts.schema.prove import Prover

        return Prover
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
