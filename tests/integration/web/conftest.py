"""Pages over a seeded registry: one to read, shared; fresh copies to write to."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.app import create_app, open_runtime
from registry.settings import Settings
from tests.integration.web.seeded import seeded_runtime


@pytest.fixture(scope="session")
def seeded_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory to copy from."""
    data = tmp_path_factory.mktemp("seeded")
    runtime = seeded_runtime(data)
    runtime.uow.engine.dispose()
    return data


@pytest.fixture
def make_app(seeded_data: Path, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Builds an application on a copy of the seeded data."""
    engines = []

    def build(*, open_mode: bool = True, public_read: bool = True) -> Flask:
        data = tmp_path / f"data-{len(engines)}"
        shutil.copytree(seeded_data, data)
        runtime = open_runtime(Settings(data=data, open=open_mode, public_read=public_read))
        engines.append(runtime.uow.engine)
        app = create_app(runtime=runtime)
        app.testing = True
        return app

    yield build
    for engine in engines:
        engine.dispose()


@pytest.fixture(scope="session")
def reading(seeded_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client in open mode, for tests that change nothing."""
    data = tmp_path_factory.mktemp("reading") / "data"
    shutil.copytree(seeded_data, data)
    runtime = open_runtime(Settings(data=data, open=True))
    yield create_app(runtime=runtime).test_client()
    runtime.uow.engine.dispose()


@pytest.fixture
def writing(make_app: Callable[..., Flask]) -> FlaskClient:
    """A client in open mode on data of its own."""
    return make_app().test_client()
