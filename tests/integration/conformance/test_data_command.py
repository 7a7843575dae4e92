"""A PostgreSQL table is read in place and told about as a file is."""

from __future__ import annotations

import psycopg
import pytest

from conformance.data import check_table, open_table
from conformance.data.tables import TableUnreachable
from conformance.evidence import Outcome
from contracts.documents import load
from tests.integration.conformance.conftest import document_of
from tests.integration.conformance.test_command import interlock
from tests.integration.postgres import running_server

CONTRACT = document_of("analytics.supplier-performance", kind="odcs")
COLUMNS = """supplier_id varchar(20), period char(7), order_lines integer, on_time_pct numeric,
fill_rate_pct numeric, price_variance_pct numeric, response_hours numeric, score numeric,
as_of timestamptz"""


def test_a_postgresql_table() -> None:
    with running_server() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE SCHEMA published")
            connection.execute(f"CREATE TABLE published.supplier_performance ({COLUMNS})")
            connection.execute(
                "INSERT INTO published.supplier_performance VALUES "
                "('SUP-1', '2026-02', 41, 92.7, 98.1, -0.4, 5.5, 94.2, now()), "
                "('SUP-1', '2026-03', 41, 120, 98.1, -0.4, null, 94.2, now())"
            )
        with open_table(url, "published.supplier_performance") as table:
            found = check_table(load(CONTRACT), table)
        assert found.outcome is Outcome.FAILED
        assert [f.message for f in found.failures] == ["Row 2: on_time_pct: 120 is above 100"]
        with pytest.raises(TableUnreachable, match="does not exist"), open_table(url, "nothing"):
            pass
        done = interlock(
            *("data", "--contract", str(CONTRACT), "--source", url),
            *("--table", "published.supplier_performance"),
        )
        assert done.returncode == 1, done.stderr
        assert "120 is above 100" in done.stdout


def test_nobody_there() -> None:
    done = interlock(
        "data", "--contract", str(CONTRACT), "--source", "postgresql://me:pw@127.0.0.1:9/x"
    )
    assert done.returncode == 4
    assert "127.0.0.1" in done.stderr
    assert "pw" not in done.stderr.replace("psycopg", "")
