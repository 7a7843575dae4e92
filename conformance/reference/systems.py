"""The systems that can be played."""

from __future__ import annotations

from conformance.reference.analytics import ANALYTICS
from conformance.reference.erp import ERP
from conformance.reference.procurement import PROCUREMENT
from conformance.reference.service import Blueprint
from conformance.reference.wms import WMS

SYSTEMS: dict[str, Blueprint] = {
    blueprint.name: blueprint for blueprint in (ERP, PROCUREMENT, WMS, ANALYTICS)
}
