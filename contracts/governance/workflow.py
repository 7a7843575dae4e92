"""Workflows: contracts in the order in which a business process goes through them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import ClassVar

from pydantic import Field

from contracts.documents import Document
from contracts.errors import InvalidContract
from contracts.governance.record import Record, problems_of, read_record
from contracts.governance.sidecar import Sidecar
from contracts.governance.values import Identifier
from contracts.governance.vocabulary import Pattern
from contracts.lean_dataclasses import dataclass
from contracts.verdict import Level


class Step(Record):
    """One hop: a contract, what of it is used, and who must be reached by it."""

    id: Identifier
    contract: Identifier
    use: str | None = None
    """Operation, channel or message of the contract."""
    to: tuple[Identifier, ...] = ()
    """Systems without which the process stops here."""
    state: str | None = None
    """Canonical state that is reached with this step."""
    latency: timedelta | None = None
    """Time this hop may take, where it differs from what the contract promises."""


class Target(Record):
    """How long the way from before one step to after another may take."""

    name: str
    first: Identifier
    last: Identifier
    within: timedelta


class Workflow(Record):
    """A business process as the contracts it goes through."""

    id: Identifier
    title: str
    description: str = ""
    owner: Identifier
    business_owner: Identifier
    orchestration: str = Field(default="choreography", pattern="^(choreography|external|erp)$")
    """Where the order of the steps is kept: nowhere (events), outside, or inside the ERP."""
    machine: str | None = None
    steps: tuple[Step, ...] = Field(min_length=1)
    targets: tuple[Target, ...] = ()
    measures: tuple[str, ...] = ()
    """Business figures that tell how well it runs."""


class Workflows(Record):
    """The file ``workflows.yaml`` of a library."""

    kind_name: ClassVar[str] = "list of workflows"

    workflows: tuple[Workflow, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkflowProblem:
    """What keeps a workflow from running as it is drawn."""

    workflow: str
    kind: str
    level: Level
    message: str
    step: str | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """A target with the time that its hops promise to take."""

    target: Target
    promised: timedelta
    unknown: tuple[str, ...] = ()
    """Steps whose contracts promise no time."""

    @property
    def kept(self) -> bool:
        """Whether the promises fit into the target."""
        return not self.unknown and self.promised <= self.target.within


def load_workflows(document: Document) -> Workflows:
    """Read ``workflows.yaml``.

    Raises:
        InvalidContract: the first thing wrong, with pointer and line.
    """
    return read_record(Workflows, document)


def workflow_file_problems(document: Document) -> tuple[InvalidContract, ...]:
    """Everything wrong with a ``workflows.yaml``; empty: it loads."""
    return problems_of(Workflows, document)


def budgets(workflow: Workflow, sidecars: Mapping[str, Sidecar]) -> tuple[Budget, ...]:
    """Every target with the sum of what the contracts on the way promise."""
    found = []
    for target in workflow.targets:
        way = _way(workflow, target)
        times = {step.id: _time(step, sidecars.get(step.contract)) for step in way}
        promised = sum((time for time in times.values() if time is not None), timedelta())
        unknown = tuple(name for name, time in times.items() if time is None)
        found.append(Budget(target, promised, unknown))
    return tuple(found)


def workflow_problems(
    workflows: Sequence[Workflow], sidecars: Mapping[str, Sidecar]
) -> tuple[WorkflowProblem, ...]:
    """Unknown contracts and states, consumers that are missing, targets that cannot be kept."""
    from contracts.governance.states import machine

    found: list[WorkflowProblem] = []
    for workflow in workflows:
        states = machine(workflow.machine) if workflow.machine else None
        if workflow.machine and states is None:
            message = f"there is no state machine {workflow.machine!r}"
            found.append(WorkflowProblem(workflow.id, "unknown-machine", Level.ERROR, message))
        for step in workflow.steps:
            found += _step_problems(workflow, step, sidecars.get(step.contract))
            if states is not None and step.state and step.state not in states.states:
                message = f"{step.state!r} is no state of {states.name}"
                problem = WorkflowProblem(
                    workflow.id, "unknown-state", Level.ERROR, message, step.id
                )
                found.append(problem)
        found += _target_problems(workflow, sidecars)
    return tuple(found)


def _step_problems(
    workflow: Workflow, step: Step, sidecar: Sidecar | None
) -> list[WorkflowProblem]:
    if sidecar is None:
        message = f"there is no contract {step.contract!r}"
        return [WorkflowProblem(workflow.id, "unknown-contract", Level.ERROR, message, step.id)]
    found = []
    consumers = {consumer.system: consumer for consumer in sidecar.consumers}
    for system in step.to:
        consumer = consumers.get(system)
        uses = consumer.uses if consumer is not None else ()
        if consumer is None:
            message = f"{system} must hear of {step.id}, but is no consumer of {sidecar.id}"
        elif step.use and uses is not None and step.use not in {_target(use) for use in uses}:
            message = f"{system} must hear of {step.id}, but does not use {step.use}"
        else:
            continue
        problem = WorkflowProblem(workflow.id, "missing-consumer", Level.ERROR, message, step.id)
        found.append(problem)
    if sidecar.pattern is not None and sidecar.pattern.kind is Pattern.SCHEDULED_BATCH:
        message = f"{sidecar.id} is a batch; the process waits for it"
        found.append(WorkflowProblem(workflow.id, "batch-step", Level.WARNING, message, step.id))
    return found


def _target(use: object) -> str | None:
    names = ("operation", "channel", "message", "table")
    return next((getattr(use, name) for name in names if getattr(use, name)), None)


def _target_problems(workflow: Workflow, sidecars: Mapping[str, Sidecar]) -> list[WorkflowProblem]:
    found = []
    for budget in budgets(workflow, sidecars):
        target = budget.target
        if not _way(workflow, target):
            message = f"target {target.name!r} does not lead from one step to a later one"
            kind, level = "broken-target", Level.ERROR
        elif budget.unknown:
            message = f"target {target.name!r}: {', '.join(budget.unknown)} promise no time"
            kind, level = "open-target", Level.WARNING
        elif not budget.kept:
            message = (
                f"target {target.name!r} is {target.within}, the contracts promise "
                f"{budget.promised} together"
            )
            kind, level = "missed-target", Level.ERROR
        else:
            continue
        found.append(WorkflowProblem(workflow.id, kind, level, message))
    return found


def _way(workflow: Workflow, target: Target) -> tuple[Step, ...]:
    names = [step.id for step in workflow.steps]
    if target.first not in names or target.last not in names:
        return ()
    return workflow.steps[names.index(target.first) : names.index(target.last) + 1]


def _time(step: Step, sidecar: Sidecar | None) -> timedelta | None:
    if step.latency is not None or sidecar is None:
        return step.latency
    promise = sidecar.effective_sla
    if promise.latency_p95_ms is not None:
        return timedelta(milliseconds=promise.latency_p95_ms)
    return promise.freshness
