"""``interlock waiver``: ask that a named break be allowed, sign it, take it back."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

import click

from registry.cli import exits
from registry.cli.client import connect, registry_options


@click.group("waiver")
def command() -> None:
    """Named breaks, allowed for named consumers, for a reason and a time."""


@command.command("request")
@click.option("--contract", required=True, help="The contract that breaks.")
@click.option("--from", "old", required=True, help="Version its consumers were built against.")
@click.option("--to", "new", required=True, help="Version they would meet.")
@click.option("--reason", required=True, help="Why it may happen; an auditor reads it.")
@click.option(
    "--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Last day it counts."
)
@click.option("--consumer", "consumers", multiple=True, help="Default: everyone who breaks now.")
@click.option("--environment", default="", help="Default: every environment.")
@registry_options
def request(
    contract: str,
    old: str,
    new: str,
    reason: str,
    until: datetime,
    consumers: tuple[str, ...],
    environment: str,
    url: str,
    token: str | None,
) -> None:
    """Ask the consumers' teams; the breaks found now are stored with it."""
    body = {
        "contract": contract,
        "from_version": old,
        "to_version": new,
        "reason": reason,
        "expires_at": datetime.combine(until, time(23, 59, 59), UTC).isoformat(),
        "consumers": list(consumers),
        "environment": environment,
    }
    _show(connect(url, token).send("POST", "waivers", body))


@command.command("sign")
@click.argument("waiver")
@click.option("--note", default="", help="For the audit log.")
@registry_options
def sign(waiver: str, note: str, url: str, token: str | None) -> None:
    """Sign the waiver with this id, for every consuming team that you act for."""
    _show(connect(url, token).send("POST", f"waivers/{waiver}/approvals", {"note": note}))


@command.command("revoke")
@click.argument("waiver")
@registry_options
def revoke(waiver: str, url: str, token: str | None) -> None:
    """Take the waiver with this id back: it does not count from now on."""
    _show(connect(url, token).send("DELETE", f"waivers/{waiver}"))


@command.command("list")
@click.option("--contract", default="", help="Only those of this contract.")
@click.option("--open", "only_open", is_flag=True, help="Only those that wait for a signature.")
@registry_options
@click.pass_context
def list_(ctx: click.Context, contract: str, only_open: bool, url: str, token: str | None) -> None:
    """Waivers, newest first. With --open exit status 1 says that some wait."""
    found = connect(url, token).get("waivers", contract=contract)["waivers"]
    shown = [one for one in found if not only_open or _state(one).startswith("waits")]
    for one in shown:
        _show(one)
    if only_open and shown:
        ctx.exit(exits.NO)


def _show(one: dict[str, Any]) -> None:
    where = one["environment"] or "every environment"
    click.echo(f"{one['id']}\n  {_state(one)}")
    click.echo(f"  {one['contract']} {one['from_version']} → {one['to_version']}, {where}")
    click.echo(f"  for {', '.join(one['consumers'])}, until {one['expires_at'][:10]}")
    signed = ", ".join(f"{a['by']} for {a['team']}" for a in one["approvals"])
    click.echo(f"  signed by {signed or 'nobody yet'}; asked for by {one['requested_by']}")
    click.echo(f"  {one['reason']}")


def _state(one: dict[str, Any]) -> str:
    if one["revoked_at"]:
        return f"revoked by {one['revoked_by']}"
    if datetime.fromisoformat(one["expires_at"]) <= datetime.now(UTC):
        return "expired: it does not count any more"
    lacking = sorted(set(one["teams"]) - {a["team"] for a in one["approvals"]})
    more = one["approvals_needed"] - len({a["by"] for a in one["approvals"]})
    if lacking:
        return f"waits for the signature of {', '.join(lacking)}"
    return f"waits for {more} more person{'s' * (more > 1)}" if more > 0 else "counts"
