"""Tables against data contracts: every check with rows that keep it and rows that do not."""

from __future__ import annotations

import csv
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

import contracts
from conformance.data import CHECKS, Table, check_table, open_table
from conformance.data.tables import TableUnreachable
from conformance.evidence import Outcome, Run
from contracts.documents import from_data, load
from contracts.errors import DocumentUnreadable, InvalidContract

LIBRARY = Path(contracts.__file__).parent / "library"
CONTRACT = from_data(
    {
        "kind": "DataContract",
        "slaProperties": [{"property": "latency", "value": 15, "unit": "m", "element": "t.as_of"}],
        "schema": [
            {
                "name": "t",
                "quality": [
                    {"metric": "rowCount", "mustBeGreaterThan": 0, "severity": "error"},
                    {
                        "metric": "invalidValues",
                        "mustBe": 0,
                        "arguments": {"properties": ["state"], "validValues": ["new", "done"]},
                    },
                    {
                        "metric": "duplicateValues",
                        "mustBeLessThan": 50,
                        "unit": "percent",
                        "arguments": {"properties": ["state"]},
                    },
                ],
                "properties": [
                    {"name": "id", "logicalType": "integer", "primaryKey": True},
                    {
                        "name": "code",
                        "logicalType": "string",
                        "physicalType": "varchar(4)",
                        "required": True,
                        "logicalTypeOptions": {"pattern": "^[A-Z]+$"},
                    },
                    {
                        "name": "amount",
                        "logicalType": "number",
                        "physicalType": "numeric(5,2)",
                        "logicalTypeOptions": {"minimum": 0},
                    },
                    {"name": "state", "logicalType": "string"},
                    {"name": "day", "logicalType": "date"},
                    {"name": "as_of", "logicalType": "timestamp"},
                ],
            }
        ],
    },
    name="t.odcs.yaml",
)
COLUMNS = ("id", "code", "amount", "state", "day", "as_of")
NOW = datetime(2026, 3, 17, 12, 0, tzinfo=UTC)
GOOD: dict[str, Any] = {
    "id": 1,
    "code": "AB",
    "amount": 1.25,
    "state": "new",
    "day": "2026-03-17",
    "as_of": "2026-03-17T11:50:00Z",
}


def rows(*changes: dict[str, Any]) -> list[list[Any]]:
    filled = [{**GOOD, "id": n, **change} for n, change in enumerate(changes, 1)]
    return [[row[name] for name in COLUMNS] for row in filled]


def run(data: list[list[Any]], columns: tuple[str, ...] = COLUMNS, *, typed: bool = True) -> Run:
    return check_table(CONTRACT, Table("t", columns, iter(data), typed), now=lambda: NOW)


CASES: list[tuple[str, str, list[dict[str, Any]], bool]] = [
    ("types", "as declared", [{}], False),
    ("types", "no integer", [{"id": 1.5}], True),
    ("types", "no number", [{"amount": "much"}], True),
    ("types", "no date", [{"day": "tomorrow"}], True),
    ("types", "no instant", [{"as_of": "noon"}], True),
    ("types", "no text", [{"code": 7}], True),
    ("constraints", "within", [{"amount": 999.99, "code": "ABCD"}], False),
    ("constraints", "too long", [{"code": "ABCDE"}], True),
    ("constraints", "another pattern", [{"code": "ab"}], True),
    ("constraints", "below", [{"amount": -0.01}], True),
    ("constraints", "too many decimals", [{"amount": 1.255}], True),
    ("constraints", "too many digits", [{"amount": 1000}], True),
    ("required", "optional is null", [{"amount": None}], False),
    ("required", "required is null", [{"code": None}], True),
    ("unique", "two keys", [{}, {"state": "done"}], False),
    ("unique", "one key twice", [{"id": 1}, {"id": 1, "state": "done"}], True),
    ("quality", "valid", [{}, {"state": "done"}], False),
    ("quality", "no rows", [], True),
    ("quality", "a value nobody declared", [{"state": "old"}], True),
    ("quality", "too many alike", [{}, {}, {}], True),
    ("freshness", "fresh", [{}], False),
    ("freshness", "old", [{"as_of": "2026-03-17T11:00:00Z"}], True),
]


@pytest.mark.parametrize(
    ("check", "changes", "fails"),
    [(c[0], c[2], c[3]) for c in CASES],
    ids=[f"{c[0]}: {c[1]}" for c in CASES],
)
def test_checks(check: str, changes: list[dict[str, Any]], fails: bool) -> None:
    found = run(rows(*changes))
    assert (check in {f.check for f in found.failures}) is fails, found.failures
    if not fails:
        assert found.outcome is Outcome.PASSED, found.failures


def test_columns() -> None:
    data = [row[:-1] for row in rows({})]
    found = run(data, COLUMNS[:-1])
    assert [f.message for f in found.failures] == ["The column as_of is not in the table"]
    found = run([[*row, 1] for row in rows({})], (*COLUMNS, "extra"))
    assert [(f.check, f.severity.value) for f in found.failures] == [("columns", "low")]
    found = run([rows({})[0][:3]])
    assert found.failures[0].message.startswith("Row 1 has 3 values")


def test_every_check_has_a_passing_and_a_failing_case() -> None:
    for name in CHECKS:
        if name not in {"columns", "control_totals"}:
            assert {c[3] for c in CASES if c[0] == name} == {True, False}


def test_a_csv_file_and_a_sqlite_table_say_the_same(tmp_path: Path) -> None:
    data = rows({}, {"state": "done"}, {"code": None, "state": "new"})
    with (tmp_path / "t.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows([["" if v is None else v for v in row] for row in data])
    database = sqlite3.connect(tmp_path / "t.db")
    database.execute(f"CREATE TABLE t ({', '.join(COLUMNS)})")
    database.executemany("INSERT INTO t VALUES (?,?,?,?,?,?)", data)
    database.commit()
    database.close()
    results = []
    for where in (str(tmp_path / "t.csv"), f"sqlite:///{tmp_path}/t.db"):
        with open_table(where, "t") as table:
            found = check_table(CONTRACT, table, now=lambda: NOW)
        results.append([(f.check, f.message) for f in found.failures])
    assert results[0] == results[1] == [("required", "Row 3: code is null")]


def test_a_library_contract_and_its_table(tmp_path: Path) -> None:
    document = load(LIBRARY / "analytics/supplier-performance/1.0.0.odcs.yaml")
    names = [p["name"] for p in document.get("/schema/0/properties")]
    row = ["SUP-1", "2026-02", 41, 92.7, 98.1, -0.4, 5.5, 94.2, "2026-03-17T03:00:00Z"]
    table = Table("supplier_performance", tuple(names), iter([row]), True)
    found = check_table(document, table, now=lambda: NOW)
    assert found.failures == ()
    row[3] = 101
    table = Table("supplier_performance", tuple(names), iter([row]), True)
    found = check_table(document, table, now=lambda: NOW)
    assert [f.check for f in found.failures] == ["constraints"]
    assert found.failures[0].place is not None
    assert found.failures[0].place.line is not None


def test_mistakes_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InvalidContract, match="declares no table 'other'"):
        check_table(CONTRACT, Table("other", (), iter(()), True))
    with pytest.raises(DocumentUnreadable, match="cannot be opened"), open_table("no.csv", "t"):
        pass
    (tmp_path / "empty.csv").touch()
    empty = pytest.raises(DocumentUnreadable, match="first line names the columns")
    with empty, open_table(str(tmp_path / "empty.csv"), "t"):
        pass
    missing = pytest.raises(DocumentUnreadable, match="no such file")
    with missing, open_table("sqlite:///nowhere.db", "t"):
        pass
    sqlite3.connect(tmp_path / "t.db").close()
    (tmp_path / "t.db").touch()
    unknown = pytest.raises(TableUnreachable, match="no such table")
    with unknown, open_table(f"sqlite:///{tmp_path}/t.db", 'x"; DROP TABLE t; --'):
        pass


def test_a_parquet_file_is_read_with_its_types(tmp_path: Path) -> None:
    path = tmp_path / "it's.parquet"
    duckdb.sql("SET TimeZone = 'UTC'")
    duckdb.sql(
        "SELECT 1 AS id, 'AB' AS code, 1.50::DECIMAL(5,2) AS amount, 'new' AS state, "
        "DATE '2026-03-01' AS day, TIMESTAMPTZ '2026-03-01 10:00:00+00' AS as_of "
        "UNION ALL SELECT 1, NULL, 2.25, 'odd', NULL, NULL"
    ).write_parquet(str(path))
    with open_table(str(path), "t") as table:
        assert table.typed
        found = check_table(CONTRACT, table, now=lambda: datetime(2026, 3, 1, 10, 5, tzinfo=UTC))
    assert {f.check for f in found.failures} == {"required", "unique", "quality"}
    with open_table(f"parquet://{path}", "t") as table:
        late = check_table(CONTRACT, table, now=lambda: datetime(2026, 3, 1, 11, tzinfo=UTC))
    assert "freshness" in {f.check for f in late.failures}


def test_a_file_that_is_no_parquet_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "day.parquet"
    path.write_bytes(b"PAR1 but not really")
    with pytest.raises(DocumentUnreadable, match="is not a Parquet file"):  # noqa: SIM117
        with open_table(str(path), "t"):
            pass
    with pytest.raises(DocumentUnreadable, match="no such file"):  # noqa: SIM117
        with open_table(str(tmp_path / "none.parquet"), "t"):
            pass
