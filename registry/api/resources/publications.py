"""Publishing: one version or many, all or none."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from contracts.errors import ContractError
from contracts.verdict import Report
from registry.api.routes import Input, route
from registry.domain import Contract, Problem, Version
from registry.errors import PolicyDenied, RegistryError
from registry.security.requests import caller, runtime
from registry.services.authorization import Action
from registry.services.links_port import Referrer
from registry.services.publish_many import publish_many
from registry.services.publish_version import (
    Named,
    PublishOutcome,
    PublishStatus,
    PublishVersion,
    Refusal,
)


class NamedReference(Input):
    """A name in the document, and the published version that it stands for."""

    name: str = Field(min_length=1, max_length=500)
    contract: str = Field(max_length=120)
    version: str = Field(max_length=200)

    def named(self) -> Named:
        """As the use cases take it."""
        return Named(self.name, self.contract, self.version)


class Item(Input):
    """A document and its sidecar as text; the sidecar may be left out if the contract exists."""

    document: str = Field(min_length=1)
    filename: str = Field("", max_length=300)
    sidecar: str | None = None
    sidecar_filename: str = Field("contract.yaml", max_length=300)
    contract: str | None = Field(None, max_length=100)
    number: str | None = Field(None, max_length=100)
    format: str | None = None
    branch: str = Field("", max_length=100)
    notes: str = Field("", max_length=20_000)
    references: list[NamedReference] = Field([], max_length=200)
    tags: list[str] = Field([], max_length=20)


class PublicationRequest(Input):
    """What to publish, in this order; with ``dry_run`` nothing is stored."""

    items: list[Item] = Field(min_length=1, max_length=1000)
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Publication:
    """What happened to one item, or would: the whole answer."""

    status: PublishStatus
    contract: Contract
    version: Version
    new_contract: bool
    baseline: Version | None
    report: Report | None
    older: tuple[tuple[str, Report], ...]
    problems: tuple[Problem, ...]
    refusals: tuple[Refusal, ...]
    referrers: tuple[Referrer, ...]
    deployed: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Unusable:
    """An item of a dry run that cannot be read at all."""

    position: int
    """Among the items, from 0."""
    contract: str
    """As the item names it; empty if only its sidecar does."""
    filename: str
    message: str


@dataclass(frozen=True, slots=True)
class PublicationResult:
    """One entry per item, in order; with ``dry_run`` those that cannot be read stand apart."""

    publications: tuple[Publication, ...]
    unusable: tuple[Unusable, ...] = ()


@route("POST", "/publications", action=Action.PUBLISH, problems=(400, 404, 409, 422))
def publish(body: PublicationRequest) -> PublicationResult:
    """Publish versions in one transaction: all or none.

    The same bytes under the same number again change nothing. A refusal is a problem with the
    code `policy-denied`; with `dry_run` it is part of the answer.
    """
    commands = [
        PublishVersion(
            document=item.document.encode(),
            filename=item.filename,
            sidecar=None if item.sidecar is None else item.sidecar.encode(),
            sidecar_filename=item.sidecar_filename,
            contract=item.contract,
            number=item.number,
            format=item.format,
            branch=item.branch,
            notes=item.notes,
            dry_run=body.dry_run,
            references=tuple(reference.named() for reference in item.references),
            tags=tuple(item.tags),
        )
        for item in body.items
    ]
    unusable: list[Unusable] = []

    def note(at: int, error: RegistryError | ContractError) -> None:
        command = commands[at]
        told = Unusable(at, command.contract or "", command.filename, str(error))
        unusable.append(told)

    outcomes = publish_many(
        commands, runtime().uow, caller(), unusable=note if len(commands) > 1 else None
    )
    return PublicationResult(tuple(shown(outcome) for outcome in outcomes), tuple(unusable))


def shown(outcome: PublishOutcome) -> Publication:
    """The outcome as the API gives it."""
    return Publication(
        outcome.status,
        outcome.contract,
        outcome.version,
        outcome.new_contract,
        outcome.baseline,
        outcome.report,
        outcome.older,
        outcome.problems,
        outcome.refusals,
        outcome.referrers,
        outcome.deployed,
    )


def refused(error: PolicyDenied) -> Publication | None:
    """The whole answer behind a refused publication, for its problem document."""
    return shown(error.detail) if isinstance(error.detail, PublishOutcome) else None
