"""Sidecars, estates and documents with anything anywhere end in findings, never in a traceback."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.documents import load
from contracts.governance.authority import conflicts
from contracts.governance.estate import estate_problems, load_estate
from contracts.governance.lint import lint
from contracts.governance.shelf import SHIPPED
from contracts.governance.sidecar import load_sidecar, sidecar_problems

RECEIPT = SHIPPED / "erp" / "goods-receipt"
SIDECAR = load(RECEIPT / "contract.yaml").data
ESTATE = load(SHIPPED / "estate.yaml").data
DOCUMENTS = [
    load(RECEIPT / "1.0.0.openapi.yaml").data,
    load(SHIPPED / "wms" / "goods-receipt-events" / "1.0.0.asyncapi.yaml").data,
]

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "x", "$ref", "#/components/schemas/Quantity", "(a+)+$", "\u0000", "9" * 5000]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["$ref", "type", "properties", "items", "id", "name", "x-a", "/~", ""]),
        inner,
        max_size=3,
    ),
    max_leaves=6,
)  # fmt: skip


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [way] if way else []
    if isinstance(value, dict):
        for key, below in value.items():
            found += places(below, (*way, key))
    elif isinstance(value, list):
        for at, below in enumerate(value):
            found += places(below, (*way, at))
    return found


def with_value(data: Any, way: tuple[Any, ...], value: Any) -> bytes:
    data = copy.deepcopy(data)
    holder = data
    for step in way[:-1]:
        holder = holder[step]
    holder[way[-1]] = value
    return json.dumps(data).encode()


@given(st.sampled_from(places(SIDECAR)), JSON)
@settings(max_examples=200)
def test_a_sidecar_with_anything_anywhere(way: tuple[Any, ...], value: Any) -> None:
    document = load(with_value(SIDECAR, way, value), name="contract.yaml")
    problems = sidecar_problems(document)
    assert all(problem.line for problem in problems)
    if not problems:
        sidecar = load_sidecar(document)
        lint(None, sidecar, sidecar_document=document)
        conflicts([sidecar])
        assert load_sidecar(load(json.dumps(sidecar.to_json()).encode(), name="again")) == sidecar


@given(st.sampled_from(places(ESTATE)), JSON)
@settings(max_examples=80)
def test_an_estate_with_anything_anywhere(way: tuple[Any, ...], value: Any) -> None:
    document = load(with_value(ESTATE, way, value), name="estate.yaml")
    if not estate_problems(document):
        load_estate(document)


@pytest.mark.parametrize("at", [0, 1])
@given(st.data())
@settings(max_examples=80)
def test_a_document_with_anything_anywhere(at: int, data: st.DataObject) -> None:
    way = data.draw(st.sampled_from(places(DOCUMENTS[at])))
    document = load(with_value(DOCUMENTS[at], way, data.draw(JSON)), name="document.yaml")
    sidecar = load_sidecar(load(RECEIPT / "contract.yaml"))
    for finding in lint(document, sidecar):
        assert finding.message
        assert finding.mend
