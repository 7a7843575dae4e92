"""Exchanges in which nothing can be written: no change of them breaks anything, which is told."""

from __future__ import annotations

from contracts.compatibility.field_names import tidy
from contracts.compatibility.meeting import Meeting
from contracts.compatibility.policies import Policies
from contracts.compatibility.questions import ONE_WAY
from contracts.compatibility.rules import RULES
from contracts.compatibility.rules.schemas import NOTHING_WRITTEN
from contracts.compatibility.shells import object_text
from contracts.compatibility.spots import Spot, start
from contracts.compatibility.whole_messages import NotBuilt, Unsendable, WholeMessages
from contracts.documents import Document
from contracts.verdict import Direction, Finding

_DEEPEST = 30
"""Members, one inside the other, among which the one without values is looked for."""


class Silences:
    """Finds what no value satisfies in what a writer has to write."""

    def __init__(self, messages: WholeMessages, policies: Policies) -> None:
        self._messages = messages
        self._policies = policies

    def told(self, meeting: Meeting, *, hides: bool) -> Finding | None:
        """That nothing can be written in an exchange; None if something can, or nobody knows.

        ``hides``: a break for that reason. Else it is news only if it is not so in both versions.
        """
        spot = self.at(meeting)
        if spot is None or not (hides or self._is_news(meeting)):
            return None
        spot, path = self._innermost(spot, _one_way(meeting))
        rule = RULES[NOTHING_WRITTEN]
        writer, reader = meeting.writer, meeting.reader
        place = spot.document.place(spot.pointer)
        known = spot.document is writer.document and _has(reader.document, spot.pointer)
        there = reader.document.place(spot.pointer) if known else reader.place()
        old, new = (place, there) if meeting.reader_is_new else (there, place)
        named = f"`{tidy(path)}`" if path else "the value"
        side = "old" if meeting.reader_is_new else "new"
        return Finding(
            rule=rule.id,
            level=self._policies.level(rule.id, rule.level),
            message=f"{meeting.label}: {named} of the {side} version can have no value, so nothing "
            "can be written here and nothing was found to break",
            direction=reader.direction,
            old=old,
            new=new,
            where=(meeting.label,),
            advice=rule.advice,
        )

    def at(self, meeting: Meeting) -> Spot | None:
        """The writer's schema in an exchange, if it certainly has no values."""
        schema = meeting.writer.schema
        spot = start(schema) if schema is not None else None
        return spot if spot is not None and self._is_empty(spot, _one_way(meeting)) else None

    def _is_news(self, meeting: Meeting) -> bool:
        schema = meeting.reader.schema
        read = start(schema) if schema is not None else None
        return read is None or not self._is_empty(read, _one_way(meeting))

    def _is_empty(self, spot: Spot, direction: Direction | None) -> bool:
        try:
            self._messages.sample(spot, direction)
        except Unsendable:
            return True
        except NotBuilt:
            pass
        return False

    def _innermost(self, spot: Spot, direction: Direction | None) -> tuple[Spot, str]:
        """Of a schema without values the required part that has none, and its name."""
        path = ""
        for _ in range(_DEEPEST):
            below = self._guilty(spot.followed(), direction)
            if below is None:
                break
            spot, path = below[0], path + below[1]
        return spot, path

    def _guilty(self, spot: Spot, direction: Direction | None) -> tuple[Spot, str] | None:
        if not isinstance(spot.value, dict):
            return None
        text = object_text(spot, repeated=True)
        required = text.keywords.get("required") if text is not None else None
        for name in required if isinstance(required, list) else ():
            child = text.members.get(name) if text is not None else None
            if child is not None and self._is_empty(child, direction):
                return child, f".{name}"
        item = spot.below("items")
        if item is not None and spot.get("type") == "array" and self._is_empty(item, direction):
            return item, "[]"
        return None


def _one_way(meeting: Meeting) -> Direction | None:
    direction = meeting.reader.direction
    return direction if direction in ONE_WAY else None


_NOTHING = object()


def _has(document: Document, pointer: str) -> bool:
    return document.find(pointer, _NOTHING) is not _NOTHING
