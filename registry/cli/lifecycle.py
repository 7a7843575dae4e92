"""``interlock lifecycle``: move a version through its life, and see who still uses it."""

from __future__ import annotations

from datetime import UTC, datetime, time

import click

from registry.cli.client import connect, registry_options


@click.group("lifecycle")
def command() -> None:
    """Activate, deprecate and retire versions; readiness says who stands in the way."""


@command.command("move")
@click.argument("contract")
@click.argument("version")
@click.argument("to", type=click.Choice(["draft", "active", "deprecated", "retired"]))
@click.option(
    "--sunset",
    type=click.DateTime(["%Y-%m-%d"]),
    help="With deprecated: the last day. Default: the notice that the criticality asks for.",
)
@click.option("--reason", default="", help="Why, for the audit log.")
@registry_options
def move(
    contract: str,
    version: str,
    to: str,
    sunset: datetime | None,
    reason: str,
    url: str,
    token: str | None,
) -> None:
    """Move VERSION of CONTRACT to the state TO; never backwards."""
    end = datetime.combine(sunset, time(23, 59, 59), UTC).isoformat() if sunset else None
    body = {"to": to, "sunset_at": end, "reason": reason}
    path = f"contracts/{contract}/versions/{version}/lifecycle"
    moved = connect(url, token).send("POST", path, body)
    ends = f", sunset {moved['sunset_at'][:10]}" if moved["sunset_at"] else ""
    click.echo(f"{contract} {version} is {moved['lifecycle']}{ends}")


@command.command("readiness")
@click.argument("contract")
@click.argument("version")
@registry_options
@click.pass_context
def readiness(ctx: click.Context, contract: str, version: str, url: str, token: str | None) -> None:
    """Who still uses VERSION of CONTRACT. Exit status 0: nobody; 1: somebody does."""
    found = connect(url, token).get(f"contracts/{contract}/versions/{version}")
    one, users = found["version"], found["users"]
    ends = one["sunset_at"]
    late = ends and datetime.fromisoformat(ends) <= datetime.now(UTC)
    when = f", sunset {'overdue since ' if late else ''}{ends[:10]}" if ends else ""
    click.echo(f"{contract} {version}: {one['lifecycle']}{when}")
    for user in users:
        click.echo(f"  still used by {user}")
    for referrer in found["referrers"]:
        click.echo(f"  referred to by {referrer['contract']} {referrer['label']}")
    if users or found["referrers"]:
        ctx.exit(1)
    click.echo("  nobody who runs uses it")
