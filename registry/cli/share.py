"""``interlock share``: show contracts to external partners, and take that back."""

from __future__ import annotations

from datetime import UTC, datetime, time

import click

from registry.cli.client import connect, registry_options

KIND = click.option(
    "--kind",
    type=click.Choice(["contract", "system", "tag"]),
    default="contract",
    show_default=True,
    help="What SUBJECT names: a contract, a system with all it provides, or a tag.",
)


@click.group("share")
def command() -> None:
    """Show contracts to external partners: users and tokens with the role partner."""


@command.command("add")
@click.argument("subject")
@click.option("--with", "team", required=True, help="Team of the partners.")
@KIND
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day; default: no end.")
@click.option("--reason", default="", help="Why, for the audit log.")
@registry_options
def add(
    subject: str,
    team: str,
    kind: str,
    until: datetime | None,
    reason: str,
    url: str,
    token: str | None,
) -> None:
    """Let the partners of a team see SUBJECT."""
    end = datetime.combine(until, time(23, 59, 59), UTC).isoformat() if until else None
    body = {"kind": kind, "subject": subject, "team": team, "expires_at": end, "reason": reason}
    made = connect(url, token).send("POST", "shares", body)
    click.echo(f"{made['id']}  {_told(made)}")


@command.command("list")
@click.option("--team", default="", help="Only what this team's partners see.")
@registry_options
def list_(team: str, url: str, token: str | None) -> None:
    """What is shared with whom."""
    for one in connect(url, token).get("shares", team=team)["shares"]:
        click.echo(f"{one['id']}  {_told(one)}")


@command.command("revoke")
@click.argument("share_id")
@registry_options
def revoke(share_id: str, url: str, token: str | None) -> None:
    """Take back the share with this id (see `interlock share list`)."""
    click.echo(f"revoked {_told(connect(url, token).send('DELETE', f'shares/{share_id}'))}")


def _told(one: dict[str, str]) -> str:
    until = f", until {one['expires_at'][:10]}" if one["expires_at"] else ""
    return f"{one['kind']} {one['subject']} with {one['team']}{until}"
