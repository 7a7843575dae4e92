"""The house keeps its own rules: arrows, sizes, and a wheel that carries what it needs."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for room in ("contracts", "conformance", "registry")
    for path in (ROOT / room).rglob("*.py")
    if "migrations" not in path.parts
)


def test_the_arrows_point_one_way() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_stays_small_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text()
    assert text.lstrip().startswith(('"""', 'r"""')), "a module starts with its docstring"
    assert text.count("\n") <= 450, "split it: from 400 lines on a file does two things"
    assert path.stem not in {"utils", "helpers", "manager", "misc", "common"}


def test_nothing_names_a_package_index() -> None:
    hosts = re.compile(r"pypi\.org|pythonhosted\.org|registry\.npmjs\.org|\"resolved\"")
    locks = [*ROOT.glob("requirements*.txt"), *ROOT.glob("tests/browser/*.json")]
    assert len(locks) >= 4
    for lock in locks:
        assert not hosts.search(lock.read_text()), f"{lock.name} names a package index"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return zipfile.ZipFile(next(target.glob("*.whl")))


@pytest.mark.parametrize(
    "inside",
    [
        "contracts/library/estate.yaml",
        "registry/web/templates/base.html",
        "registry/web/static/",
        "registry/store/migrations/",
        "conformance/reference/",
    ],
)
def test_the_wheel_carries_what_it_needs(wheel: zipfile.ZipFile, inside: str) -> None:
    assert any(name.startswith(inside) for name in wheel.namelist())
