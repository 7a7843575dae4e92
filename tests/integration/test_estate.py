"""The estate file, the catalog, ownership: told once, found in a fixed number of queries."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from contracts.errors import ContractError
from registry.domain import ANONYMOUS, SYSTEM, Role
from registry.errors import Conflict, Forbidden, Invalid, NotFound
from registry.services.get_contract import get_contract
from registry.services.list_runs import ListRuns, list_runs
from registry.services.ports import CatalogFilter
from registry.services.publish_version import PublishVersion, publish_version
from registry.services.record_deployment import RecordDeployment, record_deployment
from registry.services.register_estate import EstateOutcome, RegisterEstate, register_estate
from registry.services.register_release import ContractUse, RegisterRelease, register_release
from registry.services.search_catalog import SearchCatalog, search_catalog
from registry.services.view_estate import view_estate, view_system
from registry.services.view_overview import view_overview
from registry.services.view_ownership import view_ownership
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.story import ESTATE, openapi, principal, publish, sidecar, tell


def register(uow: SqlUnitOfWork, estate: dict[str, Any]) -> EstateOutcome:
    return register_estate(RegisterEstate(json.dumps(estate).encode(), "e.json"), uow, SYSTEM)


def test_telling_it_again_changes_nothing(uow: SqlUnitOfWork) -> None:
    assert register(uow, ESTATE) == EstateOutcome(3, 3, 2, 1, 5, 4)
    with uow.read() as store:
        _, entries = store.audit.page(limit=1, offset=0)
    assert register(uow, ESTATE) == EstateOutcome()
    with uow.read() as store:
        assert store.audit.page(limit=1, offset=0)[1] == entries


def test_what_was_deployed_since_is_not_undone(uow: SqlUnitOfWork) -> None:
    register(uow, ESTATE)
    record_deployment(RecordDeployment("orders", "2", "production"), uow, SYSTEM)
    assert not register(uow, ESTATE).changed
    running = {(d.system, d.version) for d in view_estate(uow, ANONYMOUS).deployments}
    assert ("orders", "2") in running


def test_a_deployment_replaces_the_one_before(uow: SqlUnitOfWork) -> None:
    register(uow, ESTATE)
    first = record_deployment(RecordDeployment("orders", "2", "production"), uow, SYSTEM)
    again = record_deployment(RecordDeployment("orders", "2", "production"), uow, SYSTEM)
    assert again == first
    history = view_system("orders", uow, ANONYMOUS).deployments
    ended = [d for d in history if d.environment == "production" and d.ended_at is not None]
    assert [d.version for d in ended] == ["1"]


def test_a_release_does_not_change(uow: SqlUnitOfWork) -> None:
    register(uow, ESTATE)
    changed = copy.deepcopy(ESTATE)
    changed["systems"][0]["releases"][0]["provides"] = {"orders.order": "7.0.0"}
    with pytest.raises(Conflict, match="registered with other"):
        register(uow, changed)
    with pytest.raises(NotFound, match="not published"):
        use = ContractUse("orders.order", "7.0.0")
        register_release(RegisterRelease("orders", "7", (use,)), uow, SYSTEM)
    with pytest.raises(Invalid, match="system version"):
        register_release(RegisterRelease("orders", "a b"), uow, SYSTEM)


@pytest.mark.parametrize(
    "break_", [lambda e: e["systems"][0].update(team="nobody"), lambda e: e.update(teams="x")]
)
def test_a_broken_estate_stores_nothing(
    uow: SqlUnitOfWork, break_: Callable[[dict[str, Any]], None]
) -> None:
    broken = copy.deepcopy(ESTATE)
    break_(broken)
    with pytest.raises(ContractError):
        register(uow, broken)
    assert view_estate(uow, ANONYMOUS).systems == []


def test_only_an_admin_tells_it(uow: SqlUnitOfWork) -> None:
    with pytest.raises(Forbidden):
        register_estate(RegisterEstate(b"{}"), uow, principal("token:x", Role.PUBLISHER))


def test_deploying_is_for_the_team_of_the_system(uow: SqlUnitOfWork) -> None:
    register(uow, ESTATE)
    command = RecordDeployment("orders", "2", "production")
    with pytest.raises(Forbidden):
        record_deployment(command, uow, principal("t", Role.PUBLISHER, teams=("shop-team",)))
    record_deployment(command, uow, principal("t", Role.PUBLISHER, teams=("orders-team",)))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (CatalogFilter(), 3),
        (CatalogFilter(text="STATE order"), 3),
        (CatalogFilter(text="50%"), 0),
        (CatalogFilter(text="special"), 1),
        (CatalogFilter(system="orders", team="orders-team", kind="api", format="openapi"), 3),
        (CatalogFilter(system="shop"), 0),
        (CatalogFilter(consumer="depot"), 3),
        (CatalogFilter(consumer="nobody"), 0),
        (CatalogFilter(criticality=1, classification="confidential", lifecycle="active"), 3),
        (CatalogFilter(criticality=3), 0),
        (CatalogFilter(tag="orders"), 3),
        (CatalogFilter(tag="order"), 0),
    ],
)
def test_the_catalog_filters(uow: SqlUnitOfWork, wanted: CatalogFilter, found: int) -> None:
    _three(uow)
    page = search_catalog(SearchCatalog(wanted), uow, ANONYMOUS)
    assert (page.total, len(page.entries)) == (found, found)


def test_the_catalog_pages_and_counts(uow: SqlUnitOfWork) -> None:
    _three(uow)
    page = search_catalog(SearchCatalog(page=2, per_page=2), uow, ANONYMOUS)
    assert [e.contract.name for e in page.entries] == ["orders.order2"]
    assert (page.total, page.pages) == (3, 2)
    assert page.facets["system"] == {"orders": 3}
    assert page.entries[0].owner_name == "Orders"
    assert page.entries[0].consumers == ("depot", "shop")


def _three(uow: SqlUnitOfWork) -> None:
    tell(uow)
    for n in ("", "1", "2"):
        title = "A special one" if n else "Orders"
        title = title if n == "1" else "Orders"
        publish(uow, openapi("1.0.0"), sidecar=sidecar(id=f"orders.order{n}", title=title))


def test_pages_cost_the_same_on_a_larger_estate(uow: SqlUnitOfWork) -> None:
    tell(uow)
    pages: dict[str, Callable[[], object]] = {
        "catalog": lambda: search_catalog(SearchCatalog(), uow, ANONYMOUS),
        "contract": lambda: get_contract("orders.order", uow, ANONYMOUS),
        "ownership": lambda: view_ownership(uow, ANONYMOUS),
        "estate": lambda: view_estate(uow, ANONYMOUS),
        "overview": lambda: view_overview(uow, ANONYMOUS),
        "runs": lambda: list_runs(ListRuns(), uow, ANONYMOUS),
    }

    def statements(page: Callable[[], object]) -> int:
        count = 0

        def on(*_args: object) -> None:
            nonlocal count
            count += 1

        event.listen(uow.engine, "before_cursor_execute", on)
        page()
        event.remove(uow.engine, "before_cursor_execute", on)
        return count

    publish(uow, openapi("1.0.0"))
    small = {name: statements(page) for name, page in pages.items()}
    for n in range(20):
        publish(uow, openapi("1.0.0"), sidecar=sidecar(id=f"orders.more{n}"))
        publish(uow, openapi(f"1.{n + 1}.0"))
    assert {name: statements(page) for name, page in pages.items()} == small
    assert max(small.values()) <= 16


def test_orphans_are_found(uow: SqlUnitOfWork) -> None:
    tell(uow)
    publish(uow, openapi("1.0.0"), sidecar=sidecar(steward=None, consumers=[]))
    with uow.write() as store:
        team = store.estate.find_team("orders-team")
        assert team is not None
        from dataclasses import replace

        store.estate.put_team(replace(team, active=False))
    view = view_ownership(uow, ANONYMOUS)
    assert {o.code for o in view.orphans} == {"owner-inactive", "steward-missing", "owner-gone"}
    [orders] = [t for t in view.teams if t.team.id == "orders-team"]
    assert orders.systems[0].provides[0].consumers == ("depot", "shop")


def test_long_and_odd_text_is_kept(uow: SqlUnitOfWork) -> None:
    tell(uow)
    odd = "Ω\u2028" + "x" * 3000
    command = PublishVersion(openapi("1.0.0"), "o" * 500, sidecar(title=odd, steward="y" * 900))
    publish_version(command, uow, SYSTEM)
    assert get_contract("orders.order", uow, ANONYMOUS).contract.title == odd
