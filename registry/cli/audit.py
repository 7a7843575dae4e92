"""``interlock audit``: does the hash chain hold?"""

from __future__ import annotations

from pathlib import Path

import click

from registry.cli import exits
from registry.cli.settings import storage_options


@click.group("audit")
def command() -> None:
    """The log of every change, each entry chained to the one before by its hash."""


@command.command("verify")
@click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="An exported file; default: the registry's own database.",
)
@storage_options
@click.pass_context
def verify(ctx: click.Context, file: Path | None, database: str | None, data: Path | None) -> None:
    """Recompute every link. Exit status 0: nothing was edited, deleted or moved; 1: something was.

    The head shown is worth keeping elsewhere: it also proves that nothing was cut off the end.
    """
    from registry.domain import SYSTEM
    from registry.services.read_audit import verify_audit
    from registry.settings import Settings
    from registry.store.transfer import verify_export

    if file is not None:
        check = verify_export(file)
    else:
        from registry.app import open_runtime

        runtime = open_runtime(Settings.load({"database": database, "data": data}))
        check = verify_audit(runtime.uow, SYSTEM)
    if check.intact:
        click.echo(f"{check.entries} entries hold; head {check.head}")
        return
    click.echo(f"broken at entry {check.broken_at}: {check.message}", err=True)
    ctx.exit(exits.NO)
