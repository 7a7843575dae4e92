"""``interlock notify``: who is told of what, and what never arrived."""

from __future__ import annotations

import click

from registry.cli.client import connect, registry_options


@click.group("notify")
def command() -> None:
    """Webhooks, Slack and e-mail: subscribe, test, stop, see deliveries and replay them."""


@command.command("add")
@click.argument("address")
@click.option(
    "--channel",
    type=click.Choice(["webhook", "slack", "email"]),
    default="webhook",
    show_default=True,
)
@click.option("--team", default="", help="Whose subscription; default: the administrators'.")
@click.option(
    "--event",
    "events",
    multiple=True,
    default=["breaking-change", "deprecation", "sunset", "failed-conformance"],
    show_default=True,
    help="Topic, or pattern of event types such as version.*; may be repeated.",
)
@click.option("--contract", "contracts", multiple=True, help="Default: what the team consumes.")
@registry_options
def add(
    address: str,
    channel: str,
    team: str,
    events: tuple[str, ...],
    contracts: tuple[str, ...],
    url: str,
    token: str | None,
) -> None:
    """Tell ADDRESS (https://… or a mailbox) from now on."""
    body = {
        "url": address, "channel": channel, "team": team, "events": list(events),
        "contracts": list(contracts),
    }  # fmt: skip
    made = connect(url, token).send("POST", "webhooks", body)
    click.echo(made["webhook"]["id"])
    if made["secret"]:
        click.echo(made["secret"])
        click.echo("Events are signed with this key; it is shown now and never again.", err=True)


@command.command("list")
@registry_options
def list_(url: str, token: str | None) -> None:
    """Every subscription that you may see."""
    for one in connect(url, token).get("webhooks")["webhooks"]:
        who = one["team"] or "administrators"
        state = "" if one["active"] else "  stopped"
        click.echo(f"{one['id']}  {one['channel']}  {one['url']}  {who}{state}")
        rest = "what its systems consume" if one["team"] else "all contracts"
        click.echo(f"  {', '.join(one['events'])}: {', '.join(one['contracts']) or rest}")


@command.command("test")
@click.argument("subscription")
@registry_options
def test(subscription: str, url: str, token: str | None) -> None:
    """Send the subscription with this id a test; a worker does within a minute."""
    click.echo(connect(url, token).send("POST", f"webhooks/{subscription}/test", {})["id"])


@command.command("stop")
@click.argument("subscription")
@registry_options
def stop(subscription: str, url: str, token: str | None) -> None:
    """Tell the subscription with this id nothing from now on."""
    connect(url, token).send("DELETE", f"webhooks/{subscription}")
    click.echo(f"stopped {subscription}")


@command.command("deliveries")
@click.option("--state", type=click.Choice(["pending", "delivered", "dead"]), default=None)
@registry_options
def deliveries(state: str | None, url: str, token: str | None) -> None:
    """The last hundred deliveries, newest first."""
    for one in connect(url, token).get("deliveries", state=state)["deliveries"]:
        answer = one["last_status"] or one["last_error"] or "–"
        tried = f"{one['attempts']} attempt{'s' * (one['attempts'] != 1)}"
        click.echo(f"{one['id']}  {one['state']}  {one['webhook']}  {tried}  {answer}")


@command.command("replay")
@click.argument("delivery")
@registry_options
def replay(delivery: str, url: str, token: str | None) -> None:
    """Send the delivery with this id again, from the first attempt."""
    connect(url, token).send("POST", f"deliveries/{delivery}/replay", {})
    click.echo(f"replayed {delivery}")
