"""What a source says it sent against what has arrived, in files and in a database."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from conformance.data import check_table, open_table
from conformance.evidence import Outcome
from contracts.documents import load

RULE = {
    "type": "custom",
    "engine": "interlock",
    "implementation": {
        "controlTotals": "day_control",
        "per": ["company"],
        "rows": "row_count",
        "sums": {"net": "net_total"},
    },
}
CONTRACT = load(
    json.dumps(
        {
            "apiVersion": "v3.1.0",
            "kind": "DataContract",
            "id": "d",
            "version": "1.0.0",
            "status": "active",
            "schema": [
                {
                    "name": "day",
                    "logicalType": "object",
                    "properties": [
                        {"name": "company", "logicalType": "string"},
                        {"name": "net", "logicalType": "number"},
                    ],
                    "quality": [RULE],
                }
            ],
        }
    ).encode(),
    name="day.json",
)
ROWS = [("DE01", "10.10"), ("DE01", "0.20"), ("FR01", "5.00")]
GOOD = [("DE01", 2, "10.30"), ("FR01", 1, "5")]
CASES = {
    "they agree": (GOOD, []),
    "a sum is less": ([("DE01", 2, "10.31"), GOOD[1]], ["DE01: the sum of net"]),
    "a row is missing": ([("DE01", 3, "10.30"), GOOD[1]], ["DE01: rows: 2 here, 3"]),
    "a key never came": ([*GOOD, ("AT01", 1, "1")], ["AT01: rows: 0 here, 1"]),
    "a key was not announced": (GOOD[:1], ["FR01: day_control says nothing"]),
}


def written(folder: Path, kind: str, control: list[Any] | None) -> str:
    if kind == "csv":
        lines = ["company,net", *(",".join(row) for row in ROWS)]
        (folder / "day.csv").write_text("\n".join(lines) + "\n")
        if control is not None:
            stated = ["company,row_count,net_total", *(",".join(map(str, row)) for row in control)]
            (folder / "day_control.csv").write_text("\n".join(stated) + "\n")
        return str(folder / "day.csv")
    path = folder / "lake.sqlite3"
    with sqlite3.connect(path) as lake:
        lake.execute("CREATE TABLE day (company TEXT, net NUMERIC)")
        lake.executemany("INSERT INTO day VALUES (?, ?)", ROWS)
        if control is not None:
            lake.execute(
                "CREATE TABLE day_control (company TEXT, row_count INT, net_total NUMERIC)"
            )
            lake.executemany("INSERT INTO day_control VALUES (?, ?, ?)", control)
    return f"sqlite:///{path}"


@pytest.mark.parametrize("kind", ["csv", "sqlite"])
@pytest.mark.parametrize("case", CASES)
def test_rows_and_sums(tmp_path: Path, kind: str, case: str) -> None:
    control, said = CASES[case]
    where = written(tmp_path, kind, control)
    with open_table(where, "day") as table:
        found = check_table(CONTRACT, table, where=where)
    assert found.outcome is (Outcome.FAILED if said else Outcome.PASSED), found.failures
    for sentence, failure in zip(said, found.failures, strict=True):
        assert failure.check == "control_totals"
        assert failure.message.startswith(sentence)
        assert failure.place is not None
        assert failure.place.pointer == "/schema/0/quality/0"


@pytest.mark.parametrize("kind", ["csv", "sqlite"])
def test_a_control_table_that_is_not_there_is_a_failure(tmp_path: Path, kind: str) -> None:
    where = written(tmp_path, kind, None)
    with open_table(where, "day") as table:
        found = check_table(CONTRACT, table, where=where)
    assert [f.check for f in found.failures] == ["control_totals"]
    assert "cannot be read" in found.failures[0].message
