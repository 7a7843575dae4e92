"""The systems that can be played."""

from __future__ import annotations

from conformance.reference.erp import ERP
from conformance.reference.service import Blueprint

SYSTEMS: dict[str, Blueprint] = {blueprint.name: blueprint for blueprint in (ERP,)}
