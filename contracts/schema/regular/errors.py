"""Why a language cannot be computed; the engine answers *unknown* with this reason."""

from __future__ import annotations

from contracts.lean_dataclasses import dataclass


class Unsupported(Exception):
    """The pattern says something that is not a regular language here, or not ECMA-262."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BudgetExceeded(Unsupported):
    """Computing it would take more states or steps than allowed."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What one language may cost.

    ``pattern``: characters of the pattern. ``states``: of an automaton, deterministic or not.
    ``work``: transitions computed for one operation; some millions take a second.
    """

    pattern: int = 100_000
    states: int = 20_000
    work: int = 5_000_000


class Meter:
    """Counts the work of one operation against its budget."""

    __slots__ = ("_left", "budget")

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self._left = budget.work

    def spend(self, work: int) -> None:
        """Take ``work`` from what is left.

        Raises:
            BudgetExceeded: nothing is left.
        """
        self._left -= work
        if self._left < 0:
            raise BudgetExceeded(f"it takes more than {self.budget.work:,} automaton steps")

    def states(self, count: int) -> None:
        """Check the size of an automaton.

        Raises:
            BudgetExceeded: it is over the budget.
        """
        if count > self.budget.states:
            raise BudgetExceeded(f"its automaton has more than {self.budget.states:,} states")
