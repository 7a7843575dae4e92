"""A large estate costs a page no more statements than a small one, and no page grows with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from registry.domain import Expectation, System
from registry.runtime import EXTENSION, Runtime
from registry.store import contracts

PAGES = (
    "/",
    "/contracts",
    "/contracts?text=e&kind=api",
    "/contracts/erp.purchase-order",
    "/contracts/erp.purchase-order/compare",
    "/gate?system=erp&version=2.0.0&to=production",
    "/gate/matrix?system=erp",
    "/ownership?team=erp-inventory",
    "/ownership/fields",
    "/systems",
    "/systems/erp",
    "/runs",
    "/publish",
    "/audit",
)
MORE = 400


def enlarge(runtime: Runtime) -> None:
    """Put hundreds of contracts, systems and consumers beside what is there."""
    with runtime.uow.write() as store:
        contract = store.contracts.get("erp.item-master")
        version = store.versions.get("erp.item-master", "1.0.0")
        for i in range(MORE // 4):
            store.estate.put_system(
                System(f"more-{i}", f"More {i}", "erp-inventory"), runtime.uow.now()
            )
        for i in range(MORE):
            name = f"more.contract-{i}"
            store.contracts.put(replace(contract, name=name, provider=f"more-{i % (MORE // 4)}"))
            store.versions.add(replace(version, contract=name))
            used = [Expectation(name, f"more-{(i + k) % 100}") for k in range(1, 4)]
            store.expectations.replace(name, "sidecar", used, runtime.uow.now())


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements sent meanwhile."""
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def cost(client: FlaskClient, engine: Engine, url: str) -> tuple[int, int]:
    """Statements and bytes of a page that was asked for before."""
    client.get(url, follow_redirects=True)
    with counted(engine) as sent:
        response = client.get(url, follow_redirects=True)
    assert response.status_code == 200, response.text[:400]
    return len(sent), len(response.data)


def test_pages_cost_the_same_on_a_large_estate(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    runtime: Runtime = app.extensions[EXTENSION]
    client, engine = app.test_client(), runtime.uow.engine
    small = {url: cost(client, engine, url) for url in PAGES}
    enlarge(runtime)
    large = {url: cost(client, engine, url) for url in PAGES}
    for url in PAGES:
        assert large[url][0] <= small[url][0], f"{url} sends more statements"
        assert large[url][1] <= 400_000, f"{url} grows to {large[url][1]} bytes"


def test_a_large_estate_is_shown_by_team(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    enlarge(app.extensions[EXTENSION])
    client = app.test_client()
    whole = client.get("/ownership")
    assert "choose one to see its systems" in whole.text
    assert len(whole.data) < 60_000
    team = client.get("/ownership?team=erp-inventory&page=2")
    assert "more.contract-" in team.text or "more-" in team.text
    assert client.get("/ownership?team=nobody").status_code == 404


def test_long_lists_are_typed_into(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    client = app.test_client()
    assert '<select id="f-system"' in client.get("/gate").text
    enlarge(app.extensions[EXTENSION])
    for page in ("/", "/gate", "/gate/matrix", "/runs", "/contracts"):
        text = client.get(page).text
        assert '<select id="f-system"' not in text, page
        assert 'hx-get="/systems/known"' in text, page
    assert 'value="erp"' in client.get("/systems/known?system=ER").text
    assert client.get("/systems/known?system=100%25").text.strip() == ""
    assert client.get("/systems/known").text.count("<option") == 20
    assert "erp-inventory" in client.get("/teams/known?team=inventory").text
    assert "more.contract-7" in client.get("/contracts/known?contract=contract-7").text
    assert "1–30 of" in client.get("/systems").text


def test_what_too_much_matches_is_not_counted(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contracts, "COUNTED", 100)
    app = make_app()
    enlarge(app.extensions[EXTENSION])
    client = app.test_client()
    whole = client.get("/contracts?text=more.contract").text
    assert "1–50 of more than 100 contracts" in whole
    assert 'rel="next"' in whole
    seen = [client.get(f"/api/v1/contracts?text=more.contract&page={n}").json for n in (1, 2, 9)]
    names = [entry["contract"]["name"] for page in seen for entry in page["entries"]]
    assert len(set(names)) == 100, "400 match: pages 1, 2 and the ninth, which is empty"
    assert all(name.startswith("more.contract") for name in names)
    assert [page["exact"] for page in seen] == [False, False, False]
    few = client.get("/api/v1/contracts?text=more.contract-399").json
    assert (few["total"], few["exact"]) == (1, True)
