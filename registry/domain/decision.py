"""The gate's answer: one reason for every pair it looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.verdict import Finding, Verdict


class Answer(StrEnum):
    """May it go there? ``could not ask`` is an error, never an answer."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class ReasonKind(StrEnum):
    """What a reason speaks of."""

    PROVIDES = "provides"
    """The candidate as provider against one consumer deployed there."""
    CONSUMES = "consumes"
    """The candidate as consumer against the provider deployed there."""
    EVIDENCE = "evidence"
    """Conformance evidence of what the candidate provides."""
    VALIDITY = "validity"
    """The contract versions the candidate names."""


class Outcome(StrEnum):
    """What one reason weighs."""

    OK = "ok"
    WAIVED = "waived"
    UNKNOWN = "unknown"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Reason:
    """One pair, or one piece of evidence: what was found, who owns it, what to do next."""

    kind: ReasonKind
    outcome: Outcome
    code: str
    """Stable: ``compatible``, ``same-version``, ``breaks-consumer``, ``provider-missing``,
    ``evidence-missing``, ``evidence-stale``, ``evidence-failed``, ``waiver-expired`` …"""
    message: str
    contract: str = ""
    provider: str = ""
    provider_version: str = ""
    consumer: str = ""
    consumer_version: str = ""
    old_version: str = ""
    """The contract version the consumer was built against."""
    new_version: str = ""
    """The contract version the provider would speak."""
    verdict: Verdict | None = None
    findings: tuple[Finding, ...] = ()
    """The breaks and open questions of this pair; each break carries its witness."""
    owner: str = ""
    """Team that can mend it."""
    next_step: str = ""
    waivers: tuple[str, ...] = ()
    run: str = ""
    """Id of the run that is the evidence."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer with everything it rests on; asking again for the same ``at`` gives it again."""

    answer: Answer
    system: str
    version: str
    environment: str
    at: datetime
    reasons: tuple[Reason, ...]
    together: tuple[tuple[str, str], ...] = ()
    """Other (system, version) pairs assumed to be deployed at once."""

    @property
    def summary(self) -> str:
        """One sentence."""
        blocked = sum(r.outcome is Outcome.BLOCKED for r in self.reasons)
        open_ = sum(r.outcome is Outcome.UNKNOWN for r in self.reasons)
        waived = sum(r.outcome is Outcome.WAIVED for r in self.reasons)
        what = f"{self.system} {self.version} to {self.environment}"
        if self.answer is Answer.NO:
            return f"No: {what} is refused for {blocked} of {len(self.reasons)} reasons."
        if self.answer is Answer.UNKNOWN:
            return f"Don't know: {what} has {open_} open of {len(self.reasons)} questions."
        extra = f", {waived} of them waived" if waived else ""
        return f"Yes: {what}; {len(self.reasons)} pairs and proofs hold{extra}."
