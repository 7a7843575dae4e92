"""A run in a process of its own: a job on stdin, events as NDJSON on stdout, caps, a sure end."""

from __future__ import annotations

from conformance.process.parent import CANCEL_GRACE, Caps, Follower, child, follow, give

__all__ = ["CANCEL_GRACE", "Caps", "Follower", "child", "follow", "give"]
