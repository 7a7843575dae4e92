"""The application on both databases, a caller per role, and answers held against the document."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from flask.testing import FlaskClient

from registry.api.document import openapi_document
from registry.app import create_app
from registry.domain import SYSTEM, Role
from registry.runtime import Runtime
from registry.services.create_token import CreateToken, create_token
from registry.settings import Settings
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.story import tell

DOCUMENT = openapi_document()


@dataclass
class Queue:
    """Remembers what was handed to it."""

    runs: list[str] = field(default_factory=list)

    def check(self) -> None:
        """It is there."""

    def enqueue_run(self, run_id: str) -> None:
        self.runs.append(run_id)


@dataclass
class Api:
    """Calls the API and holds every answer against the document that the API serves."""

    client: FlaskClient
    token: str | None = None
    seen: set[str] = field(default_factory=set)

    def __call__(self, operation: str, body: Any = None, expect: int = 200, **given: str) -> Any:
        path, method, described = OPERATIONS[operation]
        names = [p["name"] for p in described.get("parameters", []) if p.get("in") == "path"]
        for name in names:
            path = path.replace(f"{{{name}}}", given.pop(name))
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        response = self.client.open(
            f"/api/v1{path}", method=method, json=body, query_string=given, headers=headers
        )
        assert response.status_code == expect, response.text
        self.seen.add(operation)
        return self._checked(response, described["responses"])

    def _checked(self, response: Any, responses: Any) -> Any:
        described = responses[str(response.status_code)]
        if "$ref" in described:
            described = DOCUMENT["components"]["responses"][described["$ref"].rpartition("/")[2]]
        assert response.mimetype in described["content"]
        if not response.mimetype.endswith("json"):
            return response.text
        value = json.loads(response.data)
        schema = {**described["content"][response.mimetype]["schema"], **COMPONENTS}
        error = next(jsonschema_rs.validator_for(schema).iter_errors(value), None)
        assert error is None, f"{error.instance_path} {error.message}"
        return value


COMPONENTS = {
    "components": DOCUMENT["components"],
    "$schema": "https://json-schema.org/draft/2020-12/schema",
}
OPERATIONS = {
    operation["operationId"]: (path, method.upper(), operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}


@pytest.fixture
def queue() -> Queue:
    return Queue()


@pytest.fixture
def client(uow: SqlUnitOfWork, queue: Queue, tmp_path: Path) -> FlaskClient:
    """The application over a told estate."""
    tell(uow)
    settings = Settings(data=tmp_path, log_level="error")
    return create_app(runtime=Runtime(settings, uow, queue)).test_client()


@pytest.fixture
def as_role(client: FlaskClient, uow: SqlUnitOfWork) -> Callable[..., Api]:
    """The API as somebody with these roles, acting for these teams."""

    def make(*roles: Role, teams: tuple[str, ...] = ()) -> Api:
        command = CreateToken(
            "-".join(r.value for r in roles), frozenset(roles), frozenset(teams), None
        )
        return Api(client, create_token(command, uow, SYSTEM).secret)

    return make


@pytest.fixture
def admin(as_role: Callable[..., Api]) -> Api:
    """The API as an administrator."""
    return as_role(Role.ADMIN)


@pytest.fixture
def anonymous(client: FlaskClient) -> Api:
    """The API as nobody."""
    return Api(client)
