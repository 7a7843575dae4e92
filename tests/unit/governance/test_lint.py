"""Every policy against a table: a clean contract, one change, where it complains."""

from __future__ import annotations

import copy
import json
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.documents import load
from contracts.documents.pointer import split
from contracts.governance.estate import load_estate
from contracts.governance.lint import LintFinding, lint
from contracts.governance.rulebook import policies, policy
from contracts.governance.shelf import SHIPPED
from contracts.governance.sidecar import load_sidecar
from contracts.verdict import Level

CASES = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "governance" / "lint.yaml").read_text()
)
BASES = {
    "api": SHIPPED / "erp" / "goods-receipt" / "1.0.0.openapi.yaml",
    "events": SHIPPED / "wms" / "goods-receipt-events" / "1.0.0.asyncapi.yaml",
    "supplier": SHIPPED / "erp" / "supplier-master" / "1.0.0.openapi.yaml",
}
ESTATE = load_estate(load(SHIPPED / "estate.yaml"))


def changed(data: Any, changes: dict[str, Any]) -> bytes:
    """The values as JSON text, so that lines are known, after the changes."""
    data = copy.deepcopy(data)
    removed = []
    for pointer, value in changes.items():
        *way, last = split(pointer)
        holder = data
        for step in way:
            holder = holder[int(step)] if isinstance(holder, list) else holder[step]
        key: Any = int(last) if isinstance(holder, list) else last
        if value is None:
            removed.append((holder, key, holder[key]))
        else:
            holder[key] = value
    for holder, key, _ in removed:
        del holder[key]
    return json.dumps(data, indent=1).encode()


def linted(case: dict[str, Any]) -> list[LintFinding]:
    path = BASES[case["base"]]
    document = load(changed(load(path).data, case.get("document", {})), name="document.json")
    sidecar = load(
        changed(load(path.parent / "contract.yaml").data, case.get("sidecar", {})),
        name="contract.json",
    )
    found = lint(document, load_sidecar(sidecar), sidecar_document=sidecar, estate=ESTATE)
    return list(found)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['policy']}: {case['name']}")
def test_a_policy_complains_where_the_table_says(case: dict[str, Any]) -> None:
    found = [item for item in linted(case) if item.policy == case["policy"]]
    places = [
        ("sidecar:" if item.place.source == "contract.json" else "") + item.place.pointer
        for item in found
    ]
    assert sorted(places) == sorted(case["expect"])
    assert all(item.place.line is not None and item.message and item.mend for item in found)


@pytest.mark.parametrize("base", sorted(BASES))
def test_the_unchanged_contract_is_clean(base: str) -> None:
    assert linted({"base": base}) == []


def test_every_policy_has_a_case_that_complains_and_says_why() -> None:
    complaining = {case["policy"] for case in CASES if case["expect"]}
    assert complaining == {rule.id for rule in policies()}
    assert all(rule.why and rule.mend for rule in policies())


def test_an_id_is_not_used_twice() -> None:
    taken = policies()[0].id
    with pytest.raises(ValueError, match="exists twice"):
        policy(taken, level=Level.ERROR, mend="")(lambda subject: iter(()))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"openapi": "3.1.0", "paths": [1]},
        {"openapi": "3.1.0", "paths": {"/a": {"get": {"parameters": "x", "responses": [1]}}}},
        {"openapi": "3.1.0", "paths": {"/a": {"$ref": "#/paths/~1a"}}},
        {"openapi": "3.1.0", "components": {"schemas": {"A": {"$ref": "#/components/schemas/A"}}}},
        {
            "openapi": "3.1.0",
            "paths": {"/a": {"get": {"responses": {"200": {"content": {"x": {"schema": 3, "example": 1}}}}}}},
        },
        {"asyncapi": "3.0.0", "channels": {"a": {"messages": {"m": {"payload": [], "examples": 3}}}}},
        {"asyncapi": "3.0.0", "channels": 3},
    ],
)  # fmt: skip
def test_a_document_of_any_shape_gets_findings_not_a_traceback(data: Any) -> None:
    sidecar = load_sidecar(load(SHIPPED / "erp" / "goods-receipt" / "contract.yaml"))
    lint(load(json.dumps(data).encode(), name="odd.json"), sidecar)


def test_a_large_document_costs_in_proportion() -> None:
    """Many operations with examples of their own: nothing is read again for each of them."""
    base = load(BASES["api"]).data
    copies = copy.deepcopy(base)
    for at in range(60):
        text = json.dumps(base["paths"]).replace('"operationId": "', f'"operationId": "v{at}')
        copies["paths"] |= {f"/v{at}{path}": item for path, item in json.loads(text).items()}
    document = load(json.dumps(copies).encode(), name="large.json")
    started = time.monotonic()
    assert lint(document) == ()
    assert time.monotonic() - started < 10
