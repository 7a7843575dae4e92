"""``interlock token``: create, list, rotate and revoke API tokens."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from registry.cli.client import connect, registry_options
from registry.errors import Invalid

UNITS = {"h": "hours", "d": "days", "w": "weeks"}


@click.group("token")
def command() -> None:
    """Create, list, rotate and revoke API tokens; the secret is shown once."""


@command.command("create")
@click.argument("name")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice(["partner", "viewer", "publisher", "approver", "admin"]),
    default=["viewer"],
    show_default=True,
    help="May be repeated.",
)
@click.option("--team", "teams", multiple=True, help="Team it acts for; may be repeated.")
@click.option("--expires", default="90d", show_default=True, help="12h, 90d, 4w or never.")
@registry_options
def create(
    name: str,
    roles: tuple[str, ...],
    teams: tuple[str, ...],
    expires: str,
    url: str,
    token: str | None,
) -> None:
    """Create a token called NAME."""
    until = _instant(expires)
    body = {"name": name, "roles": list(roles), "teams": list(teams)}
    made = connect(url, token).send("POST", "tokens", body | {"expires_at": until})
    click.echo(made["secret"])
    click.echo("This secret is shown now and never again.", err=True)


@command.command("list")
@registry_options
def list_(url: str, token: str | None) -> None:
    """Every token, without secrets."""
    for one in connect(url, token).get("tokens")["tokens"]:
        click.echo(f"{one['id']}  {one['prefix']}…  {one['name']}  {_state(one)}")


@command.command("rotate")
@click.argument("token_id")
@click.option(
    "--overlap",
    type=click.IntRange(0, 720),
    default=24,
    show_default=True,
    help="Hours for which the old secret stays good.",
)
@registry_options
def rotate(token_id: str, overlap: int, url: str, token: str | None) -> None:
    """Give the token with this id a new secret."""
    body = {"overlap_hours": overlap}
    made = connect(url, token).send("POST", f"tokens/{token_id}/rotation", body)
    click.echo(made["secret"])
    click.echo("This secret is shown now and never again.", err=True)


@command.command("revoke")
@click.argument("token_id")
@registry_options
def revoke(token_id: str, url: str, token: str | None) -> None:
    """Revoke the token with this id (see `interlock token list`)."""
    connect(url, token).send("DELETE", f"tokens/{token_id}")
    click.echo(f"revoked {token_id}")


def _instant(text: str) -> str | None:
    if text == "never":
        return None
    match = re.fullmatch(r"(\d{1,4})([hdw])", text)
    if not match:
        raise Invalid("--expires", f"{text[:40]!r} is not a time; write 12h, 90d, 4w or never")
    return (datetime.now(UTC) + timedelta(**{UNITS[match[2]]: int(match[1])})).isoformat()


def _state(one: dict[str, Any]) -> str:
    roles = ", ".join(one["roles"])
    teams = f" for {', '.join(one['teams'])}" if one["teams"] else ""
    until = f", until {one['expires_at'][:10]}" if one["expires_at"] else ""
    return f"revoked {one['revoked_at'][:10]}" if one["revoked_at"] else roles + teams + until
