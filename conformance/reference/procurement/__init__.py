"""The procurement platform: requisitions, onboarding, and the workflow of purchase orders."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.reference.procurement.applications import Applications
from conformance.reference.procurement.faults import FAULTS
from conformance.reference.procurement.requisitions import Requisitions
from conformance.reference.procurement.sourcing import Sourcing
from conformance.reference.procurement.workflow import Workflow
from conformance.reference.service import Backstage, Blueprint, Handler, Parts


class Procurement:
    """Everything the platform keeps, behind the operations of its contracts."""

    def __init__(self, parts: Parts) -> None:
        self._requisitions = Requisitions(parts)
        self._applications = Applications()
        self._workflow = Workflow(parts, self._requisitions)
        self._sourcing = Sourcing(parts)

    def handlers(self) -> Mapping[str, Handler]:
        """Operation ids and what answers them."""
        return {**self._requisitions.handlers(), **self._applications.handlers()}

    def backstage(self) -> Mapping[str, Backstage]:
        """What buyers do, and what the platform hears from others."""
        return {**self._workflow.deeds(), **self._sourcing.deeds()}


PROCUREMENT = Blueprint(
    name="procurement",
    contracts=("procurement.requisition", "procurement.supplier-onboarding"),
    faults=FAULTS,
    build=Procurement,
)
