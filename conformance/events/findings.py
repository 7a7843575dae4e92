"""What is wrong with a message, before it becomes a failure."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.evidence import Severity

SEVERITY = {
    "readable": Severity.HIGH,
    "channel": Severity.HIGH,
    "message": Severity.HIGH,
    "payload": Severity.HIGH,
    "envelope": Severity.HIGH,
    "duplicates": Severity.MEDIUM,
    "ordering": Severity.HIGH,
    "sequence": Severity.HIGH,
    "partition_key": Severity.HIGH,
    "correlation": Severity.MEDIUM,
    "causation": Severity.MEDIUM,
    "event_style": Severity.MEDIUM,
    "lateness": Severity.LOW,
    "dead_letter": Severity.MEDIUM,
    "dead_letter_address": Severity.HIGH,
    "state_transitions": Severity.HIGH,
    "known_order_line": Severity.HIGH,
    "balanced_posting": Severity.CRITICAL,
    "control_total": Severity.CRITICAL,
    "undocumented_field": Severity.LOW,
}
"""Every event check and how much its failures weigh."""

TITLES = {
    "readable": "Message cannot be read",
    "channel": "Message on an address no contract declares",
    "message": "Message matches no message of its channel",
    "payload": "Message violates its schema",
    "envelope": "Message is not a CloudEvent",
    "duplicates": "Message came more than once",
    "ordering": "Messages of one key came out of order",
    "sequence": "Messages of one key are missing",
    "partition_key": "Partition key is not as declared",
    "correlation": "Correlation id is missing or malformed",
    "causation": "Cause does not fit",
    "event_style": "Event is not as thin or as fat as declared",
    "lateness": "Message came late",
    "dead_letter": "Dead letter without a reason",
    "dead_letter_address": "Dead letters have nowhere to go",
    "state_transitions": "Forbidden state transition",
    "known_order_line": "Message refers to an order line that does not exist",
    "balanced_posting": "Debits and credits differ",
    "control_total": "Control total is not met",
    "undocumented_field": "Undocumented field",
}


PROMISES = {
    "readable": "Every message can be read.",
    "channel": "Every message is on an address that a contract declares.",
    "message": "Every message matches exactly one message of its channel (AsyncAPI 3.0).",
    "payload": "Every message follows its schema, envelope and data.",
    "envelope": "Every message is a CloudEvent: specversion, id, source, type, a valid time.",
    "duplicates": "No pair of source and id comes twice (CloudEvents 1.0 §3.1.1).",
    "ordering": "The sequence of one partition key does not step back.",
    "sequence": "The sequence of one partition key has no gaps.",
    "partition_key": "Attribute and broker key are what x-partition-key declares.",
    "correlation": "The correlation id is there and well-formed; so is a causation id.",
    "causation": "A causationid names another event of the same transaction that came before.",
    "event_style": "Thin events (x-event-style) carry no record; fat ones carry x-state.",
    "lateness": "Messages come within the freshness objective.",
    "dead_letter": "Dead letters carry the header x-dead-letter-reason.",
    "dead_letter_address": "The address of x-dead-letter is declared, and there at the broker.",
    "state_transitions": "Statuses follow their state machine: each step, each way through it.",
    "known_order_line": "Receipts name lines their order has, where the order was seen.",
    "balanced_posting": "Debits and credits of a journal are equal in every currency.",
    "undocumented_field": "Drift only: every field is declared, also where the schema is open.",
    "control_total": "Numbers add up as x-control-total says, in a message or over a group.",
}
"""What each event check looks for."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one message; ``cause`` tells apart what has different causes."""

    check: str
    message: str
    pointer: str = ""
    cause: str = ""
