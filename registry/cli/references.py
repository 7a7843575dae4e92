"""``interlock references``: who refers to a contract, and what a version refers to."""

from __future__ import annotations

from typing import Any

import click

from registry.cli.client import connect, registry_options
from registry.errors import Invalid


@click.command("references")
@click.argument("contract")
@click.argument("version", default="")
@click.option(
    "--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@registry_options
def command(contract: str, version: str, shape: str, url: str, token: str | None) -> None:
    """What refers to CONTRACT, or to a VERSION of it, and what that version refers to.

    VERSION is a number, number@branch, a tag, a branch or latest.
    """
    client = connect(url, token)
    if version:
        found = client.get(f"contracts/{contract}/versions/{version}")
        answer = {
            "references": found["version"]["references"],
            "resolved_sha256": found["version"]["resolved_sha256"],
            "referrers": found["referrers"],
        }
    else:
        answer = client.get(f"contracts/{contract}/referrers")
    if shape == "json":
        import orjson

        click.echo(orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode())
        return
    for reference in answer.get("references", ()):
        by = f" (by way of {reference['by']})" if reference["by"] else ""
        click.echo(f"refers to {reference['contract']} {reference['version']}{by}")
    click.echo("\n".join(referring(answer["referrers"])) or "nothing refers to it")


def referring(referrers: list[dict[str, Any]]) -> list[str]:
    """One line for each version that refers to it."""
    lines = []
    for one in referrers:
        way = "" if one["direct"] else ", by way of another"
        state = "" if one["lifecycle"] == "active" else f", {one['lifecycle']}"
        lines.append(
            f"referred to by {one['contract']} {one['label']} (to {one['refers_to']}{way}{state})"
            f", team {one['owner']}"
        )
    return lines


def named(texts: tuple[str, ...]) -> list[dict[str, str]]:
    """``--reference NAME=CONTRACT@VERSION`` as the API takes it.

    Raises:
        Invalid: one is not of that form.
    """
    found = []
    for text in texts:
        name, equals, target = text.rpartition("=")
        contract, at, version = target.partition("@")
        if not (name and equals and contract and at and version):
            raise Invalid(
                "--reference",
                f"{text[:80]!r} is not NAME=CONTRACT@VERSION, such as common.Money=erp.types@1.0.0",
            )
        found.append({"name": name, "contract": contract, "version": version})
    return found


REFERENCE = click.option(
    "--reference",
    "references",
    multiple=True,
    help="NAME=CONTRACT@VERSION: what a name in the document stands for; may be repeated.",
)
