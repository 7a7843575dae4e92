"""What reading a version costs beside a bare Flask application on the same server: ``make bench``.

All servers run side by side and are asked in turn, so that other load bends no ratio.
"""

from __future__ import annotations

import hashlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
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
from tests.benchmarks.estate import PAIR, VERSIONS, contract_name, document, seed
from tests.benchmarks.load import rate, request
from tests.benchmarks.scale import database
from tests.integration.postgres import running_server

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
def servers(
    folder: Path, url: str, workers: int
) -> Iterator[tuple[dict[str, int], dict[str, int]]]:
    """The registry and the two floors: on which port each listens, and its process."""
    environment = {
        "PYTHONPATH": str(ROOT),
        "INTERLOCK_DATABASE": url,
        "INTERLOCK_DATA": str(folder),
        "INTERLOCK_WORKERS": str(workers),
        "INTERLOCK_CONFIG": "",
    }
    with Processes(folder / "logs") as processes:
        ports = {name: claim("127.0.0.1", 0) for name in SERVERS}
        pids = {}
        for name, port in ports.items():
            command = [sys.executable, "-m", "tests.benchmarks.bare", name, str(port), str(workers)]
            if name in {"cached", "uncached"}:
                command = [sys.executable, "-m", "registry.cli.main", "serve", "--port", str(port)]
            kept = {"INTERLOCK_DOCUMENT_CACHE_MB": "64" if name == "cached" else "0"}
            pids[name] = processes.start(name, command, environment | kept).pid
        for name, port in ports.items():
            _wait(f"http://127.0.0.1:{port}/readyz", processes, name)
        yield ports, pids


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


class Rate(NamedTuple):
    """What one subject served, and how that compares."""

    name: str
    per_second: float
    ratio: float | None
    floor: str


def processor_seconds(root: int) -> float:
    """What a process and its children have used so far (proc(5))."""
    children: dict[int, list[int]] = {}
    used: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                values = (entry / "stat").read_text().rpartition(")")[2].split()
                children.setdefault(int(values[1]), []).append(int(entry.name))
                used[int(entry.name)] = int(values[11]) + int(values[12])
    family = [root]
    for pid in family:
        family += children.get(pid, [])
    return sum(used.get(pid, 0) for pid in family) / os.sysconf("SC_CLK_TCK")


class Gate(NamedTuple):
    """Milliseconds of a gate answer on a pair that was compared before."""

    median: float
    """As a caller waits, with whatever else the machine does."""
    processor: float
    """The server's own work."""


def gate_answer(port: int, server: int, times: int = 200) -> Gate:
    """Ask over HTTP; the first answers fill what is filled once."""
    question = {"system": PAIR[0], "version": "2.0", "to": "production"}
    found = []
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1") as client:
        for number in range(times + 10):
            if number == 10:
                before = processor_seconds(server)
            begin = time.perf_counter()
            answer = client.get("/can-i-deploy", params=question)
            found.append((time.perf_counter() - begin) * 1000)
            assert answer.json()["answer"] == "yes", answer.text
        used = processor_seconds(server) - before
    return Gate(statistics.median(found[10:]), used * 1000 / times)


def compared(
    url: str, folder: Path, workers: int, rounds: int, seconds: float
) -> tuple[list[Rate], Gate]:
    """Requests per second of each beside its floor, and milliseconds of a gate answer."""
    engine = connect(url)
    upgrade(engine)
    uow = SqlUnitOfWork(engine)
    seed(uow, SIZE)
    token = create_token(CreateToken("bench", frozenset({Role.VIEWER})), uow, SYSTEM).secret
    engine.dispose()
    with servers(folder, url, workers) as (ports, pids):
        asked = subjects(ports, token)
        rates = measured(asked, rounds, seconds)
        gate = gate_answer(ports["cached"], pids["cached"])
    return [
        Rate(
            one.name,
            rates[one.name],
            rates[one.name] / rates[one.floor] if one.floor else None,
            one.floor,
        )
        for one in asked
    ], gate


def main(workers: int = 1, rounds: int = 12, seconds: float = 0.6) -> None:
    """Print the table of both databases."""
    with tempfile.TemporaryDirectory() as folder, running_server() as server:
        for name in ("sqlite", "postgresql"):
            home = Path(folder) / name
            home.mkdir()
            sqlite = f"sqlite:///{home / 'interlock.sqlite3'}"
            url = sqlite if name == "sqlite" else database(server, "serving")
            print(f"{name}, {workers} server process(es)")
            rates, gate = compared(url, home, workers, rounds, seconds)
            for rate_ in rates:
                beside = f"{rate_.ratio:6.2f} × {rate_.floor}" if rate_.ratio else ""
                print(f"  {rate_.name:22}{rate_.per_second:8.0f} requests/s  {beside}")
            print(f"  {'gate, computed pair':22}{gate.median:8.1f} ms median,", end=" ")
            print(f"of which {gate.processor:.1f} ms are the server's work", flush=True)


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:]))
