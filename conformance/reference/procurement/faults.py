"""What can be wrong with the procurement platform."""

from __future__ import annotations

from conformance.reference.faults import Fault

FAULTS: tuple[Fault, ...] = ()
