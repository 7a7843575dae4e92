"""``make run ARGS=--exit``: the main job ends well, and a second time changes nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.e2e.conftest import Run

KEPT = ("contracts", "versions", "blobs", "releases", "deployments", "systems", "teams")


def _counts(database: Path) -> dict[str, int]:
    with sqlite3.connect(database) as connection:
        tables = {r[0] for r in connection.execute("select name from sqlite_master")}
        assert set(KEPT) <= tables
        count = "select count(*) from {}"
        found = {t: connection.execute(count.format(t)).fetchone()[0] for t in KEPT}
    connection.close()
    return found


@pytest.mark.xdist_group("demo")
def test_the_main_job_twice(interlock: Run, tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = interlock("demo", "--exit", "--port", "0", "--data", data, timeout=280)
    assert first.status == 0, first.out + first.err
    for said in (
        "4 faults switched on",
        "BREAKING  erp.goods-receipt",
        "failed       erp.purchase-order",
        "passed       procurement.requisition",
        "passed       analytics.procure-to-pay",
        "NO  erp 2.0.0 → production",
        "http://127.0.0.1:",
    ):
        assert said in first.out
    for check in (
        "not_a_server_error",
        "response_schema_conformance",
        "status_code_conformance",
        "missing_required_header",
    ):
        assert check in first.out, "every switched-on fault is found"
    assert "curl -sS -i -X POST" in first.out
    before = _counts(data / "interlock.sqlite3")
    second = interlock("demo", "--exit", "--port", "0", "--data", data, timeout=280)
    assert second.status == 0, second.out + second.err
    assert "estate: unchanged" in second.out
    assert ": 0 new, 29 unchanged" in second.out
    assert _counts(data / "interlock.sqlite3") == before
