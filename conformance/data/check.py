"""A table held against an ODCS data contract, row by row in one pass."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from conformance.data.table_check import TableCheck
from conformance.data.tables import Table
from conformance.evidence import Contract, Heading, Run


def check_table(
    document: Contract,
    table: Table,
    *,
    source: str = "table",
    contract: str = "",
    environment: str = "local",
    where: str = "",
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Run:
    """Check columns, types, constraints, keys, quality metrics and freshness of one table.

    ``where`` it was opened: there are its control totals, if the contract names some.

    Raises:
        InvalidContract: the document declares no such table.
    """
    heading = Heading("data", contract or document.name, document.sha256, source, environment)
    started = now()
    checking = TableCheck(document, table)
    for row in table.rows:
        checking.take(row)
    checking.finish(now())
    if where:
        checking.compare(where)
    return checking.run(heading, started, now())
