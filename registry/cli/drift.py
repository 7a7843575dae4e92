"""``interlock drift``: what traffic that already exists shows that the contract does not say."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from conformance.evidence.reports import FORMATS
from registry.cli.conformance import STATUS, write


@click.command("drift")
@click.argument(
    "recordings",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--contract",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="OpenAPI or AsyncAPI document.",
)
@click.option("--base", default="", help="What stands before the contract's paths: /api/v1.")
@click.option("--format", "shape", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write it there.")
def command(
    recordings: tuple[Path, ...], contract: Path, base: str, shape: str, output: Path | None
) -> None:
    """Report undocumented operations, parameters, codes, fields and values in RECORDINGS.

    Of an API: HTTP archives (HAR), JSON lines with request and response, or an access log that
    nginx writes as JSON (without bodies: operations, codes and parameters). Of events: captures of
    messages. Nothing is sent.

    Exit status: 0 no drift, 1 drift, 2 usage or unreadable input.
    """
    from conformance.drift import drift
    from contracts.documents import bundle, load

    document = bundle(load(contract), strict=True)
    found = drift(document, [(str(p), p.read_bytes()) for p in recordings], base=base)
    write(found, shape, output)
    sys.exit(STATUS[found.outcome])
