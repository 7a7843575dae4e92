"""Sourcing: who gets the business, and the contracts that follow."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.reference.capture import Outlet, now
from conformance.reference.service import Backstage, Parts
from contracts.verdict import Json


def _outlet(address: str, name: str) -> Outlet:
    return Outlet(
        f"procurement.{address}",
        f"procurement.{address}.v1",
        "/procurement/sourcing",
        "https://interlock.example/contracts/procurement.sourcing-events/1.0.0"
        f"#/components/schemas/{name}",
    )


AWARDED = _outlet("sourcing.awarded", "Awarded")
SIGNED = _outlet("contract.signed", "ContractSigned")
EXPIRING = _outlet("contract.expiring", "ContractExpiring")


class Sourcing:
    """What strategic buyers do."""

    def __init__(self, parts: Parts) -> None:
        self._capture = parts.capture

    def deeds(self) -> Mapping[str, Backstage]:
        """What happens in sourcing, by name."""
        return {"award": self.award, "sign": self.sign, "remind": self.remind}

    def award(self, what: Mapping[str, Json]) -> Json:
        """A supplier wins a share."""
        data = {
            "sourcingId": what["sourcingId"],
            "supplierId": what["supplierId"],
            "items": what["items"],
            "awardedAt": now(),
        }
        return self._tell(AWARDED, data, str(what["sourcingId"]), what)

    def sign(self, what: Mapping[str, Json]) -> Json:
        """The contract is signed."""
        names = ("contractId", "supplierId", "validFrom", "validTo")
        data = {**{name: what[name] for name in names}, "signedAt": now()}
        return self._tell(SIGNED, data, str(what["contractId"]), what)

    def remind(self, what: Mapping[str, Json]) -> Json:
        """The contract ends soon."""
        names = ("contractId", "supplierId", "validTo", "daysLeft")
        data = {name: what[name] for name in names}
        return self._tell(EXPIRING, data, str(what["contractId"]), what)

    def _tell(self, outlet: Outlet, data: Json, key: str, what: Mapping[str, Json]) -> Json:
        return self._capture.emit(
            outlet, data, key=key, subject=key, correlation_id=str(what["correlationId"])
        )
