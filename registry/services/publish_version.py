"""Publish one version of a contract, or say what publishing it would do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from contracts.verdict import Report
from registry.domain import Contract, Principal, Problem, Version
from registry.services.ports import UnitOfWork


class PublishStatus(StrEnum):
    """What happened, or would."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    """The same bytes are there under this number already."""
    WOULD_PUBLISH = "would-publish"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PublishVersion:
    """A document and its sidecar as bytes; ``sidecar`` may be left out if the contract exists.

    ``number`` defaults to the version the document gives itself; ``contract`` to the sidecar's
    name. ``branch`` makes it a proposal. ``dry_run`` gives the whole answer and stores nothing.
    """

    document: bytes
    filename: str = ""
    sidecar: bytes | None = None
    sidecar_filename: str = "contract.yaml"
    contract: str | None = None
    number: str | None = None
    format: str | None = None
    branch: str = ""
    notes: str = ""
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason not to publish; ``code`` is stable."""

    code: str
    """``invalid-document``, ``invalid-sidecar``, ``lint-error``, ``breaking-needs-major``,
    ``unknown-compatibility``, ``number-not-higher``, ``contract-retired``."""
    message: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class PublishOutcome:
    """The whole answer: what the version would be, what is wrong with it, whom it breaks."""

    status: PublishStatus
    contract: Contract
    version: Version
    new_contract: bool
    baseline: Version | None = None
    report: Report | None = None
    """Comparison with ``baseline`` in the contract's mode; None for a first version."""
    older: tuple[tuple[str, Report], ...] = ()
    """For transitive modes: comparison with each other live version, by number."""
    problems: tuple[Problem, ...] = ()
    refusals: tuple[Refusal, ...] = ()


def publish_version(command: PublishVersion, uow: UnitOfWork, caller: Principal) -> PublishOutcome:
    """Store a version once; the same bytes again are a no-op.

    Raises:
        contracts.errors.ContractError: a document cannot be read at all.
        VersionConflict: the number exists with other content (not on a dry run: it is a refusal).
        PolicyDenied: a rule refuses it; ``detail`` is the outcome (not on a dry run).
        Invalid, NotFound, Forbidden, Unauthenticated: see their sentences.
    """
    raise NotImplementedError
