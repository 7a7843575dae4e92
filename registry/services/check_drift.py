"""What recorded traffic shows that a stored contract does not say."""

from __future__ import annotations

from dataclasses import dataclass, replace

from conformance.drift import drift_apart
from conformance.evidence import Run
from contracts.documents import load
from registry.domain import Kind, Principal
from registry.errors import Invalid
from registry.services.authorization import Action, authorize
from registry.services.get_version import get_version
from registry.services.ports import UnitOfWork

MOST_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class CheckDrift:
    """A recording of the traffic of a contract; ``base`` is cut off paths. It is not kept."""

    contract: str
    content: bytes
    filename: str = "recording"
    version: str = "latest"
    base: str = ""


def check_drift(command: CheckDrift, uow: UnitOfWork, caller: Principal) -> Run:
    """Undocumented operations, parameters, codes, fields and values; nothing is stored.

    Raises:
        NotFound: no such contract or version.
        Invalid: the recording is too large, or the contract describes no traffic.
        contracts.errors.ContractError: the recording cannot be read.
    """
    authorize(caller, Action.RUN_CONFORMANCE)
    if len(command.content) > MOST_BYTES:
        raise Invalid("recording", f"is larger than {MOST_BYTES >> 20} MiB; give a part of it")
    view = get_version(command.contract, command.version, uow, caller)
    if view.contract.kind is Kind.DATA_PRODUCT:
        raise Invalid("contract", f"{command.contract} is a data product; start a run instead")
    version = view.version
    with uow.read() as store:
        content = store.blobs.get(version.sha256)
    document = load(content, name=version.filename or command.contract)
    found = drift_apart(document, [(command.filename, command.content)], base=command.base)
    return replace(found, contract=f"{version.contract} {version.label}")
