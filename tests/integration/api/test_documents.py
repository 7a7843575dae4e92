"""Documents are read at little cost, and never by somebody who may not, or in an old state."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from registry.app import create_app
from registry.domain import SYSTEM, Role
from registry.runtime import Runtime
from registry.services.create_token import CreateToken, create_token, revoke_token
from registry.services.recognise import SECONDS, Recognised
from registry.settings import Settings
from registry.store.engine import connect
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.api.conftest import Queue
from tests.integration.story import openapi, publish
from tests.integration.test_scale import statements

PATH = "/api/v1/contracts/orders.order/versions/{}/document"
ONE = PATH.format("1.0.0")


@pytest.fixture(autouse=True)
def _published(client: FlaskClient, uow: SqlUnitOfWork) -> None:
    publish(uow, openapi("1.0.0"))
    publish(uow, openapi("2.0.0", "string"), branch="next")


def selects(sent: list[tuple[str, object]]) -> int:
    return sum(statement.startswith("SELECT") for statement, _ in sent)


def test_one_statement_then_none(client: FlaskClient, uow: SqlUnitOfWork) -> None:
    token = create_token(CreateToken("ci", frozenset({Role.VIEWER})), uow, SYSTEM).secret
    bearer = {"Authorization": f"Bearer {token}"}
    with statements(uow.engine) as sent:
        first = client.get(ONE)
    assert (first.data, selects(sent), len(sent)) == (openapi("1.0.0"), 1, 1)
    client.get(ONE, headers=bearer)  # remembers when the token was used
    client.get(ONE, headers=bearer)
    with statements(uow.engine) as sent:
        for headers in ({}, bearer):
            assert client.get(ONE, headers=headers).data == first.data
            again = client.get(ONE, headers={**headers, "If-None-Match": first.headers["ETag"]})
            assert (again.status_code, again.data) == (304, b"")
    assert sent == []


def test_in_front_of_the_framework_and_behind_it_are_one_answer(client: FlaskClient) -> None:
    front = client.get(ONE)
    behind = client.get(ONE, headers={"If-None-Match": 'W/"other", "another"'})
    assert behind.data == front.data
    names = ("Content-Type", "Content-Disposition", "X-Content-Type-Options", "Cache-Control")
    for name in (*names, "ETag", "Content-Length"):
        assert behind.headers[name] == front.headers[name], name
    assert client.head(ONE).headers["ETag"] == front.headers["ETag"]
    listed = client.get(ONE, headers={"If-None-Match": f'"other", {front.headers["ETag"]}'})
    assert listed.status_code == 304
    for answer in (front, behind):
        assert len(answer.headers["X-Request-Id"]) == 16
    named = client.get(ONE, headers={"X-Request-Id": "build-4711"})
    assert named.headers["X-Request-Id"] == "build-4711"
    counted = client.get("/metrics").text
    assert 'route="/api/v1/contracts/<name>/versions/<label>/document",status="200"' in counted


def test_what_moves_is_never_kept(client: FlaskClient, uow: SqlUnitOfWork) -> None:
    latest, branch = PATH.format("latest"), PATH.format("2.0.0@next")
    assert client.get(latest).data == openapi("1.0.0")
    assert client.get(branch).data == openapi("2.0.0", "string")
    publish(uow, openapi("1.1.0"))
    publish(uow, openapi("2.0.0", "boolean"), branch="next")
    assert client.get(latest).data == openapi("1.1.0")
    assert client.get(branch).data == openapi("2.0.0", "boolean")


@pytest.mark.parametrize(
    ("path", "headers", "status", "words"),
    [
        (PATH.format("7.0.0"), {}, 404, "has no version '7.0.0'"),
        (ONE.replace("orders.order", "nobody"), {}, 404, "nobody"),
        (PATH.format("1.0.0/document/versions/1.0.0"), {}, 404, "no address"),
        (ONE, {"Authorization": "Bearer ilk_unknown"}, 401, "unknown"),
        (ONE, {"Authorization": "Basic eDp5"}, 401, "Bearer"),
    ],
)
def test_what_is_wrong_is_said(
    client: FlaskClient, path: str, headers: dict[str, str], status: int, words: str
) -> None:
    client.get(ONE)
    answer = client.get(path, headers=headers)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert words in answer.text
    assert answer.headers["X-Request-Id"]


def test_a_revoked_token_opens_nothing(client: FlaskClient, uow: SqlUnitOfWork) -> None:
    made = create_token(CreateToken("ci", frozenset({Role.VIEWER})), uow, SYSTEM)
    bearer = {"Authorization": f"Bearer {made.secret}"}
    for _ in range(3):
        assert client.get(ONE, headers=bearer).status_code == 200
    revoke_token(made.token.id, uow, SYSTEM)
    assert client.get(ONE, headers=bearer).status_code == 401, "at once in this process"


def test_what_another_process_revokes_counts_within_the_bound(uow: SqlUnitOfWork) -> None:
    made = create_token(CreateToken("ci", frozenset({Role.VIEWER})), uow, SYSTEM)
    other = SqlUnitOfWork(connect(uow.engine.url.render_as_string(hide_password=False)))
    assert SECONDS <= 1.0, "docs/operation.md says a second"
    known = Recognised(seconds=0.2)
    for _ in range(2):
        known.caller(made.secret, uow)
    assert known.find(made.secret, uow) is not None
    revoke_token(made.token.id, other, SYSTEM)
    time.sleep(0.25)
    assert known.find(made.secret, uow) is None
    other.engine.dispose()


def test_one_looks_again_while_the_others_go_on(uow: SqlUnitOfWork) -> None:
    made = create_token(CreateToken("ci", frozenset({Role.VIEWER})), uow, SYSTEM)
    known = Recognised(seconds=0.6)
    for _ in range(2):  # the first also notes that the token is used
        known.caller(made.secret, uow)
    time.sleep(0.35)
    assert known.find(made.secret, uow) is None, "one of them looks"
    assert known.find(made.secret, uow) is not None, "the others do not"
    time.sleep(0.3)
    assert known.find(made.secret, uow) is None, "and nobody looked: nobody is known any more"


def test_an_open_registry_reads_for_its_own_machine_only(
    uow: SqlUnitOfWork, tmp_path: Path
) -> None:
    settings = Settings(data=tmp_path, open=True, log_level="error")
    client = create_app(runtime=Runtime(settings, uow, Queue())).test_client()
    for _ in range(2):
        assert client.get(ONE).status_code == 200
        assert client.get(ONE, headers={"Host": "evil.example"}).status_code == 403


def test_nothing_is_kept_when_nothing_may_be(uow: SqlUnitOfWork, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, document_cache_mb=0, log_level="error")
    client = create_app(runtime=Runtime(settings, uow, Queue())).test_client()
    for _ in range(2):
        with statements(uow.engine) as sent:
            assert client.get(ONE).status_code == 200
        assert len(sent) == 1
