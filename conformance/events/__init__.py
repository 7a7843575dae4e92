"""Do the messages that a system really sends keep its event contracts?"""

from __future__ import annotations

from conformance.events.capture import read_capture
from conformance.events.message import Message
from conformance.events.plan import CHECKS, EventSuite
from conformance.events.suite import check

__all__ = ["CHECKS", "EventSuite", "Message", "check", "read_capture"]
