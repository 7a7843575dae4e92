"""Runs that send nothing: messages read from a broker, rows read from a table."""

from __future__ import annotations

from conformance.passive.runner import KINDS, Job, run

__all__ = ["KINDS", "Job", "run"]
