"""``interlock conformance data``: does a table keep its data contract?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from conformance.evidence.reports import FORMATS
from registry.cli import exits
from registry.cli.conformance import STATUS, write


@click.command("data")
@click.option(
    "--contract",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Data contract (ODCS 3.1).",
)
@click.option(
    "--source", required=True, help="file.csv, file.parquet, sqlite:///file or postgresql://…"
)
@click.option("--table", help="Its name, where the contract declares more than one.")
@click.option("--format", "shape", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write it there.")
def data_command(
    contract: Path, source: str, table: str | None, shape: str, output: Path | None
) -> None:
    """Check columns, types, limits, keys, quality metrics and freshness of a table.

    The table is only read. Exit status: 0 passed, 1 failures, 2 usage or unreadable input,
    4 database not reachable.
    """
    from conformance.data import check_table, open_table
    from conformance.data.declared import first_table
    from conformance.data.tables import TableUnreachable
    from contracts.documents import load

    document = load(contract)
    name = table or first_table(document)
    scheme, _, rest = source.partition("://")
    shown = f"{scheme}://{rest.rpartition('@')[2]}" if rest else source
    try:
        with open_table(source, name) as opened:
            found = check_table(document, opened, source=shown, where=source)
    except TableUnreachable as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(exits.COULD_NOT_ASK)
    write(found, shape, output)
    sys.exit(STATUS[found.outcome])
