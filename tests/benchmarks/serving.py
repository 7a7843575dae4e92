"""What reading a version costs beside a bare Flask application on the same server: ``make bench``.

All servers run side by side and are asked in turn, so that other load bends no ratio.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx

from registry.cli.processes import Processes
from registry.cli.serve import claim
from registry.domain import SYSTEM, Role
from registry.services.create_token import CreateToken, create_token
from registry.store.engine import connect
from registry.store.migrate import upgrade
from registry.store.unit_of_work import SqlUnitOfWork
from tests.benchmarks.estate import VERSIONS, contract_name, document, seed
from tests.benchmarks.load import rate, request

ROOT = Path(__file__).parents[2]
SIZE = 100
"""Contracts of the estate."""
SERVERS = ("cached", "uncached", "hello", "lookup")
"""Ours twice: as it comes, and without documents at hand."""


class Subject(NamedTuple):
    """A server and what it is asked."""

    name: str
    port: int
    requests: Sequence[bytes]
    status: int
    floor: str = ""


def path_of(at: int, number: str) -> str:
    """Where the document is read."""
    return f"/api/v1/contracts/{contract_name(at)}/versions/{number}/document"


@contextmanager
def servers(folder: Path, url: str, workers: int) -> Iterator[dict[str, int]]:
    """The registry and the two floors, each on a port of its own."""
    environment = {
        "PYTHONPATH": str(ROOT),
        "INTERLOCK_DATABASE": url,
        "INTERLOCK_DATA": str(folder),
        "INTERLOCK_WORKERS": str(workers),
        "INTERLOCK_CONFIG": "",
    }
    with Processes(folder / "logs") as processes:
        ports = {name: claim("127.0.0.1", 0) for name in SERVERS}
        for name, port in ports.items():
            command = [sys.executable, "-m", "tests.benchmarks.bare", name, str(port), str(workers)]
            if name in {"cached", "uncached"}:
                command = [sys.executable, "-m", "registry.cli.main", "serve", "--port", str(port)]
            kept = {"INTERLOCK_DOCUMENT_CACHE_MB": "64" if name == "cached" else "0"}
            processes.start(name, command, environment | kept)
        for name, port in ports.items():
            _wait(f"http://127.0.0.1:{port}/readyz", processes, name)
        yield ports


def _wait(url: str, processes: Processes, name: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert processes.ended() is None, processes.log(name)
        try:
            httpx.get(url, timeout=5)
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(processes.log(name))


def subjects(ports: dict[str, int], token: str) -> list[Subject]:
    """Each beside its floor."""
    import hashlib

    number = f"1.{VERSIONS - 1}.0"
    bearer = f"Authorization: Bearer {token}"
    name, path = contract_name(7), path_of(7, number)
    known = hashlib.sha256(document(name, number, VERSIONS - 1)).hexdigest()
    matching = f'If-None-Match: "{known}"'
    every = [path_of(at, f"1.{n}.0") for n in range(VERSIONS) for at in range(SIZE)]
    ours, cold, hello, lookup = (ports[name] for name in SERVERS)
    return [
        Subject("hello", hello, [request("/hello")], 200),
        Subject("cached, anonymous", ours, [request(path, matching)], 304, "hello"),
        Subject("cached, token", ours, [request(path, matching, bearer)], 304, "hello"),
        Subject("row lookup", lookup, [request(p) for p in every], 200),
        Subject("uncached, anonymous", cold, [request(p) for p in every], 200, "row lookup"),
        Subject("uncached, token", cold, [request(p, bearer) for p in every], 200, "row lookup"),
    ]


def measured(asked: Sequence[Subject], rounds: int, seconds: float) -> dict[str, float]:
    """The median requests per second of each, asked in turn."""
    found: dict[str, list[float]] = {one.name: [] for one in asked}
    for _ in range(rounds):
        for one in asked:
            found[one.name].append(rate(one.port, one.requests, one.status, seconds))
    return {name: statistics.median(rates) for name, rates in found.items()}


def compared(url: str, folder: Path, workers: int, rounds: int, seconds: float) -> None:
    """Print requests per second, and by how much each stays behind its floor."""
    engine = connect(url)
    upgrade(engine)
    uow = SqlUnitOfWork(engine)
    seed(uow, SIZE)
    token = create_token(CreateToken("bench", frozenset({Role.VIEWER})), uow, SYSTEM).secret
    engine.dispose()
    with servers(folder, url, workers) as ports:
        asked = subjects(ports, token)
        rates = measured(asked, rounds, seconds)
    for one in asked:
        ratio = f"{rates[one.name] / rates[one.floor]:6.2f} × {one.floor}" if one.floor else ""
        print(f"{one.name:22}{rates[one.name]:8.0f} requests/s  {ratio}")


def main(workers: int = 1, rounds: int = 5, seconds: float = 1.5) -> None:
    """Print the table for SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'interlock.sqlite3'}"
        compared(url, Path(folder), workers, rounds, seconds)


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:]))
