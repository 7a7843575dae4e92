"""``interlock trigger``: what starts conformance runs by itself."""

from __future__ import annotations

from typing import Any

import click

from registry.cli.client import connect, registry_options


@click.group("trigger")
def command() -> None:
    """Schedules and inbound webhooks of conformance runs."""


@command.command("add")
@click.argument("contract")
@click.option("--environment", required=True, help="Where it runs.")
@click.option("--cron", default="", help="Five fields, UTC: '15 2 * * mon-fri', or @daily.")
@click.option("--webhook", is_flag=True, help="Started by a POST that proves a secret.")
@click.option("--suite", default="", help="A suite of the contract's sidecar.")
@click.option("--system", default="", help="Which of the contract's providers.")
@registry_options
def add(contract: str, webhook: bool, cron: str, url: str, token: str | None, **rest: str) -> None:
    """Run CONTRACT by itself from now on: give --cron or --webhook.

    The secret of a webhook is printed once. Its callers POST to the printed address, and sign the
    body (X-Hub-Signature-256) or send the secret (X-Interlock-Token).
    """
    if webhook == bool(cron):
        raise click.UsageError("give either --cron (a schedule) or --webhook")
    client = connect(url, token)
    made = client.send("POST", "triggers", {"contract": contract, "cron": cron, **rest})
    trigger = made["trigger"]
    if cron:
        click.echo(f"{trigger['id']}: next {trigger['next_at']}")
        return
    click.echo(f"{client.url}/api/v1/triggers/{trigger['id']}/runs")
    click.echo(made["secret"])


@command.command("list")
@click.option("--contract", default="", help="Only this contract's.")
@click.option("--environment", default="", help="Only this environment's.")
@registry_options
def list_(contract: str, environment: str, url: str, token: str | None) -> None:
    """One trigger in two lines: what, when, and what came of it the last time."""
    client = connect(url, token)
    found = client.get("triggers", contract=contract, environment=environment)["triggers"]
    for trigger in found:
        click.echo("\n".join(_lines(trigger)))
    if not found:
        click.echo("Nothing runs by itself.")


@command.command("remove")
@click.argument("trigger")
@registry_options
def remove(trigger: str, url: str, token: str | None) -> None:
    """TRIGGER starts nothing any more."""
    found = connect(url, token).send("DELETE", f"triggers/{trigger}")
    click.echo(f"{found['contract']} in {found['environment']} no longer runs by itself here.")


@command.command("run")
@click.argument("trigger")
@registry_options
def run(trigger: str, url: str, token: str | None) -> None:
    """Start the run of TRIGGER now."""
    client = connect(url, token)
    started = client.send("POST", f"triggers/{trigger}/runs")
    click.echo(f"{client.url}/runs/{started['id']}")


def _lines(trigger: dict[str, Any]) -> tuple[str, str]:
    when = f"{trigger['cron']} UTC" if trigger["cron"] else "called from outside"
    suite = f", suite {trigger['suite']}" if trigger["suite"] else ""
    declared = f", declared in the {trigger['origin']}" if trigger["origin"] else ""
    last = trigger["last_error"] or trigger["last_run"] or "not yet"
    head = f"{trigger['id']}  {trigger['contract']} in {trigger['environment']}{suite}"
    return head, f"  {when}{declared}; last time: {last}"
