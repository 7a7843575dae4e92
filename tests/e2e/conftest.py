"""The command line as its users call it: a process, its output, its exit status; a live server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from registry.cli.processes import Processes
from tests.integration.conftest import postgres_server  # noqa: F401 - a fixture

ROOT = Path(__file__).parents[2]
INTERLOCK = [sys.executable, "-m", "registry.cli.main"]


@dataclass(frozen=True)
class Ended:
    """What a command printed and how it ended."""

    status: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def interlock(tmp_path: Path) -> Run:
    """Call ``interlock`` in an empty directory with an environment of its own."""

    def run(*arguments: str | Path, timeout: float = 120, stdin: str = "", **env: str) -> Ended:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("INTERLOCK_")}
        done = subprocess.run(
            [*INTERLOCK, *map(str, arguments)],
            cwd=tmp_path,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
            env={**clean, "PYTHONPATH": str(ROOT), "COLUMNS": "80", **env},
        )
        assert "Traceback" not in done.stderr + done.stdout
        return Ended(done.returncode, done.stdout, done.stderr)

    return run


@dataclass(frozen=True)
class Server:
    """A registry that runs, and the secret of its first admin."""

    url: str
    token: str


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """``interlock serve`` on an empty database; the first admin entered by the one-time link."""
    database = ""
    if request.param == "postgresql":
        base: str = request.getfixturevalue("postgres_server")
        database = _fresh_database(base)
    with Processes(tmp_path / "logs") as processes:
        command = [*INTERLOCK, "serve", "--port", "0", "--data", str(tmp_path / "data")]
        if database:
            command += ["--database", database]
        processes.start("serve", command, {"PYTHONPATH": str(ROOT)})
        log = _wait(lambda: processes.log("serve"), r"first admin.*token=(\S+)", processes)
        url = re.search(r"serves (http://\S+)", log)
        secret = re.search(r"token=(\S+)", log)
        assert url is not None
        assert secret is not None
        _wait_until_ready(url[1])
        yield Server(url[1], _enter(url[1], secret[1]))


def _fresh_database(base: str) -> str:
    import psycopg

    name = f"e2e_{time.time_ns()}"
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute(f'create database "{name}"')  # type: ignore[arg-type]
    head, _, tail = base.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{tail}" if tail else "")


def _enter(url: str, secret: str) -> str:
    """Use the one-time link in a browser's way, and make an admin token there."""
    with httpx.Client(base_url=url, follow_redirects=True) as browser:
        page = browser.get("/sign-in", params={"token": secret}).text
        browser.post("/sign-in", data={"csrf": _csrf(page), "secret": secret})
        form = {"csrf": _csrf(browser.get("/tokens").text), "name": "e2e", "roles": "admin"}
        made = browser.post("/tokens", data=form | {"teams": "", "days": "30"}).text
        found = re.search(r"ilk_[A-Za-z0-9_-]{20,}", made)
        assert found is not None, made[:3000]
        return found[0]


def _csrf(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None, page[:2000]
    return found[1]


def _wait(read: Callable[[], str], pattern: str, processes: Processes) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        text = read()
        if re.search(pattern, text):
            return text
        assert processes.ended() is None, text
        time.sleep(0.05)
    raise AssertionError(read())


def _wait_until_ready(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/readyz", timeout=5).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"{url} does not become ready")
