"""``interlock can-i-merge``: does a proposal fit the newest release of everybody who uses it?"""

from __future__ import annotations

import click

from registry.cli import exits
from registry.cli.can_i_deploy import lines
from registry.cli.client import connect, registry_options


@click.command("can-i-merge")
@click.option("--contract", required=True, help="The contract, such as erp.goods-receipt.")
@click.option(
    "--version", required=True, help="A proposal (2.0.0@proposal), a release, a tag or a branch."
)
@click.option(
    "--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@registry_options
def command(contract: str, version: str, shape: str, url: str, token: str | None) -> None:
    """May this proposal be merged?

    Asked of the newest registered release of every system that consumes the contract, wherever
    it is deployed.

    Exit status: 0 yes, 1 no, 2 usage, 3 don't know, 4 could not ask.
    """
    decision = connect(url, token).get("can-i-merge", contract=contract, version=version)
    if shape == "json":
        import orjson

        click.echo(orjson.dumps(decision, option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo("\n".join(lines(decision)))
    raise SystemExit(exits.OF_ANSWER[decision["answer"]])
