"""What recorded traffic or captured messages show that a consumer uses."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from conformance.events.capture import captured
from conformance.http.traffic import har_exchanges
from conformance.observed import use_of_messages, use_of_traffic
from registry.domain import Kind, Principal
from registry.errors import Invalid
from registry.services.get_version import get_version
from registry.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class InferUse:
    """An HTTP archive for an API, a capture (JSON lines or CloudEvents) for events; not kept."""

    contract: str
    content: bytes
    filename: str
    base: str = ""
    """What stands before the contract's paths, such as ``/api/v1``."""


def infer_use(command: InferUse, uow: UnitOfWork, caller: Principal) -> dict[str, Any]:
    """A proposal in the words of ``contract.yaml`` ``consumers[]``; nothing is stored.

    Raises:
        NotFound: no such contract, or no release of it.
        Invalid: the contract is called in neither way, or nothing in it belongs to the contract.
        contracts.errors.ContractError: the file cannot be read.
    """
    view = get_version(command.contract, "latest", uow, caller)
    if view.contract.kind is Kind.API:
        what = "exchanges"
        exchanges = har_exchanges(command.content, command.filename)
        observed = use_of_traffic(view.resolved, exchanges, command.base)
    elif view.contract.kind is Kind.EVENT:
        what = "messages"
        messages = captured(io.BytesIO(command.content), command.filename)
        observed = use_of_messages(view.resolved, messages)
    else:
        raise Invalid("file", f"{command.contract} is neither called nor received; use words")
    if not observed.uses:
        raise Invalid("file", f"no {what} of {command.contract} in {command.filename}")
    left_out = f"; {observed.strange} others left out" if observed.strange else ""
    taken = f"{observed.taken} {what if observed.taken != 1 else what[:-1]}"
    purpose = f"Inferred from {taken} in {command.filename}{left_out}"
    return {"purpose": purpose[:500], "uses": [dict(use) for use in observed.uses]}
