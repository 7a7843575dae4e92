"""May this change ship? A candidate document against what is stored."""

from __future__ import annotations

from pydantic import Field

from contracts.verdict import Mode
from registry.api.resources.publications import NamedReference
from registry.api.routes import Input, route
from registry.security.requests import caller, runtime
from registry.services.authorization import Action
from registry.services.check_compatibility import (
    CheckCompatibility,
    CompatibilityOutcome,
    check_compatibility,
)


class CheckRequest(Input):
    """A candidate; ``against`` a number, ``latest``, or nothing for what the mode asks."""

    contract: str = Field(max_length=100)
    document: str = Field(min_length=1)
    filename: str = Field("", max_length=300)
    format: str | None = None
    against: str = Field("", max_length=100)
    mode: Mode | None = None
    sidecar: str | None = Field(None, description="contract.yaml; left out: as it is in force")
    consumer: str = Field("", max_length=120, description="only what it means to this system")
    references: list[NamedReference] = Field([], max_length=200)


@route("POST", "/checks", action=Action.READ, problems=(400, 404))
def check(body: CheckRequest) -> CompatibilityOutcome:
    """Compare a candidate document with the stored versions; stores nothing."""
    command = CheckCompatibility(
        contract=body.contract,
        document=body.document.encode(),
        filename=body.filename,
        format=body.format,
        against=body.against,
        mode=body.mode,
        sidecar=None if body.sidecar is None else body.sidecar.encode(),
        consumer=body.consumer,
        references=tuple(reference.named() for reference in body.references),
    )
    return check_compatibility(command, runtime().uow, caller())
