"""Two versions of an exchange as one question: who writes, and who reads."""

from __future__ import annotations

from contracts.formats.contract import Element, Side
from contracts.lean_dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meeting:
    """A writer and a reader, and which of them is the new version."""

    writer: Element
    reader: Element
    label: str
    reader_is_new: bool

    @classmethod
    def of(cls, old: Element, new: Element, *, swapped: bool) -> Meeting:
        """Who reads whom when consumers keep the old version (swapped: take the new one)."""
        consumer, provider = (new, old) if swapped else (old, new)
        by_consumer = new.writer is Side.CONSUMER
        writer, reader = (consumer, provider) if by_consumer else (provider, consumer)
        return cls(writer, reader, new.label, reader is new)
