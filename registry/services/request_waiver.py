"""Ask that a named break be allowed for named consumers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from registry.domain import Principal, Waiver
from registry.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class RequestWaiver:
    """Breaks of ``to_version`` for those built against ``from_version``, by fingerprint.

    Empty ``fingerprints`` means every break found between the two now; empty ``consumers``
    every consumer that breaks now. Both are resolved and stored as a list, so that a break
    found later is not waived by accident.
    """

    contract: str
    from_version: str
    to_version: str
    reason: str
    expires_at: datetime
    fingerprints: tuple[str, ...] = ()
    consumers: tuple[str, ...] = ()
    environment: str = ""


def request_waiver(command: RequestWaiver, uow: UnitOfWork, caller: Principal) -> Waiver:
    """Store the request; it counts once the consumers' approvers have signed.

    Raises:
        Invalid: no reason, an expiry that is past or more than a year away, or nothing to waive.
        NotFound: no such contract, version, consumer or environment.
    """
    raise NotImplementedError
