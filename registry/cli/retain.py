"""``interlock retain``: forget what the retention settings no longer keep."""

from __future__ import annotations

from pathlib import Path

import click

from registry.cli.settings import storage_options


@click.command("retain")
@storage_options
def command(database: str | None, data: Path | None) -> None:
    """Forget old runs, events, sessions and comparisons now; a worker does so every night.

    How long they are kept: INTERLOCK_RETAIN_RUNS_DAYS, INTERLOCK_RETAIN_EVENTS_DAYS,
    INTERLOCK_RETAIN_SESSIONS_DAYS, INTERLOCK_RETAIN_COMPARISONS_DAYS. Published versions and the
    audit log are never forgotten.
    """
    from registry.app import open_runtime
    from registry.domain import SYSTEM
    from registry.services.apply_retention import apply_retention
    from registry.settings import Settings

    settings = Settings.load({"database": database, "data": data})
    forgotten = apply_retention(settings.retention, open_runtime(settings).uow, SYSTEM)
    click.echo(
        f"forgotten: {forgotten.runs} runs, {forgotten.events} events, "
        f"{forgotten.sessions} sessions, {forgotten.comparisons} comparisons"
    )
