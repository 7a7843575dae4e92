"""The story: publish, compare, run, ask. Each step works on what is there and says what it did."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from conformance.http import Progress
from contracts.governance.shelf import Library, read_contracts
from contracts.reports import render
from registry.api.contract import FOLDER
from registry.cli.can_i_deploy import lines
from registry.cli.demonstration.screen import Screen, Ticker
from registry.cli.demonstration.services import Started
from registry.domain import SYSTEM, Decision, Run, RunFailure
from registry.domain.encode import to_json
from registry.jobs.work import Work
from registry.services.can_i_deploy import CanIDeploy, can_i_deploy
from registry.services.compare_versions import CompareVersions, compare_versions
from registry.services.get_run import get_run
from registry.services.ports import UnitOfWork
from registry.services.publish_many import publish_many
from registry.services.publish_version import PublishStatus, PublishVersion
from registry.services.register_estate import RegisterEstate, register_estate
from registry.services.start_run import StartRun, start_run

ENVIRONMENT = "dev"
RUNS = (
    ("erp.purchase-order", "acceptance"),
    ("procurement.requisition", "smoke"),
    ("analytics.procure-to-pay", "smoke"),
)
"""Contract and suite, on the system that provides it."""


def publish_library(
    library: Library, services: Sequence[Started], uow: UnitOfWork, screen: Screen
) -> None:
    """The estate, then every release and proposal of the library, in one transaction."""
    text = library.estate_path.read_text("utf-8")
    for service in services:
        text = text.replace(f"{{{service.system}_port}}", str(service.port))
    estate = register_estate(RegisterEstate(text.encode(), "estate.yaml"), uow, SYSTEM)
    screen.say(f"   estate: {'taken over' if estate.changed else 'unchanged'}")
    commands = [
        PublishVersion(
            document=version.path.read_bytes(),
            filename=version.path.name,
            sidecar=shelved.path.read_bytes(),
            contract=shelved.id,
            number=version.number,
            branch=version.branch,
            notes=version.note,
        )
        for shelved in (*library.contracts, *read_contracts(FOLDER))
        for version in shelved.versions
    ]
    with screen.waiting("publishing") as ticker:
        outcomes = publish_many(
            commands, uow, SYSTEM, progress=lambda one: ticker.tell(one.contract.name)
        )
    new = sum(one.status is PublishStatus.PUBLISHED for one in outcomes)
    proposals = [one for one in outcomes if one.version.branch]
    screen.say(
        f"   {len({one.contract.name for one in outcomes})} contracts, {len(outcomes)} versions "
        f"({len(proposals)} proposals): {new} new, {len(outcomes) - new} unchanged"
    )


def show_proposals(library: Library, uow: UnitOfWork, screen: Screen) -> None:
    """Every proposal against the version in force: verdict, places, witness, consumers."""
    for shelved in library.contracts:
        for proposal in shelved.proposals:
            if shelved.current is None:
                continue
            new = f"{proposal.number}@{proposal.branch}"
            compared = compare_versions(
                CompareVersions(shelved.id, shelved.current.number, new), uow, SYSTEM
            )
            screen.say(f"\n   {shelved.id}  {shelved.current.number} → {new}\n")
            color = screen.console.is_terminal
            screen.console.out(
                render(compared.report, "text", color=color, width=screen.width), highlight=False
            )


def run_suites(uow: UnitOfWork, work: Work, screen: Screen) -> tuple[Run, ...]:
    """Conformance of the live services; every failure with a command that repeats it."""
    finished = []
    for contract, suite in RUNS:
        queued = start_run(StartRun(contract, ENVIRONMENT, suite=suite), uow, SYSTEM)
        began = time.monotonic()
        with screen.waiting(f"{contract} at {queued.url}") as ticker:
            run = work.carry_out(queued.id, _teller(ticker))
        if run is None:
            continue
        finished.append(run)
        took = time.monotonic() - began
        screen.say(
            f"   {run.status.value:<12} {contract} {run.number} at {run.url}: "
            f"{run.failures_count} failures, {took:.0f} s"
        )
        if run.note and not run.failures_count:
            screen.say(f"     {run.note}")
        for failure in get_run(run.id, uow, SYSTEM).failures:
            _show_failure(failure, screen)
    return tuple(finished)


def ask_the_gate(uow: UnitOfWork, screen: Screen) -> Decision:
    """Can ERP 2.0.0 go to production?"""
    decision = can_i_deploy(CanIDeploy("erp", "2.0.0", "production"), uow, SYSTEM)
    for line in lines(to_json(decision)):
        screen.say(f"   {line}")
    return decision


def _show_failure(failure: RunFailure, screen: Screen) -> None:
    line = f" (line {failure.line})" if failure.line else ""
    times = f", seen {failure.count} times" if failure.count > 1 else ""
    screen.say(f"\n     ✗ {failure.title}: {failure.operation}{times}")
    screen.say(f"       {failure.check}{line}: {failure.message.splitlines()[0][:120]}")
    if failure.curl:
        screen.say(f"       {failure.curl}")


def _teller(ticker: Ticker) -> Callable[[Progress], None]:
    def tell(progress: Progress) -> None:
        data = progress.data
        named = data.get("operation") or data.get("phase") or data.get("title") or ""
        ticker.tell(f"{progress.kind} {named}".strip())

    return tell
