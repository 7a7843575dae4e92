"""The four reference services as processes on loopback."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from registry.cli.processes import Processes
from registry.errors import Unavailable

TOKEN_VARIABLE = "INTERLOCK_REFERENCE_TOKEN"  # noqa: S105 - a name
PREFERRED_PORTS = {"erp": 8731, "procurement": 8732, "wms": 8733, "analytics": 8734}
"""Tried on a first start; later the port of the last one, and a free one where it is taken."""
RELEASES = {"erp": "2.0.0"}
"""The release the development environment runs; 1.0.0 where none is named."""
FAULTY = "erp"
FAULTS = ("po-created-as-200", "po-revision-as-text", "po-crash-on-odd-text", "po-without-key")
"""A wrong status code, a field against the schema, a 500 on odd input, a header not asked for."""
READY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Started:
    """A running service and where it answers."""

    system: str
    url: str
    release: str
    faults: tuple[str, ...]

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.url.rpartition(":")[2])


def start_services(
    processes: Processes, folder: Path, environment: Mapping[str, str]
) -> tuple[Started, ...]:
    """Start all four and wait until each answers; events go to ``<folder>/<system>.jsonl``.

    Raises:
        Unavailable: one of them did not come up; the sentence holds its last words.
    """
    folder.mkdir(parents=True, exist_ok=True)
    waiting = []
    for system, usual in PREFERRED_PORTS.items():
        ready = folder / f"{system}.ready.json"
        preferred = _last_port(ready) or usual
        ready.unlink(missing_ok=True)
        faults = FAULTS if system == FAULTY else ()
        command = [sys.executable, "-m", "conformance.reference", system]
        command += ["--port", str(free_port(preferred)), "--ready-file", str(ready)]
        command += ["--release", RELEASES.get(system, "1.0.0")]
        command += ["--capture", str(folder / f"{system}.jsonl")]
        if faults:
            command += ["--faults", ",".join(faults)]
        processes.start(system, command, environment)
        waiting.append((system, ready, faults))
    return tuple(_wait(system, ready, faults, processes) for system, ready, faults in waiting)


def _last_port(ready: Path) -> int | None:
    """The port of the last start, which the registry knows as the endpoint."""
    try:
        return int(json.loads(ready.read_text("utf-8"))["url"].rpartition(":")[2])
    except (OSError, ValueError, KeyError):
        return None


def free_port(preferred: int) -> int:
    """``preferred`` if nobody listens there, else one that the system gives."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found: int = probe.getsockname()[1]
            return found
    raise Unavailable("no port of this machine is free")


def _wait(system: str, ready: Path, faults: tuple[str, ...], processes: Processes) -> Started:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if ready.exists():
            told = json.loads(ready.read_text("utf-8"))
            return Started(system, told["url"], told["release"], faults)
        if processes.ended() == system:
            break
        time.sleep(0.05)
    raise Unavailable(f"the reference service {system} did not start:\n{processes.log(system)}")


def credentials() -> dict[str, str]:
    """The variable that services, runner and worker sign in with."""
    token = os.environ.get(TOKEN_VARIABLE) or "reference-token"
    return {TOKEN_VARIABLE: token}
