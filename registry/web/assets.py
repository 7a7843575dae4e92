"""Static files: their addresses change with their content, so browsers may keep them for a year."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import url_for

STATIC = Path(__file__).parent / "static"
YEAR = 365 * 24 * 3600


def templates_folder() -> Path:
    """Where the Jinja files lie: inside the installed wheel, or at the root of a clone."""
    inside = Path(__file__).parent / "templates"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "templates"


@cache
def _fingerprint(path: Path, _modified: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def fingerprint(name: str) -> str:
    """Twelve digits that change when the file does.

    Raises:
        FileNotFoundError: no such static file; a template names it wrongly.
    """
    path = STATIC / name
    return _fingerprint(path, path.stat().st_mtime_ns)


def asset(name: str) -> str:
    """The address of a static file, with its fingerprint."""
    return url_for("web.static", filename=name, v=fingerprint(name))
