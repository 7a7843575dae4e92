"""``interlock declare``: a consumer's team says what it uses of a contract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from registry.cli.client import connect, registry_options


@click.command("declare")
@click.option("--contract", required=True, help="The contract that is used.")
@click.option("--consumer", required=True, help="The system that uses it.")
@click.option(
    "--pact",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What it was tested with: a Pact file of version 1 to 4.",
)
@click.option(
    "--uses",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What it uses, in the words of contract.yaml consumers[].",
)
@click.option("--reason", default="", help="Why, for the audit log.")
@registry_options
def command(
    contract: str,
    consumer: str,
    pact: Path | None,
    uses: Path | None,
    reason: str,
    url: str,
    token: str | None,
) -> None:
    """Say what a system uses of a contract: checks and the gate then judge it by that.

    Exit status: 0 remembered, 1 refused, 2 usage or unreadable input, 4 could not ask.
    """
    from contracts.documents import load
    from registry.cli.publish import read_text

    if (pact is None) == (uses is None):
        raise click.UsageError("give either --pact or --uses")
    body: dict[str, Any] = {"reason": reason}
    if pact is not None:
        body |= {"pact": read_text(pact), "filename": pact.name}
    elif uses is not None:
        body |= {"uses": load(uses).data}
    told = connect(url, token).send("PUT", f"contracts/{contract}/expectations/{consumer}", body)
    tested = len(told["body"].get("pact", {}).get("interactions", ()))
    tested += len(told["body"].get("pact", {}).get("messages", ()))
    what = f"{tested} tested interactions" if pact else f"{len(told['body']['uses'])} uses"
    click.echo(f"{consumer} uses {contract}: {what}")
