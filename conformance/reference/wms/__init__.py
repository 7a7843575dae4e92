"""The warehouse: counts goods, keeps stock, tells everybody."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.reference.service import Backstage, Blueprint, Handler, Parts
from conformance.reference.wms.faults import FAULTS
from conformance.reference.wms.receipts import Receipts
from conformance.reference.wms.stock import Stock


class Wms:
    """The warehouse has no contract over HTTP: what it does is told by events."""

    def __init__(self, parts: Parts) -> None:
        self._stock = Stock(parts)
        self._receipts = Receipts(parts, self._stock)

    def handlers(self) -> Mapping[str, Handler]:
        """No operation of a contract."""
        return {}

    def backstage(self) -> Mapping[str, Backstage]:
        """What people in the warehouse do."""
        return {**self._receipts.deeds(), **self._stock.deeds()}


WMS = Blueprint(name="wms", contracts=(), faults=FAULTS, build=Wms)
