"""Regular languages over Unicode: patterns, lengths and known formats as exact sets of strings."""

from __future__ import annotations

from contracts.schema.regular.errors import Budget, BudgetExceeded, Unsupported
from contracts.schema.regular.language import Language

__all__ = ["Budget", "BudgetExceeded", "Language", "Unsupported"]
