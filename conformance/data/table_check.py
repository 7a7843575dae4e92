"""Rows of a table held against its data contract, one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from conformance.data.columns import Column, instant
from conformance.data.declared import freshness_of, table_of
from conformance.data.keys import keys
from conformance.data.quality import metrics, violates
from conformance.data.tables import Table
from conformance.data.totals import control_totals, open_control
from conformance.evidence import (
    Contract,
    Failure,
    Heading,
    OperationResult,
    Outcome,
    Run,
    Severity,
    cause_id,
)
from conformance.evidence.grouping import Causes
from contracts.errors import ContractError
from contracts.verdict import Place

CHECKS = (
    "columns",
    "types",
    "constraints",
    "required",
    "unique",
    "quality",
    "freshness",
    "control_totals",
)
_TITLES = {
    "columns": "Columns are not as declared",
    "types": "Value of another type",
    "constraints": "Value outside its limits",
    "required": "Required value is missing",
    "unique": "Key comes more than once",
    "quality": "Quality metric missed",
    "freshness": "Data is older than promised",
    "control_totals": "Control total is not met",
}


class TableCheck:
    """Takes rows one by one; can be asked at any moment what it found."""

    def __init__(self, document: Contract, table: Table) -> None:
        self._document = document
        self._table = table
        self._place, declared = table_of(document, table.name)
        self._declared = declared
        members = declared.get("properties") or []
        self._columns = [
            Column.of(member, f"{self._place}/properties/{index}")
            for index, member in enumerate(members)
            if isinstance(member, Mapping)
        ]
        self._at = {name: index for index, name in enumerate(table.columns)}
        self._causes = Causes()
        self._newest: datetime | None = None
        self.rows = 0
        self._present = [(c, self._at[c.name]) for c in self._columns if c.name in self._at]
        self._keys = list(keys(members, self._columns, self._at))
        self._rules = list(metrics(self._place, declared, members, self._columns, self._at))
        self._totals = list(control_totals(self._place, declared, self._at))
        self._fresh = freshness_of(document.data, table.name)
        self._missing_columns()

    def _missing_columns(self) -> None:
        for column in self._columns:
            if column.name not in self._at:
                text = f"The column {column.name} is not in the table"
                self._found("columns", text, column.pointer, Severity.CRITICAL)
        known = {column.name for column in self._columns}
        for name in self._table.columns:
            if name not in known:
                text = f"The column {name} is not declared"
                self._found("columns", text, f"{self._place}/properties", Severity.LOW, name)

    def take(self, row: Sequence[Any]) -> None:
        """Check one row."""
        self.rows += 1
        if len(row) != len(self._table.columns):
            text = f"Row {self.rows} has {len(row)} values; {len(self._table.columns)} are columns"
            self._found("columns", text, self._place, Severity.CRITICAL, "width")
            return
        for column, position in self._present:
            value = row[position]
            if value is None:
                if column.required:
                    text = f"Row {self.rows}: {column.name} is null"
                    self._found("required", text, column.pointer, Severity.HIGH)
                continue
            for kind, sentence in column.faults(value, self._table.typed):
                check = "types" if kind == "type" else "constraints"
                text = f"Row {self.rows}: {column.name}: {sentence}"
                self._found(check, text, column.pointer, Severity.HIGH, kind)
        for key in self._keys:
            if key.take(row):
                text = f"Row {self.rows} repeats {', '.join(key.names)}"
                self._found("unique", text, key.pointer, Severity.HIGH, ",".join(key.names))
        for rule in self._rules:
            rule.take(row)
        for total in self._totals:
            total.take(row)
        if self._fresh is not None and self._fresh[0] in self._at:
            moment = instant(row[self._at[self._fresh[0]]])
            if moment is not None and moment.tzinfo is not None:
                self._newest = max(moment, self._newest) if self._newest else moment

    def finish(self, now: datetime) -> None:
        """What only the whole table shows."""
        for rule in self._rules:
            measured = rule.measured(self.rows)
            wrong = violates(rule.declared, measured)
            if wrong:
                text = f"{rule.metric} {rule.label}is {measured:g} and {wrong}"
                weight = (
                    Severity.HIGH if rule.declared.get("severity") == "error" else Severity.MEDIUM
                )
                self._found("quality", text, rule.pointer, weight)
        if self._fresh is not None and self._newest is not None:
            age = (now - self._newest).total_seconds()
            if age > self._fresh[1]:
                column, promised, pointer = self._fresh
                text = f"The newest {column} is {age:.0f} s old; {promised:.0f} s are promised"
                self._found("freshness", text, pointer, Severity.MEDIUM)

    def compare(self, where: str) -> None:
        """Hold the sums against the control tables beside the table that was read at ``where``."""
        for total in self._totals:
            try:
                with open_control(where, total.table) as control:
                    for text in total.faults(control):
                        self._found("control_totals", text, total.pointer, Severity.CRITICAL)
            except ContractError as error:
                text = f"{total.table} cannot be read: {error}"
                self._found("control_totals", text, total.pointer, Severity.CRITICAL, "unread")

    def _found(
        self, check: str, message: str, pointer: str, severity: Severity, extra: str = ""
    ) -> None:
        self._causes.add(
            Failure(
                check=check,
                title=_TITLES[check],
                message=message[:500],
                operation=self._table.name,
                severity=severity,
                cause=cause_id(check, pointer, extra),
                place=Place(pointer),
            )
        )

    def run(
        self,
        heading: Heading,
        started: datetime,
        ended: datetime,
        warnings: tuple[str, ...] = (),
    ) -> Run:
        """The evidence of what was taken so far."""
        failures = self.failures()
        count = len(failures)
        reason = f"{count} cause{'s' if count > 1 else ''} of failure" if count else ""
        rows = self.rows
        return heading.run(
            started,
            ended,
            Outcome.FAILED if failures else Outcome.PASSED,
            reason,
            operations=(OperationResult(self._table.name, rows, {"row": rows}, ("row",), count),),
            failures=failures,
            warnings=warnings,
            requests=rows,
            checks=dict.fromkeys(CHECKS, rows),
        )

    @property
    def causes(self) -> int:
        """How many causes of failure were found so far."""
        return len(self._causes.failures())

    def failures(self) -> tuple[Failure, ...]:
        """One failure per cause, with the line in the contract."""
        name = self._document.name
        return tuple(
            f.with_place(Place(f.place.pointer, self._document.line(f.place.pointer), name))
            for f in self._causes.failures()
            if f.place is not None
        )
