"""``interlock conformance traffic``: does traffic that already exists keep the contract?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from conformance.evidence.reports import FORMATS
from registry.cli.conformance import STATUS, must_be_openapi, write


@click.command("traffic")
@click.option(
    "--contract",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="OpenAPI document.",
)
@click.option(
    "--har",
    "archives",
    required=True,
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="HTTP archive (HAR 1.2); may be given more than once.",
)
@click.option("--base", default="", help="What stands before the contract's paths: /api/v1.")
@click.option("--format", "shape", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write it there.")
def traffic_command(
    contract: Path, archives: tuple[Path, ...], base: str, shape: str, output: Path | None
) -> None:
    """Report drift: operations, codes, fields and values that the contract does not declare.

    Nothing is sent. Exit status: 0 no drift, 1 drift, 2 usage or unreadable input, 3 nothing seen.
    """
    from conformance.http.traffic import check_traffic, read_har
    from contracts.documents import load

    document = load(contract)
    must_be_openapi(document.data, contract)
    exchanges = (exchange for archive in archives for exchange in read_har(archive))
    source = ", ".join(str(archive) for archive in archives)
    found = check_traffic(document, exchanges, base=base, source=source)
    write(found, shape, output)
    sys.exit(STATUS[found.outcome])
