"""A registry on its first day: every list is empty, and says what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from registry.app import create_app, open_runtime
from registry.settings import Settings
from tests.integration.web.page import get


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    runtime = open_runtime(Settings(data=tmp_path_factory.mktemp("empty"), open=True))
    yield create_app(runtime=runtime).test_client()
    runtime.uow.engine.dispose()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("/", "Publish the first contract"),
        ("/contracts", "No contracts yet"),
        ("/publish", "Paste or upload"),
        ("/runs", "nothing has been checked yet"),
        ("/runs/new", "Start"),
        ("/gate", "Ask a question"),
        ("/gate/matrix", "No releases"),
        ("/ownership", "No teams"),
        ("/ownership/fields", "No authority is stated"),
        ("/systems", "No systems"),
        ("/waivers", "No waivers"),
        ("/audit", "No entries"),
        ("/audit?verify=1", "The chain holds"),
        ("/tokens", "No tokens yet"),
    ],
)
def test_an_empty_page_invites(empty: FlaskClient, url: str, says: str) -> None:
    assert says in get(empty, url).text
