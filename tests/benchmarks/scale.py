"""What a question costs on 10,000 contracts beside what it costs on 100: run me, or `make bench`.

Prints the median of both and their ratio: processor time for SQLite, which other load does not
bend; for PostgreSQL, which works in processes of its own, the time it took.
"""

from __future__ import annotations

import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import psycopg
from flask.testing import FlaskClient

from contracts.verdict import Mode
from registry.app import create_app
from registry.domain import ANONYMOUS, SYSTEM
from registry.jobs.queue import open_queue
from registry.runtime import Runtime
from registry.services.can_i_deploy import CanIDeploy, can_i_deploy
from registry.services.get_contract import get_contract
from registry.services.ports import CatalogFilter
from registry.services.publish_version import PublishVersion, publish_version
from registry.services.search_catalog import SearchCatalog, search_catalog
from registry.services.view_overview import view_overview
from registry.services.view_releases import view_releases
from registry.settings import Settings
from registry.store.engine import connect
from registry.store.migrate import upgrade
from registry.store.unit_of_work import SqlUnitOfWork
from tests.benchmarks.estate import LARGE, PAIR, SMALL, VERSIONS, contract_name, document, seed
from tests.integration.postgres import running_server

NAME = contract_name(39)
Clock = Callable[[], float]


def _search(uow: SqlUnitOfWork, **wanted: str) -> object:
    return search_catalog(SearchCatalog(CatalogFilter(**wanted)), uow, ANONYMOUS)


FRESH = itertools.count(1000)


def rehearsed(uow: SqlUnitOfWork) -> object:
    """A document that was never compared, judged as if it were published."""
    fresh = document(NAME, f"1.{next(FRESH)}.0", VERSIONS)
    given = PublishVersion(fresh, contract=NAME, dry_run=True)
    return publish_version(given, uow, SYSTEM)


QUESTIONS: dict[str, Callable[[SqlUnitOfWork], object]] = {
    "search, one match": lambda uow: _search(uow, text=NAME),
    "search, all match": lambda uow: _search(uow, text="system"),
    "catalog, first page": _search,
    "contract page": lambda uow: get_contract(NAME, uow, ANONYMOUS),
    "gate, one pair": lambda uow: can_i_deploy(
        CanIDeploy(PAIR[0], "2.0", "production"), uow, ANONYMOUS
    ),
    "gate, 200 pairs": lambda uow: can_i_deploy(
        CanIDeploy("system-1", "2.0", "production"), uow, ANONYMOUS
    ),
    "matrix of a system": lambda uow: view_releases("system-1", uow, ANONYMOUS),
    "publish, rehearsed": rehearsed,
    "overview": lambda uow: view_overview(uow, ANONYMOUS),
}


PAGES = (
    "/",
    f"/contracts/{NAME}",
    "/contracts?text=system",
    "/gate",
    "/gate?system=pair-provider&version=2.0&to=production",
    "/gate/matrix?system=system-1",
    "/systems",
    "/systems/system-1",
    "/runs",
    "/ownership",
)


def median(action: Callable[[], object], clock: Clock, times: int = 11) -> float:
    """Milliseconds, after one call that fills the caches."""
    action()
    found = []
    for _ in range(times):
        begin = clock()
        action()
        found.append((clock() - begin) * 1000)
    return statistics.median(found)


def database(server: str, name: str) -> str:
    """A fresh database of a server."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'create database "{name}"')  # type: ignore[arg-type]
    return server.replace("postgresql://", "postgresql+psycopg://").replace(
        "/postgres?", f"/{name}?"
    )


def pages(uow: SqlUnitOfWork, folder: Path) -> FlaskClient:
    """The whole application over an estate."""
    settings = Settings(data=folder, log_level="error")
    return create_app(runtime=Runtime(settings, uow, open_queue(settings))).test_client()


def asked(client: FlaskClient, page: str) -> None:
    """One page, which must be there."""
    answer = client.get(page)
    assert answer.status_code == 200, f"{page}: {answer.status_code}"


def compared(urls: Sequence[str], folder: Path, sizes: Sequence[int]) -> None:
    """Seed an estate at each URL and print the table."""
    estates = []
    for url, size in zip(urls, sizes, strict=True):
        engine = connect(url)
        upgrade(engine)
        estates.append(SqlUnitOfWork(engine))
        seed(estates[-1], size)
    sqlite = estates[0].engine.dialect.name == "sqlite"
    clock = time.process_time if sqlite else time.perf_counter
    clients = [pages(uow, folder) for uow in estates]
    print(f"{estates[0].engine.dialect.name:30}{sizes[0]:>10} {sizes[1]:>10}   ratio")
    for name, question in QUESTIONS.items():
        _line(name, clock, *(partial(question, uow) for uow in estates))
    for page in PAGES:
        _line(page, clock, *(partial(asked, client, page) for client in clients))
    for uow in estates:
        uow.engine.dispose()


def publishing(folder: Path) -> None:
    """Print what publishing costs against so many live versions, all of which must be fit."""
    engine = connect(f"sqlite:///{folder / 'transitive.sqlite3'}")
    upgrade(engine)
    uow = SqlUnitOfWork(engine)
    seed(uow, SMALL)
    with uow.write() as store:
        contract = store.contracts.get(NAME)
        store.contracts.put(replace(contract, mode=Mode.BACKWARD_TRANSITIVE))
    for step in range(VERSIONS, 81):
        if step in {10, 20, 40, 80}:
            cost = median(lambda: rehearsed(uow), time.process_time, 3)
            print(f"publish against {step} versions {cost:12.2f}ms   {cost / step:.2f}ms each")
        given = PublishVersion(document(NAME, f"1.{step}.0", step), contract=NAME)
        publish_version(given, uow, SYSTEM)
    engine.dispose()


def _line(
    name: str, clock: Clock, small: Callable[[], object], large: Callable[[], object]
) -> None:
    few, many = median(small, clock), median(large, clock)
    print(f"{name:30}{few:8.2f}ms {many:8.2f}ms   {many / few:.2f}", flush=True)


def main(large: int = LARGE) -> None:
    """Both databases."""
    sizes = (SMALL, large)
    with tempfile.TemporaryDirectory() as folder, running_server() as server:
        files = [f"sqlite:///{Path(folder) / f'{size}.sqlite3'}" for size in sizes]
        publishing(Path(folder))
        compared(files, Path(folder), sizes)
        compared([database(server, f"estate_{size}") for size in sizes], Path(folder), sizes)


if __name__ == "__main__":
    main(*(int(size) for size in sys.argv[1:] if size.isdigit()))
