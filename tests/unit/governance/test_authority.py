"""Conflicts of authority, as a decision table."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.documents import Document, from_data, load
from contracts.documents.pointer import split
from contracts.governance.authority import Conflict, conflicts
from contracts.governance.estate import Estate
from contracts.governance.shelf import read_library
from contracts.governance.sidecar import Sidecar
from contracts.verdict import Level

CASES = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "governance" / "conflicts.yaml").read_text()
)


def sidecars(case: dict[str, Any]) -> list[Sidecar]:
    contracts = copy.deepcopy(case["contracts"])
    for pointer, value in case.get("changes", {}).items():
        *way, last = split(pointer)
        holder = contracts
        for step in way:
            holder = holder[int(step)] if isinstance(holder, list) else holder[step]
        holder[int(last) if isinstance(holder, list) else last] = value
    return [Sidecar.model_validate({"owner": "team", **contract}) for contract in contracts]


def estate(case: dict[str, Any]) -> Estate:
    systems = []
    for name, region in case.get("regions", {}).items():
        limits = case.get("holds", {}).get(name, {})
        vendor = {"name": "vendor", "fieldLengths": limits}
        systems.append({"id": name, "name": name, "team": "t", "region": region, "vendor": vendor})
    return Estate.model_validate({"systems": systems})


def documents(case: dict[str, Any]) -> dict[str, Document]:
    found = {}
    for contract, operation in case.get("patches", {}).items():
        paths = {"/x": {"patch": {"operationId": operation, "responses": {}}}}
        found[contract] = from_data({"openapi": "3.1.0", "paths": paths}, name=contract)
    for contract, lengths in case.get("accepts", {}).items():
        fields = {name: {"type": "string", "maxLength": most} for name, most in lengths.items()}
        components = {"schemas": {"Data": {"properties": fields}}}
        found[contract] = from_data({"asyncapi": "3.0.0", "components": components}, name=contract)
    return found


def serious(found: tuple[Conflict, ...]) -> list[Conflict]:
    return [item for item in found if item.level is not Level.INFO]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_conflicts_are_those_of_the_table(case: dict[str, Any]) -> None:
    found = serious(conflicts(sidecars(case), estate(case), documents(case)))
    assert [item.kind for item in found] == case["expect"], [item.message for item in found]
    for item in found:
        assert set(item.contracts) <= {contract["id"] for contract in case["contracts"]}
    if "names" in case:
        assert sorted({name for item in found for name in item.fields}) == sorted(case["names"])
    if "systems" in case:
        assert sorted({name for item in found for name in item.systems}) == case["systems"]


def test_an_owned_field_that_nobody_reads_is_told_but_stops_nothing() -> None:
    one = Sidecar.model_validate(
        {
            "id": "a.b",
            "provider": "a",
            "owner": "t",
            "authority": [{"object": "o", "group": "g", "fields": ["x", "y"], "owner": "a"}],
            "consumers": [{"system": "c", "uses": [{"operation": "get", "reads": ["x"]}]}],
        }
    )
    found = conflicts([one])
    assert [(item.kind, item.level, item.fields) for item in found] == [
        ("unread", Level.INFO, ("o.y",))
    ]


def test_the_shipped_library_has_no_conflicts() -> None:
    library = read_library()
    current = {item.id: load(item.current.path) for item in library.contracts if item.current}
    found = conflicts([item.sidecar for item in library.contracts], library.estate, current)
    assert [item.message for item in serious(found)] == []


def test_a_large_estate_is_judged_quickly() -> None:
    many = [
        Sidecar.model_validate(
            {
                "id": f"s{at}.events",
                "provider": f"s{at}",
                "owner": "t",
                "authority": [
                    {"object": f"o{at}", "group": "g", "fields": ["x"], "owner": f"s{at}"}
                ],
                "consumers": [
                    {
                        "system": f"s{(at + 1) % 2000}",
                        "uses": [],
                        "updates": [{"field": f"o{(at + 1) % 2000}.x", "source": f"o{at}.x"}],
                    }
                ],
            }
        )
        for at in range(2000)
    ]
    found = serious(conflicts(many))
    loops = [item for item in found if item.kind == "loop"]
    assert len(loops) == 1
    assert len(loops[0].fields) == 2000
