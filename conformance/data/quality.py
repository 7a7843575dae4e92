"""The library metrics of ODCS quality rules, counted row by row (ODCS 3.1, Data quality)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conformance.data.columns import Column
from contracts.verdict import Json

_NUMBERS = (
    "mustBe",
    "mustNotBe",
    "mustBeGreaterThan",
    "mustBeGreaterOrEqualTo",
    "mustBeLessThan",
    "mustBeLessOrEqualTo",
    "mustBeBetween",
    "mustNotBeBetween",
)


@dataclass(slots=True)
class Metric:
    """One library metric of ODCS and what it has counted."""

    metric: str
    declared: Mapping[str, Json]
    pointer: str
    label: str
    column: str | None
    positions: tuple[int, ...]
    valid: frozenset[str] | None
    missing: frozenset[str]
    counted: int = 0
    seen: set[bytes] = field(default_factory=set)

    @classmethod
    def of(
        cls, rule: Mapping[str, Json], pointer: str, column: Column | None, at: Mapping[str, int]
    ) -> Metric:
        """A rule as it is declared for a table or a column."""
        arguments = rule.get("arguments") or {}
        names = [column.name] if column else list(arguments.get("properties") or ())
        valid = arguments.get("validValues")
        return cls(
            metric=str(rule["metric"]),
            declared=rule,
            pointer=pointer,
            label=f"of {', '.join(names)} " if names else "",
            column=column.name if column else None,
            positions=tuple(at[name] for name in names if name in at),
            valid=frozenset(map(str, valid)) if isinstance(valid, list) else None,
            missing=frozenset(map(str, arguments.get("missingValues") or ())),
        )

    def take(self, row: Sequence[Any]) -> None:
        """Count one row."""
        values = [row[p] for p in self.positions if p < len(row)]
        if not values:
            return
        if self.metric == "nullValues":
            self.counted += any(value is None for value in values)
        elif self.metric == "missingValues":
            self.counted += any(v is None or str(v) in self.missing for v in values)
        elif self.metric == "invalidValues" and self.valid is not None:
            self.counted += any(v is not None and str(v) not in self.valid for v in values)
        elif self.metric == "duplicateValues":
            text = "\x1f".join(map(repr, values))
            name = hashlib.blake2b(text.encode(), digest_size=10).digest()
            self.counted += name in self.seen
            self.seen.add(name)

    def measured(self, rows: int) -> float:
        """The metric, in percent of the rows where the contract says so."""
        number = float(rows if self.metric == "rowCount" else self.counted)
        if self.declared.get("unit") == "percent" and rows:
            return 100 * number / rows
        return number


def violates(rule: Mapping[str, Json], value: float) -> str | None:
    """The bound of a metric that a value does not keep, as the contract writes it."""
    for name in _NUMBERS:
        wanted = rule.get(name)
        if wanted is None:
            continue
        pair = wanted if isinstance(wanted, list) and len(wanted) == 2 else (wanted, wanted)
        low, high = float(pair[0]), float(pair[1])
        kept = {
            "mustBe": value == low,
            "mustNotBe": value != low,
            "mustBeGreaterThan": value > low,
            "mustBeGreaterOrEqualTo": value >= low,
            "mustBeLessThan": value < low,
            "mustBeLessOrEqualTo": value <= low,
            "mustBeBetween": low <= value <= high,
            "mustNotBeBetween": not low <= value <= high,
        }[name]
        if not kept:
            return f"{name} {wanted}"
    return None


def metrics(
    place: str,
    declared: Mapping[str, Json],
    members: Sequence[Any],
    columns: Sequence[Column],
    at: Mapping[str, int],
) -> Iterator[Metric]:
    """Those of a table at ``place`` and of its columns; ``at``: where each column stands."""
    of_columns = [
        (column.pointer, member, column)
        for column, member in zip(columns, members, strict=False)
        if isinstance(member, Mapping)
    ]
    for where, owner, column in [(place, declared, None), *of_columns]:
        for index, rule in enumerate(owner.get("quality") or ()):
            if isinstance(rule, Mapping) and rule.get("metric"):
                yield Metric.of(rule, f"{where}/quality/{index}", column, at)
