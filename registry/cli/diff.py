"""``interlock diff OLD NEW``: two documents in, a verdict and an exit status out.

What it does stands in :mod:`registry.cli.differing`; here are its help and its complaints.
"""

from __future__ import annotations

import sys
from typing import Any

import click

from registry.cli.differing import FAIL_ON, FORMATS, LEVELS, MODES, REPORTS, Asked, Misuse, run


@click.command("diff")
@click.argument("old", type=click.Path(allow_dash=True))
@click.argument("new", type=click.Path(allow_dash=True))
@click.option(
    "--mode",
    type=click.Choice(MODES),
    help="Who must read whom. Default: directional for APIs and events, backward for schemas.",
)
@click.option(
    "--format", "report_format", type=click.Choice(REPORTS), default="text", help="Of the report."
)
@click.option(
    "--as", "format_", type=click.Choice(FORMATS), help="Read both documents as this format."
)
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False),
    help="References may lead to files below this directory. Default: below the document's own.",
)
@click.option("--raw", is_flag=True, help="List every raw difference after a text report.")
@click.option("--strict", is_flag=True, help="Assume nothing: what a schema admits may be sent.")
@click.option("--lenient", is_flag=True, help="Assume tolerant readers: enums may grow.")
@click.option(
    "--level",
    "levels",
    multiple=True,
    metavar="RULE=LEVEL",
    help=f"Weigh a rule otherwise: {', '.join(LEVELS)}. May be repeated.",
)
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    default="error",
    help="What makes the exit status 1: breaking findings, warnings too, unknowns too, nothing.",
)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=lambda _context, _option, moment: moment and moment.date(),
    help="The day on which sunsets are judged. Default: today.",
)
@click.option(
    "--sidecar",
    type=click.Path(dir_okay=False),
    help="The contract.yaml of NEW: a verdict for each consumer that it names.",
)
@click.option(
    "--old-sidecar",
    type=click.Path(dir_okay=False),
    help="The contract.yaml of OLD: what the two promise is compared too.",
)
@click.option(
    "--consumer",
    "pacts",
    multiple=True,
    type=click.Path(dir_okay=False),
    help="A Pact file: a verdict for its consumer, by what it was tested with. May be repeated.",
)
@click.option("--output", type=click.Path(dir_okay=False), help="Write the report there.")
def command(**asked: Any) -> None:
    """Compare two versions of a contract: who would break?

    OLD and NEW are OpenAPI, AsyncAPI, JSON Schema, Avro, Protocol Buffers or ODCS documents, or
    two contract.yaml; - is standard input.

    \b
    Exit status: 0 compatible, 1 breaking, 2 wrong usage or unreadable input, 3 unknown.
    """
    try:
        status = run(Asked(**asked))
    except Misuse as error:
        raise click.UsageError(str(error)) from None
    sys.exit(status)
