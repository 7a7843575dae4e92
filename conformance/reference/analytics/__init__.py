"""Analytics: the procure-to-pay data product over HTTP."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.reference.analytics.faults import FAULTS
from conformance.reference.analytics.procure_to_pay import ProcureToPay
from conformance.reference.service import Backstage, Blueprint, Handler, Parts


class Analytics:
    """Rows that others read, loaded from events."""

    def __init__(self, _parts: Parts) -> None:
        self._product = ProcureToPay()

    def handlers(self) -> Mapping[str, Handler]:
        """Operation ids and what answers them."""
        return self._product.handlers()

    def backstage(self) -> Mapping[str, Backstage]:
        """Loading."""
        return self._product.deeds()


ANALYTICS = Blueprint(
    name="analytics", contracts=("analytics.procure-to-pay",), faults=FAULTS, build=Analytics
)
