"""Workflows: the shipped ones run as drawn, and a table of ways in which one does not."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import pytest

from contracts.documents import from_data, load
from contracts.errors import InvalidContract
from contracts.governance.shelf import SHIPPED, read_library
from contracts.governance.sidecar import Sidecar
from contracts.governance.workflow import (
    Workflow,
    budgets,
    load_workflows,
    workflow_problems,
)

LIBRARY = {item.id: item.sidecar for item in read_library().contracts}
SHIPPED_WORKFLOWS = load_workflows(load(SHIPPED / "workflows.yaml")).workflows


def test_the_workflows_of_the_domain_run_as_they_are_drawn() -> None:
    assert {item.id for item in SHIPPED_WORKFLOWS} == {
        "requisition-to-order",
        "order-to-receipt",
        "receipt-to-invoice",
        "order-to-cash",
        "demand-to-replenishment",
        "return-to-credit",
    }
    assert [item.message for item in workflow_problems(SHIPPED_WORKFLOWS, LIBRARY)] == []


def test_every_step_uses_something_that_the_contract_has() -> None:
    library = read_library()
    for workflow in SHIPPED_WORKFLOWS:
        for step in workflow.steps:
            contract = library.contract(step.contract)
            assert contract is not None
            assert contract.current is not None
            text = contract.current.path.read_text()
            assert f"operationId: {step.use}\n" in text or f"\n  {step.use}:\n" in text, step


def test_a_budget_is_the_sum_of_its_hops() -> None:
    workflow = next(item for item in SHIPPED_WORKFLOWS if item.id == "receipt-to-invoice")
    first = budgets(workflow, LIBRARY)[0]
    assert first.promised == timedelta(minutes=2)
    assert first.kept


SIDECARS: dict[str, dict[str, Any]] = {
    "a.events": {
        "id": "a.events",
        "provider": "a",
        "owner": "t",
        "sla": {"latencyP95Ms": 60000},
        "consumers": [
            {"system": "b", "uses": [{"channel": "made", "reads": []}]},
            {"system": "c"},
        ],
    },
    "b.api": {"id": "b.api", "provider": "b", "owner": "t", "sla": {"latencyP95Ms": 2000}},
    "d.silent": {"id": "d.silent", "provider": "d", "owner": "t"},
    "e.batch": {
        "id": "e.batch",
        "provider": "e",
        "owner": "t",
        "sla": {"freshness": "PT24H"},
        "pattern": {"kind": "scheduled-batch", "reason": "nightly"},
    },
}
WORKFLOW: dict[str, Any] = {
    "id": "w",
    "title": "W",
    "owner": "t",
    "businessOwner": "t",
    "machine": "receipt",
    "steps": [
        {"id": "one", "contract": "a.events", "use": "made", "to": ["b"], "state": "counted"},
        {"id": "two", "contract": "b.api"},
    ],
    "targets": [{"name": "all", "first": "one", "last": "two", "within": "PT62S"}],
}


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        ({}, []),
        ({"machine": "receipts"}, ["unknown-machine"]),
        ({"steps/0/contract": "a.none"}, ["unknown-contract", "open-target"]),
        ({"steps/0/state": "matched"}, ["unknown-state"]),
        ({"steps/0/to": ["d"]}, ["missing-consumer"]),
        ({"steps/0/use": "unmade"}, ["missing-consumer"]),
        ({"steps/0/to": ["c"]}, []),
        ({"targets/0/within": "PT61S"}, ["missed-target"]),
        ({"steps/0/latency": "PT10S", "targets/0/within": "PT12S"}, []),
        ({"targets/0/last": "three"}, ["broken-target"]),
        ({"targets/0/first": "two", "targets/0/last": "one"}, ["broken-target"]),
        ({"steps/1/contract": "d.silent"}, ["open-target"]),
        ({"steps/1/contract": "e.batch"}, ["batch-step", "missed-target"]),
    ],
)
def test_what_keeps_a_workflow_from_running(change: dict[str, Any], kinds: list[str]) -> None:
    workflow = copy.deepcopy(WORKFLOW)
    for way, value in change.items():
        *steps, last = way.split("/")
        holder: Any = workflow
        for step in steps:
            holder = holder[int(step)] if isinstance(holder, list) else holder[step]
        holder[last] = value
    sidecars = {name: Sidecar.model_validate(data) for name, data in SIDECARS.items()}
    found = workflow_problems([Workflow.model_validate(workflow)], sidecars)
    assert [item.kind for item in found] == kinds, [item.message for item in found]


def test_a_misspelt_workflow_is_refused_with_the_place() -> None:
    broken = {"workflows": [{**WORKFLOW, "step": []}]}
    with pytest.raises(InvalidContract, match="did you mean 'steps'") as caught:
        load_workflows(from_data(broken, name="workflows.yaml"))
    assert caught.value.pointer == "/workflows/0/step"
