"""Would this document break anybody? The question of every pull request; stores nothing."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.verdict import Finding, Mode, Report, Verdict
from registry.domain import Contract, Principal, Version
from registry.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class CheckCompatibility:
    """A candidate document against stored versions.

    ``against``: a number, ``latest`` (the highest release), or ``""`` for what the contract's
    mode asks: the last release, or every live one for a transitive mode.
    """

    contract: str
    document: bytes
    filename: str = ""
    format: str | None = None
    against: str = ""
    mode: Mode | None = None


@dataclass(frozen=True, slots=True)
class ConsumerVerdict:
    """What a change means to one consuming system."""

    consumer: str
    team: str
    verdict: Verdict
    declared: bool
    """Whether it declared what it uses; if not, it counts as using everything."""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class CompatibilityOutcome:
    """The worst verdict, one report per baseline, and what each consumer gets from it."""

    contract: Contract
    verdict: Verdict
    reports: tuple[tuple[Version, Report], ...]
    consumers: tuple[ConsumerVerdict, ...]
    """Against the highest baseline."""


def check_compatibility(
    command: CheckCompatibility, uow: UnitOfWork, caller: Principal
) -> CompatibilityOutcome:
    """Compare a document with the stored versions the mode asks for.

    Raises:
        NotFound: no such contract or version, or nothing released yet.
        contracts.errors.ContractError: the document cannot be read.
    """
    raise NotImplementedError
