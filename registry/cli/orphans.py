"""``interlock orphans``: contracts and systems that nobody owns."""

from __future__ import annotations

import click

from registry.cli import exits
from registry.cli.client import connect, registry_options


@click.command("orphans")
@registry_options
@click.pass_context
def command(ctx: click.Context, url: str, token: str | None) -> None:
    """List what has no living owner or no steward. Exit status 0: nothing; 1: something."""
    found = connect(url, token).get("orphans")["orphans"]
    for orphan in found:
        click.echo(f"{orphan['code']}  {orphan['subject']}\n  {orphan['message']}")
    if found:
        ctx.exit(exits.NO)
    click.echo("Everything has an owner and a steward.")
