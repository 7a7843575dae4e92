"""Starting the service: clear refusals instead of tracebacks, and a loud open mode."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import pytest

from registry.cli.processes import Processes
from tests.e2e.conftest import INTERLOCK, ROOT, Run, _wait, _wait_until_ready


def test_a_taken_port_is_named(interlock: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = interlock("serve", "--port", str(port), "--data", "data")
    assert ended.status == 2
    assert f"cannot listen on 127.0.0.1 port {port}" in ended.err


@pytest.mark.parametrize(
    ("arguments", "variables", "word"),
    [
        (("--open", "--host", "0.0.0.0"), {}, "loopback"),
        ((), {"INTERLOCK_OPEN": "true", "INTERLOCK_HOST": "192.0.2.1"}, "loopback"),
        (("--database", "mysql://x"), {}, "postgresql"),
        (("--database", "postgresql://nobody@127.0.0.1:9/x"), {}, "cannot be used"),
        ((), {"INTERLOCK_PORT": "many"}, "port"),
        ((), {"INTERLOCK_CONFIG": "missing.toml"}, "missing.toml"),
        (("--data", "/dev/null/x"), {}, "/dev/null"),
    ],
)
def test_wrong_settings_get_one_sentence(
    interlock: Run, arguments: tuple[str, ...], variables: dict[str, str], word: str
) -> None:
    given = (*arguments,) if "--data" in arguments else (*arguments, "--data", "data")
    ended = interlock("serve", *(("--port", "0") if "INTERLOCK_PORT" not in variables else ()), *given, **variables)  # fmt: skip
    assert ended.status == 2
    assert ended.err.startswith("error: ")
    assert word in ended.err


def test_open_lets_everybody_in_and_says_so(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        command = [*INTERLOCK, "serve", "--open", "--port", "0", "--data", str(tmp_path / "data")]
        processes.start("serve", command, {"PYTHONPATH": str(ROOT)})
        log = _wait(lambda: processes.log("serve"), r"serves http://\S+", processes)
        url = log.split("serves ")[1].split()[0]
        _wait_until_ready(url)
        assert "WARNING: --open is on" in processes.log("serve")
        assert httpx.get(f"{url}/api/v1/whoami").json()["kind"] == "open"
        rebound = httpx.get(f"{url}/api/v1/whoami", headers={"Host": "evil.example"})
        assert rebound.status_code == 403


def test_help_and_version(interlock: Run) -> None:
    shown = interlock("--help")
    assert shown.status == 0
    assert "can-i-deploy" in shown.out
    assert max(map(len, shown.out.splitlines())) <= 80
    assert interlock("nonsense").status == 2
