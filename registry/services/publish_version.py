"""Publish one version of a contract, or say what publishing it would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from contracts.documents.garbage import no_collection
from contracts.verdict import Report
from registry.domain import Contract, Principal, Problem, Version
from registry.errors import Conflict, PolicyDenied, VersionConflict
from registry.services.comparison import keep
from registry.services.links_port import Referrer
from registry.services.ports import Store, UnitOfWork

if TYPE_CHECKING:
    from registry.services.judging import Judgement


class PublishStatus(StrEnum):
    """What happened, or would."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    """The same bytes are there under this number already."""
    SIDECAR_UPDATED = "sidecar-updated"
    """The document is there already; who owns, consumes and promises what is new."""
    WOULD_PUBLISH = "would-publish"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PublishVersion:
    """A document and its sidecar as bytes; ``sidecar`` may be left out if the contract exists.

    ``number`` defaults to the version the document gives itself; ``contract`` to the sidecar's
    name. ``branch`` makes it a proposal; a version that its sidecar lists as proposed or draft
    goes to the branch ``proposal`` by itself. ``dry_run`` gives the whole answer and stores
    nothing.
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
    references: tuple[Named, ...] = ()
    """Beside those that the sidecar lists; these count before them."""
    tags: tuple[str, ...] = ()
    """Names that are to point to the version from now on."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name that stands for a published version in the document."""

    name: str
    contract: str
    version: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason not to publish; ``code`` is stable."""

    code: str
    """``invalid-document``, ``reference-unresolved``, ``breaking-needs-major``,
    ``version-conflict``, ``contract-retired``, ``format-changed``, ``unknown-team``,
    ``unknown-system``, ``forbidden``, ``unauthenticated``."""
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
    """Comparison with each other version that counts, by number: what else runs somewhere, and in
    transitive modes every live one."""
    problems: tuple[Problem, ...] = ()
    """Validity and house policies; only an invalid document is also refused."""
    refusals: tuple[Refusal, ...] = ()
    referrers: tuple[Referrer, ...] = ()
    """Which contracts refer to it today, each by its newest version that does; each stays with
    the version that it refers to."""
    deployed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Versions that it was compared with and that run somewhere: number and environments."""

    @property
    def where(self) -> Mapping[str, tuple[str, ...]]:
        """Environments by number."""
        return dict(self.deployed)


@no_collection()
def publish_version(command: PublishVersion, uow: UnitOfWork, caller: Principal) -> PublishOutcome:
    """Store a version once; the same bytes again are a no-op.

    Raises:
        contracts.errors.ContractError: a document cannot be read at all.
        VersionConflict: the number exists with other content (on a dry run: it is a refusal).
        PolicyDenied: a rule refuses it; ``detail`` is the outcome (not on a dry run).
        Invalid, NotFound, Forbidden, Unauthenticated: see their sentences.
    """
    from registry.services.judging import judge

    with uow.read() as store:
        judgement = judge(command, store, caller, uow.now())
    keep(judgement.comparer, uow)
    if command.dry_run:
        return judgement.outcome
    refuse(judgement.outcome)
    if judgement.outcome.status is PublishStatus.UNCHANGED and not command.tags:
        return judgement.outcome
    with uow.write() as store:
        return publish_in(store, command, caller, uow, judgement)


def publish_in(
    store: Store,
    command: PublishVersion,
    caller: Principal,
    uow: UnitOfWork,
    before: Judgement | None = None,
) -> PublishOutcome:
    """Judge once more behind the contract's lock, where nobody can come between, and store."""
    from registry.services.judging import judge
    from registry.services.move_tag import point_all
    from registry.services.storing import store_version

    store.contracts.lock(command.contract or _named(command))
    judgement = judge(command, store, caller, uow.now(), before)
    refuse(judgement.outcome)
    judgement.comparer.save(store, uow.now())
    outcome = judgement.outcome
    if outcome.status is not PublishStatus.UNCHANGED:
        outcome = store_version(store, judgement, caller, uow.now())
    if command.tags:
        point_all(store, outcome.version, command.tags, caller, uow.now())
    return outcome


def rehearse_in(
    store: Store, command: PublishVersion, caller: Principal, uow: UnitOfWork
) -> PublishOutcome:
    """Like :func:`publish_in`, in a transaction that is rolled back: what refuses it is told."""
    from registry.services.judging import judge
    from registry.services.move_tag import point_all
    from registry.services.storing import store_version

    judgement = judge(command, store, caller, uow.now())
    if judgement.outcome.status in {PublishStatus.WOULD_PUBLISH, PublishStatus.SIDECAR_UPDATED}:
        store_version(store, judgement, caller, uow.now())
    if command.tags and judgement.outcome.status is not PublishStatus.REFUSED:
        point_all(store, judgement.outcome.version, command.tags, caller, uow.now())
    return judgement.outcome


def refuse(outcome: PublishOutcome) -> None:
    """Turn the refusals of an outcome into the error that fits them.

    Raises:
        VersionConflict, Forbidden, Unauthenticated, PolicyDenied: the outcome is refused.
    """
    from registry.errors import Forbidden, Unauthenticated

    if not outcome.refusals:
        return
    by_code: dict[str, type[Conflict | Forbidden | Unauthenticated]] = {
        "unauthenticated": Unauthenticated,
        "forbidden": Forbidden,
        "version-conflict": VersionConflict,
    }
    for code, error in by_code.items():
        for refusal in outcome.refusals:
            if refusal.code == code:
                raise error(refusal.message)
    name = f"{outcome.contract.name} {outcome.version.label}"
    reasons = [refusal.message for refusal in outcome.refusals]
    more = f" (and {len(reasons) - 1} more reasons)" if len(reasons) > 1 else ""
    raise PolicyDenied(f"{name} cannot be published: {reasons[0]}{more}", reasons, outcome)


def _named(command: PublishVersion) -> str:
    from registry.services.candidate import contract_of

    return contract_of(command.contract, command.sidecar, command.sidecar_filename)
