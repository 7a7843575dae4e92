"""The whole application on both databases: who may call, what goes wrong, health."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from registry.app import create_app
from registry.domain import SYSTEM, Role
from registry.runtime import EXTENSION, Runtime
from registry.services.create_token import CreateToken, create_token
from registry.services.sign_in import first_link
from registry.settings import Settings
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.story import ESTATE, openapi, sidecar


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    application = create_app(Settings(data=tmp_path / "data", database=database_url))
    yield application
    _close(application)


def _close(app: Flask) -> None:
    runtime: Runtime = app.extensions[EXTENSION]
    assert isinstance(runtime.uow, SqlUnitOfWork)
    runtime.uow.engine.dispose()
    runtime.queue.huey.storage.close()  # type: ignore[attr-defined]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def token(app: Flask, *roles: Role, teams: tuple[str, ...] = ()) -> dict[str, str]:
    runtime: Runtime = app.extensions[EXTENSION]
    command = CreateToken("t", frozenset(roles), frozenset(teams))
    return {"Authorization": f"Bearer {create_token(command, runtime.uow, SYSTEM).secret}"}


def publication(**item: Any) -> dict[str, Any]:
    document = {"document": openapi("1.0.0").decode(), "sidecar": sidecar().decode()}
    return {"items": [document | item]}


def test_a_story_over_http(app: Flask, client: FlaskClient) -> None:
    admin = token(app, Role.ADMIN)
    estate = {"document": json.dumps(ESTATE), "filename": "estate.json"}
    told = client.put("/api/v1/estate", json=estate, headers=admin)
    assert told.status_code == 200, told.json
    owner = token(app, Role.PUBLISHER, teams=("orders-team",))
    done = client.post("/api/v1/publications", json=publication(), headers=owner)
    assert done.status_code == 200, done.json
    assert done.json["publications"][0]["status"] == "published"
    breaking = publication(document=openapi("1.1.0", total="string").decode())
    refused = client.post("/api/v1/publications", json=breaking, headers=owner)
    assert (refused.status_code, refused.json["code"]) == (422, "policy-denied")
    assert refused.json["publication"]["report"]["verdict"] == "breaking"
    assert refused.mimetype == "application/problem+json"
    query = {"system": "orders", "version": "1", "to": "production"}
    answer = client.get("/api/v1/can-i-deploy", query_string=query)
    assert answer.json["answer"] == "yes"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/api/v1/contracts/nothing", None, 404, "not-found"),
        ("GET", "/api/v1/nothing", None, 404, "not-found"),
        ("GET", "/api/v1/contracts?page=x", None, 400, "invalid"),
        ("POST", "/api/v1/publications", {"items": []}, 400, "invalid"),
        ("POST", "/api/v1/publications", publication(), 401, "unauthenticated"),
        ("POST", "/api/v1/publications", publication(document="{"), 400, "document-unreadable"),
        ("GET", "/api/v1/tokens", None, 401, "unauthenticated"),
        ("DELETE", "/api/v1/contracts", None, 404, "not-found"),
    ],
)
def test_problems(
    app: Flask, client: FlaskClient, method: str, path: str, body: object, status: int, code: str
) -> None:
    headers = {} if status == 401 else token(app, Role.ADMIN)
    answer = client.open(path, method=method, json=body, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (status, code), answer.json
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/contracts?text=%00",
        "/api/v1/contracts?page=999999999999999999",
        "/api/v1/contracts/a%00b",
        "/api/v1/runs?contract=%00",
        "/api/v1/systems/%00",
        "/api/v1/can-i-deploy?system=%00&version=1&to=%00",
        "/contracts?text=%00",
        "/contracts?page=999999999999999999",
        "/contracts/%00",
    ],
)
def test_nothing_odd_in_an_address_breaks_it(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in {200, 400, 404}


@pytest.mark.parametrize("value", ["Bearer nonsense", "Basic YTpi", "Bearer", "Bearer \ufffd"])
def test_a_bad_credential_is_never_anonymous(client: FlaskClient, value: str) -> None:
    answer = client.get("/api/v1/contracts", headers={"Authorization": value})
    assert answer.status_code == 401


def test_a_viewer_may_not_write(app: Flask, client: FlaskClient) -> None:
    answer = client.get("/api/v1/tokens", headers=token(app, Role.VIEWER))
    assert (answer.status_code, answer.json["code"]) == (403, "forbidden")


def test_the_session_cookie_does_not_reach_the_api(app: Flask, client: FlaskClient) -> None:
    runtime: Runtime = app.extensions[EXTENSION]
    link = first_link(runtime.uow)
    form = client.get("/sign-in").get_data(as_text=True)
    csrf = form.split('name="csrf" value="')[1].split('"')[0]
    assert client.post("/sign-in", data={"secret": link}).status_code == 403
    entered = client.post("/sign-in", data={"secret": link, "csrf": csrf})
    assert entered.status_code == 303
    assert "HttpOnly" in entered.headers["Set-Cookie"]
    assert client.get("/api/v1/tokens").status_code == 401


def test_health_and_readiness(app: Flask, client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").status_code == 200
    runtime: Runtime = app.extensions[EXTENSION]
    assert isinstance(runtime.uow, SqlUnitOfWork)
    with runtime.uow.engine.begin() as connection:
        before = connection.scalar(text("select version_num from alembic_version"))
        connection.execute(text("update alembic_version set version_num = '0000'"))
    behind = client.get("/readyz")
    assert behind.status_code == 503
    assert "revision 0000" in behind.json["parts"]["database"]
    assert behind.json["parts"]["queue"] == "ok"
    with runtime.uow.engine.begin() as connection:
        connection.execute(
            text("update alembic_version set version_num = :number"), {"number": before}
        )


def test_metrics(client: FlaskClient) -> None:
    client.get("/api/v1/contracts")
    text_ = client.get("/metrics").get_data(as_text=True)
    assert 'route="/api/v1/contracts",status="200"} 1.0' in text_
    assert "# TYPE interlock_contracts gauge" in text_


def test_a_fault_is_a_problem_without_a_trace(app: Flask, client: FlaskClient) -> None:
    @app.get("/api/broken")
    def broken() -> str:
        raise ZeroDivisionError("secret detail")

    answer = client.get("/api/broken")
    assert (answer.status_code, answer.json["status"]) == (500, 500)
    assert "secret detail" not in answer.get_data(as_text=True)


def test_open_mode_is_for_this_machine_only(database_url: str, tmp_path: Path) -> None:
    app = create_app(Settings(data=tmp_path / "data", database=database_url, open=True))
    client = app.test_client()
    assert client.get("/api/v1/tokens").status_code == 200
    assert client.get("/api/v1/tokens", base_url="http://127.0.0.1:99").status_code == 200
    assert client.get("/api/v1/tokens", base_url="http://[::1]:99").status_code == 200
    foreign = client.get("/api/v1/tokens", base_url="http://evil.example")
    assert foreign.status_code == 403
    _close(app)


def test_too_large_a_request_is_refused(database_url: str, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", database=database_url, max_request_bytes=5000)
    app = create_app(settings)
    body, admin = {"items": ["x" * 9000]}, token(app, Role.ADMIN)
    answer = app.test_client().post("/api/v1/publications", json=body, headers=admin)
    assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")
    _close(app)
