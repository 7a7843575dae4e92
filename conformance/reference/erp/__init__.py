"""The ERP: masters, purchase orders, goods receipts, availability."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.reference.erp.availability import Availability
from conformance.reference.erp.books import Books
from conformance.reference.erp.faults import FAULTS
from conformance.reference.erp.items import Items
from conformance.reference.erp.orders import Orders
from conformance.reference.erp.receipts import Receipts
from conformance.reference.erp.sales import Sales
from conformance.reference.erp.suppliers import Suppliers
from conformance.reference.service import Backstage, Blueprint, Handler, Parts


class Erp:
    """Everything the ERP keeps, behind the operations of its contracts."""

    def __init__(self, parts: Parts) -> None:
        books = Books(parts)
        self._desks = (
            Suppliers(books),
            Items(books),
            Orders(books),
            Receipts(books),
            Availability(books),
            Sales(books),
        )

    def handlers(self) -> Mapping[str, Handler]:
        """Operation ids and what answers them."""
        return {name: h for desk in self._desks for name, h in desk.handlers().items()}

    def backstage(self) -> Mapping[str, Backstage]:
        """Nothing happens in the ERP but through its contracts."""
        return {}


ERP = Blueprint(
    name="erp",
    contracts=(
        "erp.supplier-master",
        "erp.item-master",
        "erp.purchase-order",
        "erp.goods-receipt",
        "erp.inventory-availability",
        "erp.sales-order",
    ),
    faults=FAULTS,
    build=Erp,
)
