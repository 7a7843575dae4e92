"""A table held against an ODCS data contract, row by row in one pass."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from conformance.data.columns import Column, instant
from conformance.data.tables import Table
from conformance.events.suite import Contract
from conformance.evidence import Failure, OperationResult, Outcome, Run, Severity, cause_id
from conformance.evidence.grouping import Causes
from contracts.errors import InvalidContract
from contracts.verdict import Json, Place

CHECKS = ("columns", "types", "constraints", "required", "unique", "quality", "freshness")
_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}
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


def check_table(
    document: Contract,
    table: Table,
    *,
    source: str = "table",
    contract: str = "",
    environment: str = "local",
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Run:
    """Check columns, types, constraints, keys, quality metrics and freshness of one table.

    Raises:
        InvalidContract: the document declares no such table.
    """
    started = now()
    checker = _Checker(document, table)
    for row in table.rows:
        checker.take(row)
    checker.finish(now())
    ended = now()
    failures = checker.failures()
    reason = f"{len(failures)} causes of failure" if failures else ""
    stamp = "%Y-%m-%dT%H:%M:%SZ"
    return Run(
        id=str(uuid.uuid4()),
        suite="data",
        contract=contract or document.name,
        sha256=document.sha256,
        environment=environment,
        target=source,
        started_at=started.astimezone(UTC).strftime(stamp),
        finished_at=ended.astimezone(UTC).strftime(stamp),
        outcome=Outcome.FAILED if failures else Outcome.PASSED,
        reason=reason,
        operations=(
            OperationResult(
                table.name, checker.rows, {"row": checker.rows}, ("row",), len(failures)
            ),
        ),
        failures=failures,
        requests=checker.rows,
        checks=dict.fromkeys(CHECKS, checker.rows),
        duration=(ended - started).total_seconds(),
    )


@dataclass(slots=True)
class _Key:
    """Columns whose values together come once; remembered as short hashes."""

    positions: tuple[int, ...]
    pointer: str
    names: tuple[str, ...]
    seen: set[bytes] = field(default_factory=set)
    repeats: int = 0

    def take(self, row: Sequence[Any]) -> bool:
        """Whether the row repeats an earlier one."""
        text = "\x1f".join(repr(row[p]) for p in self.positions)
        name = hashlib.blake2b(text.encode(), digest_size=10).digest()
        if name in self.seen:
            self.repeats += 1
            return True
        self.seen.add(name)
        return False


class _Checker:
    def __init__(self, document: Contract, table: Table) -> None:
        self._document = document
        self._table = table
        self._place, declared = _object(document, table.name)
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
        self._keys = list(self._unique(members))
        self._rules = list(self._quality(declared, members))
        self._fresh = _freshness(document.data, table.name)
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

    def _unique(self, members: Sequence[Any]) -> Iterator[_Key]:
        pairs = [
            (member, column)
            for member, column in zip(members, self._columns, strict=False)
            if isinstance(member, Mapping)
        ]
        primary = sorted(
            ((int(m.get("primaryKeyPosition") or 1), n, c) for n, (m, c) in enumerate(pairs)
             if m.get("primaryKey")),
        )  # fmt: skip
        groups = [[column for _, _, column in primary]] if primary else []
        groups += [[column] for member, column in pairs if member.get("unique")]
        for group in groups:
            if all(column.name in self._at for column in group):
                yield _Key(
                    tuple(self._at[c.name] for c in group),
                    group[0].pointer,
                    tuple(c.name for c in group),
                )

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
        if self._fresh is not None and self._fresh[0] in self._at:
            moment = instant(row[self._at[self._fresh[0]]])
            if moment is not None and moment.tzinfo is not None:
                self._newest = max(moment, self._newest) if self._newest else moment

    def finish(self, now: datetime) -> None:
        """What only the whole table shows."""
        for rule in self._rules:
            measured = rule.measured(self.rows)
            wrong = _violates(rule.declared, measured)
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

    def _quality(self, declared: Mapping[str, Json], members: Sequence[Any]) -> Iterator[_Rule]:
        for where, owner, column in [
            (self._place, declared, None),
            *(
                (c.pointer, m, c)
                for m, c in zip(members, self._columns, strict=False)
                if isinstance(m, Mapping)
            ),
        ]:
            for index, rule in enumerate(owner.get("quality") or ()):
                if isinstance(rule, Mapping) and rule.get("metric"):
                    yield _Rule.of(rule, f"{where}/quality/{index}", column, self._at)

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

    def failures(self) -> tuple[Failure, ...]:
        """One failure per cause, with the line in the contract."""
        name = self._document.name
        return tuple(
            f.with_place(Place(f.place.pointer, self._document.line(f.place.pointer), name))
            for f in self._causes.failures()
            if f.place is not None
        )


_TITLES = {
    "columns": "Columns are not as declared",
    "types": "Value of another type",
    "constraints": "Value outside its limits",
    "required": "Required value is missing",
    "unique": "Key comes more than once",
    "quality": "Quality metric missed",
    "freshness": "Data is older than promised",
}


@dataclass(slots=True)
class _Rule:
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
    ) -> _Rule:
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


def _violates(rule: Mapping[str, Json], value: float) -> str | None:
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


def _object(document: Contract, name: str) -> tuple[str, Mapping[str, Json]]:
    data = document.data if isinstance(document.data, dict) else {}
    objects = data.get("schema")
    short = name.rpartition(".")[2]
    for index, item in enumerate(objects if isinstance(objects, list) else ()):
        if isinstance(item, Mapping) and short in {item.get("physicalName"), item.get("name")}:
            return f"/schema/{index}", item
    known = ", ".join(str(item.get("name")) for item in objects or () if isinstance(item, Mapping))
    raise InvalidContract(
        f"declares no table {short!r}; it has: {known or 'none'}", source=document.name
    )


def first_table(document: Contract) -> str:
    """The name of the first table a data contract declares.

    Raises:
        InvalidContract: it declares none.
    """
    data = document.data if isinstance(document.data, dict) else {}
    objects = data.get("schema")
    first = objects[0] if isinstance(objects, list) and objects else None
    if not isinstance(first, Mapping):
        raise InvalidContract("is no data contract with a schema (ODCS 3.1)", source=document.name)
    return str(first.get("physicalName") or first.get("name"))


def _freshness(data: Json, table: str) -> tuple[str, float, str] | None:
    """Column, seconds and place of the latency objective of a table."""
    properties = data.get("slaProperties") if isinstance(data, dict) else None
    for index, item in enumerate(properties if isinstance(properties, list) else ()):
        element = str(item.get("element") or "")
        if item.get("property") == "latency" and element.startswith(f"{table.rpartition('.')[2]}."):
            seconds = float(item.get("value", 0)) * _UNITS.get(str(item.get("unit", "s")), 1)
            return element.rpartition(".")[2], seconds, f"/slaProperties/{index}"
    return None
