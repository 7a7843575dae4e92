"""Reference services as real processes, each stopped by the test that started it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import contracts
from conformance.evidence import Run
from conformance.http import run
from conformance.plan import Auth, Suite
from contracts.documents import load
from contracts.governance.sidecar import load_sidecar

LIBRARY = Path(contracts.__file__).parent / "library"
ROOT = LIBRARY.parent.parent
TOKEN = "integration-token"


@dataclass(frozen=True)
class Service:
    """A running reference service."""

    url: str
    pid: int
    capture: Path

    def events(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.capture.read_text().splitlines()]


Start = Callable[..., Service]


@contextmanager
def services(directory: Path, broker: str | None = None) -> Iterator[Start]:
    """Start services as ``start("erp", "fault-a", release="2.0.0")``; all end with the block."""
    running: list[subprocess.Popen[bytes]] = []

    def begin(system: str, *faults: str, release: str = "1.0.0") -> Service:
        ready = directory / f"{system}-{len(running)}.json"
        capture = directory / f"{system}-{len(running)}.jsonl"
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "conformance.reference", system),
                *("--ready-file", str(ready), "--capture", str(capture)),
                *("--faults", ",".join(faults), "--release", release),
                *(("--broker", broker) if broker else ()),
            ],
            env={**os.environ, "PYTHONPATH": str(ROOT), "INTERLOCK_REFERENCE_TOKEN": TOKEN},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        running.append(process)
        deadline = time.monotonic() + 30
        while not ready.exists():
            assert process.poll() is None, f"{system} ended with {process.returncode}"
            assert time.monotonic() < deadline, f"{system} did not become ready"
            time.sleep(0.05)
        told = json.loads(ready.read_text())
        return Service(told["url"], told["pid"], capture)

    try:
        yield begin
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        ended = [process.wait(10) for process in running]
    assert ended == [0] * len(running), "a service must end by itself when asked to"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Services of one test."""
    with services(tmp_path) as begin:
        yield begin


def document_of(contract: str, version: str = "1.0.0", kind: str = "openapi") -> Path:
    system, _, name = contract.partition(".")
    return LIBRARY / system / name / f"{version}.{kind}.yaml"


def check(contract: str, url: str, version: str = "1.0.0", **changes: object) -> Run:
    """Run a small suite of a library contract against a service."""
    path = document_of(contract, version)
    sidecar = load_sidecar(load(path.parent / "contract.yaml"))
    suite = Suite(
        name="table",
        max_examples=10,
        auth=Auth("bearer", "env:TOKEN"),
        states=sidecar.states,
        phases=("examples", "coverage", "fuzzing"),
    ).with_changes(**changes)
    return run(suite, load(path), url, environ={"TOKEN": TOKEN})
