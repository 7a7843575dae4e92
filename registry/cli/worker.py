"""``interlock worker``: carries out what the registry queued."""

from __future__ import annotations

from pathlib import Path

import click

from registry.cli.settings import storage_options


@click.command("worker")
@click.option("--threads", type=click.IntRange(1, 32), default=2, show_default=True)
@storage_options
def command(threads: int, database: str | None, data: Path | None) -> None:
    """Carry out queued work until a signal ends it; a dead worker's runs are taken up again."""
    from registry.jobs.consumer import run_worker
    from registry.settings import Settings

    run_worker(Settings.load({"database": database, "data": data}), threads)
