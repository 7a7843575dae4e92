"""Signing in through an identity provider that really runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from flask.testing import FlaskClient
from pydantic import SecretStr

from registry.app import create_app, open_runtime
from registry.domain import SYSTEM, Role
from registry.runtime import Runtime
from registry.security.passwords import ArgonPasswords
from registry.services.manage_users import ChangeUser, CreateUser, change_user, create_user
from registry.settings import Settings
from tests.integration.web.oidc_provider import CLIENT, SECRET, Provider, running
from tests.integration.web.page import get, page_of


@pytest.fixture(scope="module")
def running_provider() -> Iterator[Provider]:
    with running() as provider:
        yield provider


@pytest.fixture
def provider(running_provider: Provider) -> Provider:
    """Ana is at the browser, and nothing is wrong."""
    running_provider.wrong = ""
    running_provider.person = {
        "sub": "u-1",
        "preferred_username": "Ana.Smith",
        "name": "Ana Smith",
        "groups": ["devs"],
    }
    return running_provider


@pytest.fixture
def runtime(seeded_data: Path, tmp_path: Path, provider: Provider) -> Iterator[Runtime]:
    shutil.copytree(seeded_data, tmp_path / "data")
    settings = Settings(
        data=tmp_path / "data",
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SecretStr(SECRET),
        oidc_groups="devs=publisher@erp-inventory; bosses=admin",
    )
    runtime = open_runtime(settings)
    yield runtime
    runtime.uow.engine.dispose()  # type: ignore[attr-defined]


@pytest.fixture
def client(runtime: Runtime) -> FlaskClient:
    return create_app(runtime=runtime).test_client()


def away(client: FlaskClient) -> str:
    """Leave for the provider; gives the address it sends the browser back to."""
    left = client.get("/sign-in/oidc?next=/runs/new")
    assert left.status_code == 303
    answer = requests.get(left.headers["Location"], allow_redirects=False, timeout=10)
    return answer.headers["Location"].replace("http://localhost", "")


def test_ana_enters_with_the_rights_of_her_groups(
    client: FlaskClient, runtime: Runtime, provider: Provider
) -> None:
    assert "Sign in with your organisation" in get(client, "/sign-in").text
    entered = client.get(away(client))
    assert (entered.status_code, entered.headers["Location"]) == (303, "/runs/new")
    assert "Start a conformance run" in get(client, "/runs/new").text
    get(client, "/users", 403)
    with runtime.uow.read() as store:
        user = store.users.get("ana-smith")
    assert (user.roles, user.teams) == ({Role.PUBLISHER}, {"erp-inventory"})
    provider.person = provider.person | {"groups": ["bosses"]}
    client.get(away(client))
    get(client, "/users")


@pytest.mark.parametrize(
    "wrong",
    ["nonce", "no-nonce", "audience", "issuer", "expired", "party", "key", "unsigned"],
)
def test_a_wrong_answer_lets_nobody_in(client: FlaskClient, provider: Provider, wrong: str) -> None:
    provider.wrong = wrong
    assert "identity provider" in page_of(client.get(away(client)), 401).text
    get(client, "/runs/new", 401)


def test_a_wrong_state_and_a_second_use_let_nobody_in(client: FlaskClient) -> None:
    back = away(client)
    get(client, back.replace("state=", "state=x"), 401)
    get(client, back, 401)  # what was remembered is used up
    back = away(client)
    stranger = client.application.test_client()
    get(stranger, back, 401)  # another browser began it
    assert client.get(back).status_code == 303
    get(client, back, 401)


def test_a_stolen_code_is_of_no_use_without_its_verifier(client: FlaskClient) -> None:
    stolen = away(client).split("code=")[1].split("&")[0]
    mine = away(client)
    code = mine.split("code=")[1].split("&")[0]
    get(client, mine.replace(code, stolen), 401)


def test_who_is_in_no_group_is_told_so(client: FlaskClient, provider: Provider) -> None:
    provider.person = provider.person | {"groups": ["kitchen"]}
    assert "groups" in page_of(client.get(away(client)), 403).text


def test_the_provider_takes_over_no_local_user_and_a_disabled_one_stays_out(
    client: FlaskClient, runtime: Runtime, provider: Provider
) -> None:
    slow = ArgonPasswords()
    client.get(away(client))
    change_user(ChangeUser("ana-smith", disabled=True), runtime.uow, SYSTEM, slow)
    get(client, "/runs/new", 401)
    get(client, away(client), 401)
    create_user(CreateUser("bo", "correct horse battery"), runtime.uow, SYSTEM, slow)
    provider.person = provider.person | {"sub": "u-2", "preferred_username": "bo"}
    assert "somebody else" in page_of(client.get(away(client)), 403).text


def test_a_provider_that_is_gone_is_one_sentence(runtime: Runtime) -> None:
    settings = runtime.settings.model_copy(update={"oidc_issuer": "http://127.0.0.1:9"})
    app = create_app(runtime=Runtime(settings, runtime.uow, runtime.queue))
    assert "does not answer" in get(app.test_client(), "/sign-in/oidc", 503).text
