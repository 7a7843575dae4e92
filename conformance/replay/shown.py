"""What a replay showed, and in which words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from conformance.evidence import RecordedRequest, RecordedResponse
from contracts.verdict import Json

MALFORMED = frozenset({400, 405, 406, 413, 414, 415, 422, 428, 431, 501})
"""Statuses by which a request is refused for what it is, not for what the system knows."""


class Outcome(StrEnum):
    """What the two deployments did with the payload."""

    SHOWN = "shown"
    NOT_SHOWN = "not-shown"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Side:
    """One deployment: what it answered, or why nothing was sent or came back."""

    name: str
    url: str
    request: RecordedRequest | None = None
    response: RecordedResponse | None = None
    refused: str = ""
    """The safety rule that kept the request from being sent, or what went wrong on the way."""
    breaks: tuple[str, ...] = ()
    """Where its answer breaks the old contract."""
    curl: str = ""

    @property
    def takes(self) -> bool | None:
        """Whether it accepts the request; None where its answer says neither."""
        if self.response is None or self.response.status in {401, 403, 429}:
            return None
        if self.response.status in MALFORMED:
            return False
        return True if self.response.status < 500 else None

    @property
    def says(self) -> str:
        """Its answer in one line: the status, and what its problem document tells."""
        if self.response is None:
            return self.refused or "no answer"
        told = _detail(self.response.body)
        return f"{self.response.status}" + (f" ({told})" if told else "")

    def to_json(self) -> dict[str, Json]:
        """A plain JSON object."""
        return {
            "name": self.name,
            "url": self.url,
            "request": self.request.to_json() if self.request else None,
            "response": self.response.to_json() if self.response else None,
            "refused": self.refused,
            "breaks": list(self.breaks),
            "says": self.says,
            "curl": self.curl,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Side:
        """The inverse of :meth:`to_json`."""
        request, response = data["request"], data["response"]
        return cls(
            data["name"],
            data["url"],
            RecordedRequest.from_json(request) if request else None,
            RecordedResponse.from_json(response) if response else None,
            data["refused"],
            tuple(data["breaks"]),
            data["curl"],
        )


@dataclass(frozen=True, slots=True)
class Replay:
    """One finding, replayed."""

    fingerprint: str
    rule: str
    message: str
    direction: str
    operation: str
    outcome: Outcome
    sentence: str
    sides: tuple[Side, ...] = ()
    explained: tuple[str, ...] = ()
    """What the payload is, and what nobody could know without being told."""
    witness: Json = None

    def to_json(self) -> dict[str, Json]:
        """A plain JSON object."""
        return {
            "fingerprint": self.fingerprint,
            "rule": self.rule,
            "message": self.message,
            "direction": self.direction,
            "operation": self.operation,
            "outcome": self.outcome.value,
            "sentence": self.sentence,
            "sides": [side.to_json() for side in self.sides],
            "explained": list(self.explained),
            "witness": self.witness,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Replay:
        """The inverse of :meth:`to_json`."""
        plain = ("fingerprint", "rule", "message", "direction", "operation", "sentence", "witness")
        return cls(
            **{name: data[name] for name in plain},
            outcome=Outcome(data["outcome"]),
            sides=tuple(Side.from_json(side) for side in data["sides"]),
            explained=tuple(data["explained"]),
        )


def judged_request(old: Side, new: Side) -> tuple[Outcome, str]:
    """Of a request that the old contract allows and the new one does not."""
    if old.response is None and new.response is None:
        return Outcome.UNDECIDED, "Neither deployment answered."
    if old.takes and new.takes is False:
        return Outcome.SHOWN, f"The old deployment takes it: {old.says}. The new one: {new.says}."
    if old.takes and new.takes:
        return (
            Outcome.NOT_SHOWN,
            f"Both take it ({old.says}, {new.says}); the new one is laxer than its contract.",
        )
    if old.takes is False and new.takes is False:
        return Outcome.UNDECIDED, f"Both refuse it: {old.says}; {new.says}."
    if old.takes is False:
        return Outcome.NOT_SHOWN, f"Only the old deployment refuses it: {old.says}."
    return Outcome.UNDECIDED, f"The old deployment: {old.says}. The new one: {new.says}."


def judged_response(old: Side, new: Side) -> tuple[Outcome, str]:
    """Of answers that readers of the old contract have to understand."""
    if new.response is None or new.takes is None:
        return Outcome.UNDECIDED, f"The new deployment: {new.says}."
    if new.breaks and not old.breaks:
        kept = "keeps" if old.response is not None else "is not known to break"
        return (
            Outcome.SHOWN,
            f"The answer of the new deployment breaks: {new.breaks[0]}. The old {kept} it.",
        )
    if new.breaks:
        return Outcome.UNDECIDED, f"Both answers break the old contract: {old.breaks[0]}."
    return (
        Outcome.NOT_SHOWN,
        "Old readers can read this answer; the new deployment may send the payload another time.",
    )


def _detail(body: str | None) -> str:
    try:
        data = json.loads(body or "")
    except ValueError:
        return ""
    if not isinstance(data, Mapping):
        return ""
    found = data.get("detail") or data.get("title") or data.get("message")
    return " ".join(str(found).split())[:200] if isinstance(found, str) else ""
