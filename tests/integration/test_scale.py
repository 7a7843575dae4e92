"""An estate ten times larger costs no more statements, and no statement reads a whole table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from registry.domain import ANONYMOUS, Answer
from registry.services.can_i_deploy import CanIDeploy, can_i_deploy
from registry.services.get_contract import get_contract
from registry.services.ports import CatalogFilter
from registry.services.search_catalog import SearchCatalog, search_catalog
from registry.services.view_matrix import ViewMatrix, view_matrix
from registry.services.view_overview import view_overview
from registry.services.view_releases import view_releases
from registry.store.engine import connect
from registry.store.migrate import upgrade
from registry.store.tables import metadata
from registry.store.unit_of_work import SqlUnitOfWork
from tests.benchmarks.estate import PAIR, contract_name, seed
from tests.benchmarks.scale import rehearsed

NAME = contract_name(39)
GROWING = ("contracts", "versions", "contract_search", "runs", "release_contracts", "expectations")
"""Tables that no question below may read from end to end."""


def search(uow: SqlUnitOfWork, **wanted: str) -> int:
    return search_catalog(SearchCatalog(CatalogFilter(**wanted)), uow, ANONYMOUS).total


QUESTIONS: dict[str, Callable[[SqlUnitOfWork], object]] = {
    "text": lambda uow: search(uow, text=NAME),
    "all": lambda uow: search(uow, text="system"),
    "consumer": lambda uow: search(uow, consumer=PAIR[1]),
    "contract": lambda uow: get_contract(NAME, uow, ANONYMOUS),
    "matrix": lambda uow: view_matrix(ViewMatrix(NAME, "production"), uow, ANONYMOUS),
    "gate": lambda uow: can_i_deploy(CanIDeploy(PAIR[0], "2.0", "production"), uow, ANONYMOUS),
    "releases": lambda uow: view_releases("system-1", uow, ANONYMOUS),
    "publish": rehearsed,
    "overview": lambda uow: view_overview(uow, ANONYMOUS),
}


@contextmanager
def statements(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """What is sent meanwhile."""
    sent: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def asked(uow: SqlUnitOfWork) -> dict[str, list[tuple[str, Any]]]:
    uow = SqlUnitOfWork(uow.engine, uow.now)  # which remembers nothing yet
    found = {}
    for name, question in QUESTIONS.items():
        question(uow)  # comparisons are worked out once
        if uow.engine.dialect.name == "postgresql":
            with uow.engine.begin() as connection:  # somebody writes: nothing may be taken as read
                connection.execute(text("SELECT pg_current_xact_id()"))
        with statements(uow.engine) as sent:
            question(uow)
        found[name] = sent
    return found


def test_a_larger_estate_costs_no_more_statements(uow: SqlUnitOfWork) -> None:
    seed(uow, 100)
    small = asked(uow)
    with uow.engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    seed(uow, 1000)
    large = asked(uow)
    assert {n: len(sent) for n, sent in large.items()} == {n: len(s) for n, s in small.items()}
    assert max(len(sent) for sent in large.values()) <= 18
    assert search(uow, text=NAME) == 1
    assert search(uow, consumer=PAIR[1]) == 1
    answer = can_i_deploy(CanIDeploy(PAIR[0], "2.0", "production"), uow, ANONYMOUS)
    assert answer.answer is Answer.YES
    assert len(answer.reasons) == 1


def test_the_matrix_says_what_the_gate_says(uow: SqlUnitOfWork) -> None:
    seed(uow, 100)
    matrix = view_releases("system-1", uow, ANONYMOUS)
    assert [row.version for row in matrix.rows] == ["2.0", "1.0"]
    for row in matrix.rows:
        for environment, cell in zip(matrix.environments, row.cells, strict=True):
            asked = CanIDeploy("system-1", row.version, environment.id)
            alone = can_i_deploy(asked, uow, ANONYMOUS)
            assert (cell.decision.answer, len(cell.decision.reasons)) == (
                alone.answer,
                len(alone.reasons),
            )
            assert cell.running == (row.version == "1.0")


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_reads_a_whole_table(question: str, large_sqlite: SqlUnitOfWork) -> None:
    for statement, parameters in asked(large_sqlite)[question]:
        if not statement.lstrip().lower().startswith(("select", "with")):
            continue
        if "count(*)" in statement and "WHERE" not in statement:
            continue  # an index counts
        with large_sqlite.engine.connect() as connection:
            plan = connection.exec_driver_sql(f"explain query plan {statement}", parameters)
            steps = [row[3] for row in plan]
        if "LIMIT" in statement and not any("ORDER BY" in step for step in steps):
            continue  # it walks in the order of an index and stops
        read = [
            step
            for step in steps
            if step.startswith("SCAN") and step.split()[1] in GROWING and "INDEX" not in step
        ]
        assert read == [], f"{statement}\n" + "\n".join(steps)


@pytest.fixture(scope="module")
def large_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlUnitOfWork]:
    """A thousand contracts in a file."""
    engine = connect(f"sqlite:///{tmp_path_factory.mktemp('large') / 'large.sqlite3'}")
    upgrade(engine)
    found = SqlUnitOfWork(engine)
    seed(found, 1000)
    yield found
    engine.dispose()
