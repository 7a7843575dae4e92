"""Compare two stored versions of one contract."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.verdict import Mode, Report
from registry.domain import Contract, Principal, Version
from registry.services.authorization import Action, authorize
from registry.services.check_compatibility import ConsumerVerdict, consumers_of, effects
from registry.services.comparison import Comparer, Pair, Side, keep, publish_mode, uses
from registry.services.consumer_contract import refuse_comparison
from registry.services.move_tag import version_of
from registry.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class CompareVersions:
    """Two labels of one contract (``1.0.0``, ``2.0.0@branch``), tags or branches.

    ``mode`` defaults to the contract's own.
    """

    contract: str
    old: str
    new: str
    mode: Mode | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The report, what each consumer gets from it, and both sources to show beside it."""

    contract: Contract
    old: Version
    new: Version
    report: Report
    consumers: tuple[ConsumerVerdict, ...]
    old_source: str
    new_source: str


def compare_versions(command: CompareVersions, uow: UnitOfWork, caller: Principal) -> Comparison:
    """The report from ``old`` to ``new``; kept, so that asking again costs one query.

    Raises:
        NotFound: no such contract or version.
    """
    authorize(caller, Action.READ)
    with uow.read() as store:
        contract = store.contracts.get(command.contract)
        refuse_comparison(contract.kind, contract.name)
        latest = contract.latest
        old = version_of(store, command.contract, latest, command.old)
        new = version_of(store, command.contract, latest, command.new)
        consumers = consumers_of(store, contract)
        mode = publish_mode(contract, command.mode)
        comparer = Comparer(store)
        pair = Pair(Side.of(old), Side.of(new), new.format, mode, uow.now().date(), uses(consumers))
        [report] = comparer.reports([pair])
        systems = store.estate.get_systems(e.consumer for e in consumers)
        teams = {id_: system.team for id_, system in systems.items()}
        sources = store.blobs.get_many([old.sha256, new.sha256])
    keep(comparer, uow)
    return Comparison(
        contract,
        old,
        new,
        report,
        effects(report, consumers, teams),
        sources[old.sha256].decode("utf-8", "replace"),
        sources[new.sha256].decode("utf-8", "replace"),
    )
