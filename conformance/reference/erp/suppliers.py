"""Supplier master: the ERP owns names, tax ids, bank, terms and blocks."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.reference.calls import Call, Rejected, Reply
from conformance.reference.capture import now
from conformance.reference.collection import Record
from conformance.reference.erp.books import Books, merged, shown, since, stamp
from conformance.reference.erp.seed import NO_BLOCKS
from conformance.reference.service import Handler
from contracts.governance.states import MACHINES

RESTRICTED = frozenset({"bankAccounts", "taxIds", "legalName", "paymentTerms", "blocks"})
LIFE = next(machine for machine in MACHINES if machine.name == "supplier")


class Suppliers:
    """Answers the operations of erp.supplier-master."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def handlers(self) -> Mapping[str, Handler]:
        """Operation ids and what answers them."""
        return {
            "listSuppliers": self.browse,
            "createSupplier": self.create,
            "getSupplier": self.get,
            "changeSupplier": self.change,
            "proposeSupplierChange": self.propose,
        }

    def browse(self, call: Call) -> Reply:
        """A page, filtered."""

        def keep(record: Record) -> bool:
            for name in ("country", "status"):
                if name in call.query and record[name] != call.query[name]:
                    return False
            moment = call.query.get("changedSince")
            return moment is None or since(record, "changedAt", moment)

        return Reply(200, self._books.suppliers.page(call, keep))

    def create(self, call: Call) -> Reply:
        """A new supplier in status approved, without blocks."""
        record = stamp({**call.body, "version": 1, "blocks": dict(NO_BLOCKS), "status": "approved"})
        self._books.suppliers.add(record["supplierId"], record)
        self._changed(call, record, sorted(call.body))
        where = f"/suppliers/{record['supplierId']}"
        return shown(record, 201, "version", Location=where)

    def get(self, call: Call) -> Reply:
        """One supplier."""
        return shown(self._books.suppliers.get(call.path["supplierId"]), 200, "version")

    def change(self, call: Call) -> Reply:
        """A merge patch under If-Match."""
        record = self._books.suppliers.get(call.path["supplierId"])
        self._books.check_version(call, record)
        state = call.body.get("status", record["status"])
        if state != record["status"] and not self._may(record["status"], state):
            raise Rejected(409, f"A supplier that is {record['status']} does not become {state}")
        result = merged(record, call.body)
        record.clear()
        record.update(stamp({**result, "version": result["version"] + 1}))
        self._changed(call, record, sorted(call.body))
        return shown(record, 200, "version")

    def propose(self, call: Call) -> Reply:
        """A proposal of a system that does not own the field."""
        record = self._books.suppliers.get(call.path["supplierId"])
        self._books.proposals += 1
        return Reply(
            202,
            {
                "changeRequestId": f"CR-2026-{self._books.proposals:04d}",
                "supplierId": record["supplierId"],
                "status": "pending",
                "needsApproval": bool(RESTRICTED & set(call.body["changes"])),
                "receivedAt": now(),
            },
        )

    def _may(self, now: str, then: str) -> bool:
        return LIFE.allowed(now, then) or "supplier-state-jumps" in self._books.faults

    def _changed(self, call: Call, record: Record, fields: list[str]) -> None:
        self._books.master_data_changed("supplier", call, record, record["supplierId"], fields)
