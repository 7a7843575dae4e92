"""Does a table keep its data contract (ODCS 3.1)?"""

from __future__ import annotations

from conformance.data.check import check_table
from conformance.data.table_check import CHECKS
from conformance.data.tables import Table, open_table

__all__ = ["CHECKS", "Table", "check_table", "open_table"]
