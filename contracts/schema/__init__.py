"""The one place that understands JSON Schema: writer ⊆ reader by proof, witness, or "unknown"."""

from contracts.schema.containment import Break, Containment, Unknown
from contracts.schema.dialects import Dialect, detect
from contracts.schema.locations import SchemaAt
from contracts.schema.options import Budget, Options
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
