"""What traffic that already exists shows that the contract does not say."""

from __future__ import annotations

from conformance.drift.apart import drift_apart
from conformance.drift.looking import drift

__all__ = ["drift", "drift_apart"]
