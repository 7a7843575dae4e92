"""The short way of ``interlock diff`` understands what click understands, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from registry.cli.diff import command
from registry.cli.differing import CHOICES, FILES, FLAGS, FOLDERS, REPEATED, Asked, understood

ROOT = Path(__file__).parents[3]

LINES = [
    ["a.json", "b.json"],
    ["-", "b.json", "--format", "json", "--mode=full"],
    ["--raw", "a", "b", "--strict", "--level", "x=error", "--level=y=ignore"],
    ["a", "--as", "odcs", "b", "--fail-on", "none", "--output", "there.txt", "--lenient"],
    ["a", "b", "--sidecar", "s", "--old-sidecar=o", "--consumer", "p", "--consumer", "q"],
    ["a", "b", "--mode", "full", "--mode", "backward"],
]
"""Command lines that need no click."""

OTHERS = [
    [],
    ["a"],
    ["a", "b", "c"],
    ["a", "b", "--help"],
    ["a", "b", "-h"],
    ["a", "b", "--mode"],
    ["a", "b", "--mode", "sideways"],
    ["a", "b", "--form", "json"],
    ["a", "b", "--raw=yes"],
    ["a", "b", "--", "-c"],
    ["a", "b", "--today", "2026-01-01"],
    ["a", "b", "--output", "/"],
    ["a", "b", "--consumer=/"],
]
"""Command lines that only click reads: help, mistakes, rare options."""


@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_it_understands_what_click_understands(line: list[str]) -> None:
    assert understood(line) == Asked(**command.make_context("diff", list(line)).params)


@pytest.mark.parametrize("line", OTHERS, ids=" ".join)
def test_it_leaves_the_rest_to_click(line: list[str]) -> None:
    assert understood(line) is None


def test_every_option_is_known_or_left_to_click() -> None:
    options = {name for one in command.params if isinstance(one, click.Option) for name in one.opts}
    assert {*CHOICES, *FLAGS, *FILES, *FOLDERS, *REPEATED, "--today"} == options
    for name, (member, allowed) in CHOICES.items():
        option = next(one for one in command.params if name in one.opts)
        assert option.name == member
        assert list(option.type.choices) == allowed  # type: ignore[attr-defined]


AFTER = """
import sys
from registry.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    print("ended", end.code, file=sys.stderr)
import email.utils, inspect, platform, uuid
print({name for name in ("click", "jsonschema", "flask", "sqlalchemy") if name in sys.modules},
      platform.system() == __import__("os").uname().sysname, bool(platform.machine()),
      str(inspect.signature(lambda a, b=1: 0)), email.utils.formataddr(("A", "a@b.c")),
      email.utils.parsedate_to_datetime("Tue, 27 Oct 2026 10:17:51 +0000").isoformat(),
      email.utils.parsedate_to_datetime("Tue, 27 Oct 2026 10:17:51 +0200").isoformat(),
      sep="|", file=sys.stderr)
"""


def test_a_small_diff_imports_little_and_breaks_nobodys_imports(tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text('{"type": "object", "properties": {"a": {"maxLength": 9}}}')
    new.write_text('{"type": "object", "properties": {"a": {"maxLength": 5}}}')
    process = subprocess.run(
        [sys.executable, "-c", AFTER, "diff", str(old), str(new)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "BREAKING" in process.stdout
    assert "is too long (at /a)" in process.stdout
    assert process.stderr.splitlines() == [
        "ended 1",
        "set()|True|True|(a, b=1)|A <a@b.c>|2026-10-27T10:17:51+00:00|2026-10-27T10:17:51+02:00",
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["--strict", "--lenient"], "--strict and --lenient exclude each other; choose one"),
        (["--level", "nothing=error"], "there is no rule nothing"),
        (["--output", "/nowhere/at/all"], "cannot write /nowhere/at/all"),
        (["--mode", "sideways"], "Invalid value for '--mode'"),
    ],
)
def test_a_misuse_is_told_with_the_usage(line: list[str], said: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("{}")
    process = subprocess.run(
        [sys.executable, "-m", "registry.cli.main", "diff", str(path), str(path), *line],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 2
    assert process.stderr.startswith("Usage: interlock diff [OPTIONS] OLD NEW\n")
    assert said in process.stderr
