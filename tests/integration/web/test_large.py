"""A large estate costs a page no more statements than a small one, and no page grows with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from registry.domain import Expectation, System
from registry.runtime import EXTENSION, Runtime

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
