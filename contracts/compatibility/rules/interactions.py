"""What a consumer was tested with (a Pact) held against a provider's contract."""

from __future__ import annotations

from contracts.compatibility.rules import Rule, register
from contracts.verdict import Level

_ADVICE = (
    "Keep what the consumer was tested with until it has moved, or agree on another interaction "
    "with its team and publish the contract after they did."
)

GONE, STATUS, SENT, READ, PARAMETER, UNDECIDED = (
    "interaction-not-offered",
    "interaction-status-removed",
    "interaction-request-refused",
    "interaction-answer-unreadable",
    "interaction-parameter-missing",
    "interaction-undecided",
)

_SUMMARIES = {
    GONE: "A consumer's tested call or message has no operation or message any more.",
    STATUS: "A consumer was tested with a response status that is not declared any more.",
    SENT: "A consumer's tested request would be refused.",
    READ: "A consumer's reader refuses something that it may now be sent.",
    PARAMETER: "A consumer's tested request lacks a parameter that is now required.",
}

for _id, _summary in _SUMMARIES.items():
    register(Rule(_id, Level.ERROR, (), "interactions", _summary, _ADVICE))
register(
    Rule(
        UNDECIDED,
        Level.UNKNOWN,
        (),
        "interactions",
        "Whether a consumer's tested interaction still holds could not be decided.",
        "Decide by hand, or simplify the schema or the matching rule that is named.",
    )
)
