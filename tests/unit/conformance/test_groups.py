"""How the operations of a run are shared out: all of them once, resources whole where it matters."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.http.groups import Share, shares
from conformance.http.operations import operations
from conformance.plan import Suite

ANSWERS = {"responses": {"200": {"description": "ok"}}}


def document(*paths: str, linked: tuple[str, str] | None = None) -> dict[str, Any]:
    data: dict[str, Any] = {
        "openapi": "3.1.0",
        "paths": {
            path: {m: {"operationId": f"{m} {path}", **ANSWERS} for m in ("get", "post")}
            for path in paths
        },
    }
    if linked:
        link = {"next": {"operationId": f"get {linked[1]}"}}
        data["paths"][linked[0]]["post"]["responses"] = {"200": {"links": link}}
    return data


MANY = document("/v1/orders", "/v1/orders/{id}", "/v1/items", "/v1/items/{id}", "/v1/stock")


def share(data: dict[str, Any], suite: Suite, **how: Any) -> list[Share]:
    return shares(suite, data, operations(data), **how)


@pytest.mark.parametrize("workers", [1, 2, 3, 10, 16])
def test_every_operation_has_one_place(workers: int) -> None:
    found = share(MANY, Suite(workers=workers))
    everything = sorted(o.label for o in operations(MANY))
    assert len(found) == min(workers, 10)
    for stage in range(len(found[0].stages)):
        assert sorted(o for s in found for o in s.stages[stage].operations) == everything
    assert sorted(o for s in found for o in s.probes) == everything
    assert found == share(MANY, Suite(workers=workers))


def test_one_process_does_all_phases_in_one_go() -> None:
    (only,) = share(MANY, Suite())
    assert [s.phases for s in only.stages] == [Suite().phases]


@pytest.mark.parametrize(
    ("data", "resources"),
    [
        (MANY, 3),
        (document("/orders", "/orders/{id}", "/orders/{id}/lines"), 1),
        (document("/a/{x}/things", "/a/{x}/others"), 2),
        (document("/orders", "/receipts"), 2),
        (document("/orders", "/receipts", linked=("/orders", "/receipts")), 1),
    ],
)
def test_sequences_keep_a_resource_in_one_process(data: dict[str, Any], resources: int) -> None:
    found = share(data, Suite(workers=3))
    late = [s.stages[1] for s in found]
    assert {s.phases for s in late} == {("stateful",)}
    assert sum(bool(s.operations) for s in late) == min(resources, len(found))
    together = share(data, Suite(workers=3), together=True)
    assert len(together) == min(3, resources)


def test_without_sequences_there_is_one_stage() -> None:
    found = share(MANY, Suite(workers=2, phases=("coverage",)))
    assert [len(s.stages) for s in found] == [1, 1]
