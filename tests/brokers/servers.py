"""The brokers of the tests: RabbitMQ and Mosquitto from Debian's packages, unpacked once.

``make test`` runs this file as a module before pytest, so that the suite itself needs no network.
Packages are fetched and verified by apt with a state of its own and unpacked below ``.tools``:
nothing is installed, no root is needed. A missing part fails.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

HOME = Path(__file__).parents[2] / ".tools" / "brokers"
ROOT = HOME / "unpacked"
ERLANG = (
    *("asn1", "base", "crypto", "eldap", "inets", "mnesia", "os-mon", "parsetools"),
    *("public-key", "runtime-tools", "ssl", "syntax-tools", "tools", "xmerl"),
)
PACKAGES = (
    "rabbitmq-server",
    *(f"erlang-{name}" for name in ERLANG),
    *("mosquitto", "libmosquitto1", "libwebsockets17", "libwrap0", "libcjson1"),
    *("libdlt2", "libev4", "libuv1"),
)


def program(pattern: str) -> str:
    """Where an unpacked program is.

    Raises:
        RuntimeError: it was not unpacked; the message says which command does that.
    """
    found = next(iter(ROOT.glob(pattern)), None) if (HOME / "done").exists() else None
    if found is None:
        message = f"{pattern} is missing: run `python -m tests.brokers.servers` (make test does)"
        raise RuntimeError(message)
    return str(found)


def unpack() -> Path:
    """Fetch and unpack the packages; a second call finds it done."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = HOME / "done"
        if not done.exists() or done.read_text() != " ".join(PACKAGES):
            shutil.rmtree(ROOT, ignore_errors=True)
            _fetch(HOME / "packages")
            for package in sorted((HOME / "packages").glob("*.deb")):
                subprocess.run(["dpkg-deb", "-x", package, ROOT], check=True)
            _relocate(ROOT / "usr/lib/erlang")
            done.write_text(" ".join(PACKAGES))
    return ROOT


def _fetch(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("state/lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True)
    apt = (
        *("apt-get", "-qq", "-o", f"Dir::State={folder / 'state'}"),
        *("-o", "Dir::State::status=/var/lib/dpkg/status", "-o", f"Dir::Cache={folder / 'cache'}"),
        *("-o", "Debug::NoLocking=1", "-o", f"APT::Sandbox::User={os.environ.get('USER', 'root')}"),
    )
    subprocess.run([*apt, "update"], check=True)
    subprocess.run([*apt, "download", *PACKAGES], check=True, cwd=folder)


def _relocate(erlang: Path) -> None:
    for script in (*erlang.glob("bin/*"), *erlang.glob("erts-*/bin/*")):
        if script.is_file() and script.read_bytes()[:2] == b"#!":
            text = script.read_text().replace("ROOTDIR=/usr/lib/erlang", f"ROOTDIR={erlang}")
            script.write_text(text)


if __name__ == "__main__":
    print(f"brokers for the tests: {unpack()}")
