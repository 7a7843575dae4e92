"""Would this document break anybody? The question of every pull request; stores nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from contracts.documents import load
from contracts.documents.published import Target
from contracts.governance.sidecar import load_sidecar
from contracts.verdict import Finding, Mode, Report, Verdict
from registry.domain import Contract, Expectation, Principal, Version
from registry.domain.contract import strongest
from registry.errors import NotFound
from registry.services.authorization import Action, authorize
from registry.services.baselines import and_deployed, deployed
from registry.services.candidate import contract_of, listed_in
from registry.services.comparison import SIDECAR, Comparer, Pair, Side, keep, publish_mode, uses
from registry.services.consumer_contract import refuse_comparison
from registry.services.engine import detect
from registry.services.links_port import Referrer, newest_each
from registry.services.ports import Store, UnitOfWork
from registry.services.publish_version import Named
from registry.services.resolving import resolve


@dataclass(frozen=True, slots=True)
class CheckCompatibility:
    """A candidate document against stored versions.

    ``against``: a label, a tag, a branch, ``latest`` (the highest release), or ``""`` for what the
    contract's mode asks (the last release, or every live one for a transitive mode) and what runs
    in an environment. ``sidecar``: what the
    candidate would promise; left out, what the contract promises today.
    """

    contract: str
    document: bytes
    filename: str = ""
    format: str | None = None
    against: str = ""
    mode: Mode | None = None
    sidecar: bytes | None = None
    consumer: str = ""
    """Only what it means to this one; empty: to all."""
    references: tuple[Named, ...] = ()
    """Names that stand for published versions, before those that the sidecar lists."""


@dataclass(frozen=True, slots=True)
class ConsumerVerdict:
    """What a change means to one consuming system."""

    consumer: str
    team: str
    verdict: Verdict
    declared: bool
    """Whether it declared what it uses; if not, it counts as using everything."""
    findings: tuple[Finding, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CompatibilityOutcome:
    """The worst verdict, one report per baseline, and what each consumer gets from it."""

    contract: Contract
    verdict: Verdict
    reports: tuple[tuple[Version, Report], ...]
    consumers: tuple[ConsumerVerdict, ...]
    """Against the highest baseline."""
    referrers: tuple[Referrer, ...] = ()
    """Who refers to the contract today; each stays with the version that it refers to."""
    deployed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Versions that it was compared with and that run somewhere: number and environments."""


def check_compatibility(
    command: CheckCompatibility, uow: UnitOfWork, caller: Principal
) -> CompatibilityOutcome:
    """Compare a document with the stored versions the mode asks for.

    Raises:
        NotFound: no such contract or version, or nothing released yet.
        contracts.errors.ContractError: the document cannot be read.
    """
    authorize(caller, Action.READ)
    sha256 = hashlib.sha256(command.document).hexdigest()
    suffix = ".proto" if command.format == "protobuf" else ""
    candidate = load(command.document, name=command.filename or "document", suffix=suffix)
    with uow.read() as store:
        contract = store.contracts.get(command.contract)
        refuse_comparison(contract.kind, contract.name)
        if command.sidecar is not None:
            contract_of(command.contract, command.sidecar, SIDECAR)
        running = deployed(store, contract.name)
        baselines = _baselines(command, contract, store, running)
        consumers = _asked(command, consumers_of(store, contract), store)
        format_ = command.format or detect(candidate)
        resolved = resolve(
            candidate, format_, _listed(command, contract, store), store, proposal=True
        )
        given = Side(
            command.filename or "document",
            sha256,
            command.document,
            contract.sidecar_sha256
            if command.sidecar is None
            else hashlib.sha256(command.sidecar).hexdigest(),
            command.sidecar,
            resolved.references,
        )
        mode = publish_mode(contract, command.mode)
        pairs = [
            Pair(Side.of(old), given, format_, mode, uow.now().date(), uses(consumers))
            for old in baselines
        ]
        comparer = Comparer(store)
        reports = comparer.reports(pairs)
        systems = store.estate.get_systems(e.consumer for e in consumers)
        teams = {id_: system.team for id_, system in systems.items()}
        referrers = newest_each(store.references.to(contract.name))
    keep(comparer, uow)
    return CompatibilityOutcome(
        contract,
        worst(_verdict(report, command.consumer) for report in reports),
        tuple(zip(baselines, reports, strict=True)),
        effects(reports[0], consumers, teams),
        referrers,
        tuple(
            (number, running[number])
            for number in dict.fromkeys(str(v.number) for v in baselines)
            if number in running
        ),
    )


def _verdict(report: Report, consumer: str) -> Verdict:
    return report.consumers[consumer].verdict if consumer else report.verdict


def _asked(
    command: CheckCompatibility, known: list[Expectation], store: Store
) -> list[Expectation]:
    """All consumers, or the one asked about; one that is not known may use everything."""
    if not command.consumer:
        return known
    found = [one for one in known if one.consumer == command.consumer]
    name = store.estate.get_system(command.consumer).id
    return found or [Expectation(command.contract, name, "release")]


def _listed(command: CheckCompatibility, contract: Contract, store: Store) -> dict[str, Target]:
    stated = command.sidecar or store.blobs.get(contract.sidecar_sha256)
    listed = listed_in(load_sidecar(load(stated, name=SIDECAR)))
    return listed | {r.name: Target(r.contract, r.version) for r in command.references}


def _baselines(
    command: CheckCompatibility,
    contract: Contract,
    store: Store,
    running: Mapping[str, Sequence[str]],
) -> Sequence[Version]:
    """What is asked for; by default also what runs somewhere and is older: a proposal that runs
    already is nothing that a document without a number comes after."""
    chosen = _chosen(command, contract, store)
    if command.against:
        return chosen
    newest = max(version.number for version in chosen)
    versions = store.versions.of_contract(contract.name, brief=True)
    return and_deployed(chosen, newest, versions, running)


def _chosen(command: CheckCompatibility, contract: Contract, store: Store) -> Sequence[Version]:
    if command.against == "latest" or (not command.against and not contract.mode.transitive):
        if contract.latest is None:
            raise NotFound(f"{contract.name} has no release yet, only proposals")
        return [store.versions.get(contract.name, contract.latest)]
    if command.against:
        return [store.versions.get(contract.name, command.against)]
    live = [v for v in store.versions.of_contract(contract.name, brief=True) if not v.branch]
    found = [v for v in live if v.lifecycle.live] or live[:1]
    if not found:
        raise NotFound(f"{contract.name} has no release yet, only proposals")
    return found


def consumers_of(store: Store, contract: Contract) -> list[Expectation]:
    """Everybody who consumes it: as declared, or with nothing said by a release that does."""
    said = store.expectations.of_contracts([contract.name]).get(contract.name, ())
    declared = list(strongest(said))
    known = {e.consumer for e in declared}
    silent = {system for system, _, _ in store.estate.users_of(contract.name)} - known
    return declared + [Expectation(contract.name, name, "release") for name in sorted(silent)]


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The one that stops a gate most."""
    return max(verdicts, key=list(Verdict).index, default=Verdict.COMPATIBLE)


def effects(
    report: Report, consumers: Sequence[Expectation], teams: Mapping[str, str]
) -> tuple[ConsumerVerdict, ...]:
    """What each consumer gets from a report, broken ones first."""
    found = []
    for expectation in consumers:
        effect = report.consumers.get(expectation.consumer)
        if effect is None:
            continue
        found.append(
            ConsumerVerdict(
                expectation.consumer,
                teams.get(expectation.consumer, ""),
                effect.verdict,
                effect.declared,
                tuple(report.findings[at] for at in effect.findings),
                effect.reason,
            )
        )
    found.sort(key=lambda c: (-list(Verdict).index(c.verdict), c.consumer))
    return tuple(found)
