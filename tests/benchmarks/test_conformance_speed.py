"""A conformance run beside plain ``st run``: the same requests, the same target, in one run.

Both run at the same time, each on a target of its own, so that other load counts alike. Requests a
second of processor time are compared, of the whole commands: nearly all of a run is the generator's.
By the clock the figures are told as well, and depend on what else the machine does.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from conformance.evidence import Outcome, Run
from conformance.plan.checks import CHECKS, GENERATED_CHECKS
from tests.integration.conformance.conftest import ROOT, TOKEN, document_of, services

CONTRACT, EXAMPLES, TIMES = "erp.purchase-order", 50, 2
PHASES = "examples,coverage,fuzzing"
pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


def started(command: list[str], cwd: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TOKEN": TOKEN, "PYTHONHASHSEED": "0"}
    said = (cwd / f"{uuid.uuid4()}.txt").open("w+")
    process = subprocess.Popen(
        command, cwd=cwd, env=environment, stdout=said, stderr=subprocess.DEVNULL, text=True
    )
    process.stdout = said
    return process


def ended(process: subprocess.Popen[str]) -> tuple[float, str]:
    """Processor seconds of a command with all it started, and what it said."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.stdout is not None
    process.stdout.seek(0)
    with process.stdout as said:
        return used.ru_utime + used.ru_stime, said.read()


def plain(url: str) -> list[str]:
    return [
        *(str(Path(sys.executable).with_name("st")), "run", str(document_of(CONTRACT))),
        *("--url", url, "--header", f"Authorization: Bearer {TOKEN}", "--phases", PHASES),
        *("--max-examples", str(EXAMPLES), "--seed", "1", "--workers", "1"),
        *("--checks", ",".join(GENERATED_CHECKS), "--continue-on-failure", "--no-color"),
        *("--generation-database", "none", "--max-redirects", "0", "--request-timeout", "10"),
    ]


def ours(url: str, checks: tuple[str, ...]) -> list[str]:
    return [
        *(sys.executable, "-m", "registry.cli.main", "conformance", "run"),
        *(str(document_of(CONTRACT)), "--url", url, "--secret", "env:TOKEN", "--phases", PHASES),
        *("--max-examples", str(EXAMPLES), "--seed", "1", "--time-budget", "280"),
        *("--checks", ",".join(checks), "--format", "json"),
    ]


def throughput(said: dict[str, str]) -> tuple[float, int, int]:
    """Requests a second of Interlock as a share of plain, and how many each sent.

    Both tell how long they were at it: from the first request to the report, without starting up.
    """
    found = Run.from_json(json.loads(said["ours"]))
    assert found.outcome is Outcome.PASSED, found.reason
    sent = re.search(r"([\d,]+) generated", said["plain"])
    took = re.search(r" in ([\d.]+)s =+\s*$", said["plain"])
    assert sent is not None
    assert took is not None
    asked = int(sent[1].replace(",", ""))
    plain_rate = asked / float(took[1])
    return found.requests / found.duration / plain_rate, found.requests, asked


def test_a_run_is_as_fast_as_the_generator_alone(tmp_path: Path) -> None:
    used: dict[str, list[float]] = {"plain": [], "ours": [], "bare": []}
    ratios = []
    with services(tmp_path) as start:
        for _ in range(TIMES):  # all at the same time, each on a target that nobody has used
            running = {
                "plain": started(plain(start("erp").url), tmp_path),
                "ours": started(ours(start("erp").url, CHECKS), tmp_path),
                "bare": started(ours(start("erp").url, tuple(GENERATED_CHECKS)), tmp_path),
            }
            said = {}
            for name, process in running.items():
                taken, said[name] = ended(process)
                used[name].append(taken)
            ratio, sent, asked = throughput(said)
            assert sent >= asked, "the same requests, or more of them"
            ratios.append(ratio)
    floor, whole, bare = (min(used[name]) for name in ("plain", "ours", "bare"))
    share = (whole - bare) / whole
    whole_commands = (sent / whole) / (asked / floor)
    print(
        f"\n{asked} requests: throughput {whole_commands:.2f} × plain st run by processor time "
        f"({whole:.2f} s and {floor:.2f} s, starting up included), by the clock "
        f"{', '.join(f'{r:.2f}' for r in ratios)}; our own checks {share:.1%} of a run"
    )
    # The aim is 0.95 on a quiet machine; below this bound something of ours has become slow.
    assert whole_commands >= 0.85
    assert share <= 0.05
