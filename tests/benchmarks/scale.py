"""What a question costs on 10,000 contracts beside what it costs on 100: run me, or `make bench`.

Prints the median processor time of both and their ratio, which other load does not bend.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from registry.domain import ANONYMOUS
from registry.services.can_i_deploy import CanIDeploy, can_i_deploy
from registry.services.get_contract import get_contract
from registry.services.ports import CatalogFilter
from registry.services.search_catalog import SearchCatalog, search_catalog
from registry.services.view_overview import view_overview
from registry.services.view_releases import view_releases
from registry.store.engine import connect
from registry.store.migrate import upgrade
from registry.store.unit_of_work import SqlUnitOfWork
from tests.benchmarks.estate import LARGE, PAIR, SMALL, contract_name, seed

NAME = contract_name(39)


def _search(uow: SqlUnitOfWork, **wanted: str) -> object:
    return search_catalog(SearchCatalog(CatalogFilter(**wanted)), uow, ANONYMOUS)


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
    "overview": lambda uow: view_overview(uow, ANONYMOUS),
}


def median(action: Callable[[], object], times: int = 11) -> float:
    """Milliseconds of processor time, after one call that fills the caches."""
    action()
    found = []
    for _ in range(times):
        begin = time.process_time()
        action()
        found.append((time.process_time() - begin) * 1000)
    return statistics.median(found)


def main(large: int = LARGE) -> None:
    """Seed both estates in files and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        estates = []
        for size in (SMALL, large):
            engine = connect(f"sqlite:///{Path(folder) / f'{size}.sqlite3'}")
            upgrade(engine)
            estates.append(SqlUnitOfWork(engine))
            seed(estates[-1], size)
        print(f"{'':22}{SMALL:>10} {large:>10}   ratio")
        for name, question in QUESTIONS.items():
            small, big = (median(lambda uow=uow, ask=question: ask(uow)) for uow in estates)
            print(f"{name:22}{small:8.2f}ms {big:8.2f}ms   {big / small:.2f}")
        for uow in estates:
            uow.engine.dispose()


if __name__ == "__main__":
    main(*(int(size) for size in sys.argv[1:]))
