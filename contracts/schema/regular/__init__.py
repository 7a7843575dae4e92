"""Regular languages over Unicode: patterns, lengths and known formats as exact sets of strings."""

from __future__ import annotations

from contracts.schema.regular.backtracking import found_in
from contracts.schema.regular.divergence import divergent, undisputed
from contracts.schema.regular.errors import Budget, BudgetExceeded, Unsupported
from contracts.schema.regular.expansion import for_python, without_names, without_properties
from contracts.schema.regular.formats import Format, known
from contracts.schema.regular.language import Language

__all__ = [
    "Budget",
    "BudgetExceeded",
    "Format",
    "Language",
    "Unsupported",
    "divergent",
    "for_python",
    "found_in",
    "known",
    "undisputed",
    "without_names",
    "without_properties",
]
