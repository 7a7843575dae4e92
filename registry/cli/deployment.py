"""``interlock deployment``: register releases, and record what runs where."""

from __future__ import annotations

import click

from registry.cli.client import connect, registry_options
from registry.errors import Invalid


@click.group("deployment")
def command() -> None:
    """Register releases of a system, and record where they run."""


@command.command("release")
@click.argument("system")
@click.argument("version")
@click.option("--provides", multiple=True, metavar="CONTRACT:NUMBER", help="May be repeated.")
@click.option("--consumes", multiple=True, metavar="CONTRACT:NUMBER", help="May be repeated.")
@registry_options
def release(
    system: str,
    version: str,
    provides: tuple[str, ...],
    consumes: tuple[str, ...],
    url: str,
    token: str | None,
) -> None:
    """Say which contract versions VERSION of SYSTEM provides and was built against."""
    body = {"provides": _uses(provides), "consumes": _uses(consumes)}
    connect(url, token).send("PUT", f"systems/{system}/releases/{version}", body)
    click.echo(f"{system} {version} is registered")


@command.command("record")
@click.argument("system")
@click.argument("version")
@click.option("--to", "environment", required=True, help="The environment it runs in now.")
@click.option("--beside", is_flag=True, help="What runs there already goes on.")
@click.option("--location", default="", help="Instance or site, where there are several.")
@click.option("--reason", default="", help="Why, for the audit log.")
@registry_options
def record(
    system: str,
    version: str,
    environment: str,
    beside: bool,
    location: str,
    reason: str,
    url: str,
    token: str | None,
) -> None:
    """Record that VERSION of SYSTEM runs in an environment as of now."""
    body = {
        "system": system, "version": version, "environment": environment, "beside": beside,
        "location": location, "reason": reason,
    }  # fmt: skip
    connect(url, token).send("POST", "deployments", body)
    click.echo(f"{system} {version} runs in {environment}")


@command.command("end")
@click.argument("system")
@click.option("--from", "environment", required=True, help="The environment it leaves.")
@click.option("--version", help="Default: every version that runs there.")
@click.option("--reason", default="", help="Why, for the audit log.")
@registry_options
def end(
    system: str,
    environment: str,
    version: str | None,
    reason: str,
    url: str,
    token: str | None,
) -> None:
    """Record that SYSTEM no longer runs in an environment."""
    body = {"system": system, "environment": environment, "version": version, "reason": reason}
    for one in connect(url, token).send("POST", "undeployments", body):
        click.echo(f"{one['system']} {one['version']} no longer runs in {one['environment']}")


def _uses(given: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for one in given:
        contract, colon, number = one.partition(":")
        if not (contract and colon and number):
            raise Invalid("", f"{one[:60]!r} is not CONTRACT:NUMBER, such as erp.order:1.0.0")
        found[contract] = number
    return found
