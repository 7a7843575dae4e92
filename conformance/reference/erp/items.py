"""Item master: the ERP owns identity, base unit, tax class and GTIN."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.reference.calls import Call, Rejected, Reply
from conformance.reference.collection import Record
from conformance.reference.erp.books import Books, merged, shown, since, stamp
from conformance.reference.service import Handler


class Items:
    """Answers the operations of erp.item-master."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def handlers(self) -> Mapping[str, Handler]:
        """Operation ids and what answers them."""
        return {"listItems": self.browse, "getItem": self.get, "changeItem": self.change}

    def browse(self, call: Call) -> Reply:
        """A page, filtered."""

        def keep(record: Record) -> bool:
            if "gtin" in call.query and record.get("gtin") != call.query["gtin"]:
                return False
            moment = call.query.get("changedSince")
            return moment is None or since(record, "changedAt", moment)

        return Reply(200, self._books.items.page(call, keep))

    def get(self, call: Call) -> Reply:
        """One item."""
        return shown(self._books.items.get(call.path["itemId"]), 200, "version")

    def change(self, call: Call) -> Reply:
        """A merge patch under If-Match."""
        record = self._books.items.get(call.path["itemId"])
        self._books.check_version(call, record)
        units = [entry["uom"] for entry in call.body.get("uomConversions", ())]
        if len(units) != len(set(units)):
            raise Rejected(409, "A unit is converted twice; give each unit once")
        result = merged(record, call.body)
        record.clear()
        record.update(stamp({**result, "version": result["version"] + 1}))
        self._books.master_data_changed("item", call, record, record["itemId"], sorted(call.body))
        return shown(record, 200, "version")
