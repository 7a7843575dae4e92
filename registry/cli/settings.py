"""Options that override settings, for the commands that open the registry's own database."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click


def storage_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--database`` and ``--data``; without them the variables, the TOML file, the defaults."""
    database = click.option(
        "--database", help="SQLAlchemy URL; default: SQLite in --data (INTERLOCK_DATABASE)."
    )
    data = click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        help="Data directory (INTERLOCK_DATA).",
    )
    return database(data(function))


def export(overrides: dict[str, Any]) -> None:
    """Hand options on to child processes, which read the variables."""
    for name, value in overrides.items():
        if value is not None:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            os.environ[f"INTERLOCK_{name.upper()}"] = text
