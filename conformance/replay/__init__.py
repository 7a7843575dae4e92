"""A breaking finding shown live: its payload sent to the old and to the new deployment."""

from __future__ import annotations

from conformance.replay.runner import Deployment, replay
from conformance.replay.shown import Outcome, Replay, Side

__all__ = ["Deployment", "Outcome", "Replay", "Side", "replay"]
