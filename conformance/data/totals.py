"""Control totals: what a source says it sent, against what has arrived (ODCS custom quality rule).

A table's ``quality`` holds ``{type: custom, engine: interlock, implementation: {controlTotals:
<table>, per: [company_code], rows: row_count, sums: {net_amount: net_total}}}``: the named table,
in the same database or beside the file, has one row per key with the number of rows and the sums.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from conformance.data.tables import Table, open_table
from contracts.verdict import Json

SHOWN = 20
"""Keys that are named."""


@dataclass(slots=True)
class ControlTotals:
    """One rule, and what the rows of the table add up to."""

    table: str
    pointer: str
    per: tuple[str, ...]
    rows: str
    sums: Mapping[str, str]
    positions: tuple[int, ...]
    summed: Mapping[str, int]
    found: dict[tuple[str, ...], list[Decimal]] = field(default_factory=dict)

    def take(self, row: Sequence[Any]) -> None:
        """Count one row."""
        key = tuple(str(row[p]) for p in self.positions)
        totals = self.found.get(key)
        if totals is None:
            totals = self.found[key] = [Decimal(0)] * (1 + len(self.summed))
        totals[0] += 1
        for index, position in enumerate(self.summed.values(), 1):
            totals[index] += _number(row[position]) or 0

    def faults(self, control: Table) -> Iterator[str]:
        """Where the control table says otherwise, at most twenty sentences."""
        at = {name: index for index, name in enumerate(control.columns)}
        wanted = [*self.per, *([self.rows] if self.rows else []), *self.sums.values()]
        missing = [name for name in wanted if name not in at]
        if missing:
            yield f"{self.table} has no column {missing[0]}"
            return
        told = 0
        seen: set[tuple[str, ...]] = set()
        for row in control.rows:
            key = tuple(str(row[at[name]]) for name in self.per)
            seen.add(key)
            for sentence in self._compared(key, row, at):
                told += 1
                if told <= SHOWN:
                    yield sentence
        for key in list(self.found.keys() - seen)[:SHOWN]:
            yield f"{self._named(key)}{self.table} says nothing of it"

    def _compared(
        self, key: tuple[str, ...], row: Sequence[Any], at: Mapping[str, int]
    ) -> Iterator[str]:
        totals = self.found.get(key) or [Decimal(0)] * (1 + len(self.summed))
        pairs = [("rows", self.rows, totals[0])] if self.rows else []
        pairs += [
            (f"the sum of {column}", stated, totals[index])
            for index, (column, stated) in enumerate(self.sums.items(), 1)
        ]
        for what, stated, total in pairs:
            said = _number(row[at[stated]])
            if said is None or said != total:
                yield f"{self._named(key)}{what}: {total} here, {row[at[stated]]} in {self.table}"

    def _named(self, key: tuple[str, ...]) -> str:
        return f"{', '.join(key)}: " if key else ""


def control_totals(
    place: str, declared: Mapping[str, Json], at: Mapping[str, int]
) -> Iterator[ControlTotals]:
    """The rules of a table; ``at``: where each column stands. Columns that are missing are told
    by another check."""
    for index, rule in enumerate(declared.get("quality") or ()):
        stated = rule.get("implementation") if isinstance(rule, Mapping) else None
        if not isinstance(stated, Mapping) or not isinstance(stated.get("controlTotals"), str):
            continue
        sums = {str(a): str(b) for a, b in (stated.get("sums") or {}).items()}
        per = tuple(map(str, stated.get("per") or ()))
        if any(name not in at for name in (*per, *sums)):
            continue
        yield ControlTotals(
            table=stated["controlTotals"],
            pointer=f"{place}/quality/{index}",
            per=per,
            rows=str(stated.get("rows") or ""),
            sums=sums,
            positions=tuple(at[name] for name in per),
            summed={name: at[name] for name in sums},
        )


@contextmanager
def open_control(where: str, name: str) -> Iterator[Table]:
    """The control table: in the database ``where``, or a file of its name beside that file.

    Raises:
        ContractError: it is not there.
    """
    path = Path(where.removeprefix("parquet://"))
    if "://" in where and not where.startswith("parquet://"):
        target = where
    else:
        target = str(path.with_name(name + path.suffix))
        target = f"parquet://{target}" if where.startswith("parquet://") else target
    with open_table(target, name) as table:
        yield table


def _number(value: Any) -> Decimal | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
