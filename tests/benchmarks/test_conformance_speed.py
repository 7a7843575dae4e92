"""A conformance run beside plain ``st run``: the same requests, the same target, in one run.

Nearly all of a run is the generator's processor time; so requests a second of processor time (the
command with all its processes) are compared, the best of two, and other load does not count.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.evidence import Outcome, Run
from conformance.plan.checks import CHECKS, GENERATED_CHECKS
from tests.integration.conformance.conftest import ROOT, TOKEN, document_of, services

CONTRACT, EXAMPLES, TIMES = "erp.purchase-order", 50, 2
PHASES = "examples,coverage,fuzzing"
pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


def seconds(command: list[str], cwd: Path) -> tuple[float, str]:
    """Processor seconds of a command with all it started, and what it said."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TOKEN": TOKEN, "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    taken = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return taken, done.stdout


def plain(url: str, cwd: Path) -> tuple[float, int]:
    command = [
        *(str(Path(sys.executable).with_name("st")), "run", str(document_of(CONTRACT))),
        *("--url", url, "--header", f"Authorization: Bearer {TOKEN}", "--phases", PHASES),
        *("--max-examples", str(EXAMPLES), "--seed", "1", "--workers", "1"),
        *("--checks", ",".join(GENERATED_CHECKS), "--continue-on-failure", "--no-color"),
        *("--generation-database", "none", "--max-redirects", "0", "--request-timeout", "10"),
    ]
    taken, said = seconds(command, cwd)
    line = next(text for text in said.splitlines() if " generated" in text)
    return taken, int(line.split(" generated")[0].replace(",", ""))


def ours(url: str, cwd: Path, checks: tuple[str, ...]) -> tuple[float, int]:
    command = [
        *(sys.executable, "-m", "registry.cli.main", "conformance", "run"),
        *(str(document_of(CONTRACT)), "--url", url, "--secret", "env:TOKEN", "--phases", PHASES),
        *("--max-examples", str(EXAMPLES), "--seed", "1", "--time-budget", "280"),
        *("--checks", ",".join(checks), "--format", "json"),
    ]
    taken, said = seconds(command, cwd)
    found = Run.from_json(json.loads(said))
    assert found.outcome is Outcome.PASSED, found.reason
    return taken, found.requests


def test_a_run_is_as_fast_as_the_generator_alone(tmp_path: Path) -> None:
    measured: dict[str, list[tuple[float, int]]] = {"plain": [], "ours": [], "bare": []}
    with services(tmp_path) as start:
        for _ in range(TIMES):  # in turns, each on a target of its own that nobody has used
            measured["plain"].append(plain(start("erp").url, tmp_path))
            measured["ours"].append(ours(start("erp").url, tmp_path, CHECKS))
            measured["bare"].append(ours(start("erp").url, tmp_path, tuple(GENERATED_CHECKS)))
    (floor, asked), (whole, sent), (bare, _) = (min(measured[n]) for n in measured)
    assert sent >= asked, "the same requests, or more of them"
    ratio = (sent / whole) / (asked / floor)
    share = (whole - bare) / whole
    print(
        f"\n{asked} requests: st run {floor:.2f} s, Interlock {whole:.2f} s of processor time, "
        f"throughput {ratio:.2f} × plain; our own checks {share:.1%} of a run"
    )
    assert ratio >= 0.95
    assert share <= 0.05
