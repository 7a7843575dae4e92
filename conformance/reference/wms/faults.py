"""What can be wrong with the warehouse."""

from __future__ import annotations

from conformance.reference.faults import Fault

FAULTS: tuple[Fault, ...] = ()
