"""Analytics: data products over HTTP, one of them loaded from events."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.reference.analytics.faults import FAULTS
from conformance.reference.analytics.procure_to_pay import ProcureToPay
from conformance.reference.analytics.tables import inventory_position, supplier_performance
from conformance.reference.service import Backstage, Blueprint, Handler, Parts


class Analytics:
    """Rows that others read."""

    def __init__(self, _parts: Parts) -> None:
        self._product = ProcureToPay()
        self._tables = (inventory_position(), supplier_performance())

    def handlers(self) -> Mapping[str, Handler]:
        """Operation ids and what answers them."""
        tables = {name: h for table in self._tables for name, h in table.handlers().items()}
        return {**self._product.handlers(), **tables}

    def backstage(self) -> Mapping[str, Backstage]:
        """Loading."""
        return self._product.deeds()


ANALYTICS = Blueprint(
    name="analytics",
    contracts=(
        "analytics.procure-to-pay",
        "analytics.inventory-position",
        "analytics.supplier-performance",
    ),
    faults=FAULTS,
    build=Analytics,
)
