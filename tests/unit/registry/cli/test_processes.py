"""A command's children never outlive it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from registry.cli.processes import Processes

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True)\n"
)


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def _gone(pid: int, seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not _alive(pid):
            return True
        time.sleep(0.02)
    return False


def test_children_are_stopped_even_when_the_block_raises(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), Processes(tmp_path) as processes:
        child = processes.start("sleeper", [sys.executable, "-c", "import time; time.sleep(60)"])
        raise KeyboardInterrupt
    assert child.poll() is not None


def test_a_child_that_ignores_the_polite_signal_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.cli.processes.GRACE_SECONDS", 0.3)
    with Processes(tmp_path) as processes:
        code = STUBBORN + "time.sleep(60)"
        child = processes.start("stubborn", [sys.executable, "-c", code])
        while "up" not in processes.log("stubborn"):
            time.sleep(0.02)
    assert child.returncode == -signal.SIGKILL


def test_a_child_that_ends_by_itself_is_named_with_its_last_words(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        child = processes.start("brief", [sys.executable, "-c", "print('port taken')"])
        child.wait()
        assert processes.ended() == "brief"
        assert processes.log("brief") == "port taken"


def test_children_go_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from registry.cli.processes import Processes\n"
        f"p = Processes(Path({str(tmp_path)!r})); p.__enter__()\n"
        "c = p.start('c', [sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(c.pid, flush=True); time.sleep(60)"
    )
    root = Path(__file__).parents[4]
    parent = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=root
    )
    assert parent.stdout is not None
    with parent, parent.stdout:
        child = int(parent.stdout.readline())
        os.kill(parent.pid, signal.SIGKILL)
    assert _gone(child)
