"""One Chromium and one served, seeded registry for all browser tests of a worker."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from werkzeug.serving import make_server

from registry.app import create_app
from tests.browser.chromium import ARGUMENTS, chromium_environment, chromium_path
from tests.integration.web.seeded import seeded_runtime


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here drives the browser, on one worker."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an open registry with the shipped library and runs."""
    runtime = seeded_runtime(tmp_path_factory.mktemp("served"))
    server = make_server("127.0.0.1", 0, create_app(runtime=runtime), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(10)
    server.server_close()
    runtime.uow.engine.dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=chromium_path(), args=list(ARGUMENTS), env=chromium_environment()
        )
        yield chromium
        chromium.close()


@dataclass
class Visitor:
    """A person with a browser window."""

    page: Page
    base: str
    complaints: list[str]
    """What the browser complained about: scripts, policy, missing files."""

    def go(self, path: str) -> None:
        """Open a page of the registry."""
        self.page.goto(self.base + path)


@pytest.fixture
def visit(browser: Browser, served: str) -> Iterator[Callable[..., Visitor]]:
    """Opens a window: ``visit("/contracts", width=380, java_script_enabled=False)``."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def open_window(path: str = "/", *, width: int = 1280, **options: Any) -> Visitor:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        visitor = Visitor(page, served, [])

        def listen(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                visitor.complaints.append(message.text)

        page.on("console", listen)
        page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        visitors.append(visitor)
        visitor.go(path)
        return visitor

    yield open_window
    for context in contexts:
        context.close()
    for visitor in visitors:
        assert visitor.complaints == []
