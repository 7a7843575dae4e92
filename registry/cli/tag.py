"""``interlock tag``: names beside the numbers, which point to a version until they are moved."""

from __future__ import annotations

import click

from registry.cli.client import connect, registry_options


@click.group("tag")
def command() -> None:
    """Set, move, list and remove tags; a tag stands wherever a version does."""


@command.command("set")
@click.argument("contract")
@click.argument("tag")
@click.argument("version")
@click.option("--reason", default="", help="Why, for the audit log.")
@registry_options
def set_(contract: str, tag: str, version: str, reason: str, url: str, token: str | None) -> None:
    """Let TAG of CONTRACT point to VERSION: a number, number@branch, a branch, a tag or latest."""
    body = {"version": version, "reason": reason}
    moved = connect(url, token).send("PUT", f"contracts/{contract}/tags/{tag}", body)
    click.echo(f"{contract} {moved['name']} points to {moved['label']}")


@command.command("list")
@click.argument("contract")
@registry_options
def list_(contract: str, url: str, token: str | None) -> None:
    """Every tag of CONTRACT."""
    found = connect(url, token).get(f"contracts/{contract}/tags")["tags"]
    for tag in found:
        who = f"{tag['moved_at'][:10]} by {tag['moved_by']}"
        click.echo(f"{tag['name']:<24} {tag['label']:<24} since {who}")
    if not found:
        click.echo(f"{contract} has no tag")


@command.command("remove")
@click.argument("contract")
@click.argument("tag")
@registry_options
def remove(contract: str, tag: str, url: str, token: str | None) -> None:
    """Take TAG of CONTRACT away; the version that it points to stays."""
    gone = connect(url, token).send("DELETE", f"contracts/{contract}/tags/{tag}")
    click.echo(f"{contract} {gone['name']} pointed to {gone['label']}; it is gone")
