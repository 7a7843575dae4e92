"""``interlock matrix``: who speaks what with whom in an environment, and does it fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from registry.cli import exits
from registry.cli.can_i_deploy import SIGNS
from registry.cli.client import connect, registry_options

HEADINGS = ("", "consumer", "built against", "provider", "speaks")


@click.command("matrix")
@click.option("--contract", required=True, help="The contract, such as erp.purchase-order.")
@click.option("--in", "environment", required=True, help="The environment, such as production.")
@click.option("--at", help="As it was at that instant (RFC 3339).")
@click.option(
    "--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@registry_options
def command(
    contract: str, environment: str, at: str | None, shape: str, url: str, token: str | None
) -> None:
    """Every pair of a provider and a consumer of a contract that runs there, worst first.

    Exit status: 0 all fit, 1 some pair breaks, 2 usage, 3 some pair is undecided, 4 could not
    ask.
    """
    matrix = connect(url, token).get(f"contracts/{contract}/matrix", environment=environment, at=at)
    if shape == "json":
        import orjson

        click.echo(orjson.dumps(matrix, option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo("\n".join(table(matrix)))
    outcomes = {cell["outcome"] for cell in matrix["cells"]}
    unclear = exits.UNKNOWN if "unknown" in outcomes else exits.OK
    raise SystemExit(exits.NO if "blocked" in outcomes else unclear)


def table(matrix: dict[str, Any]) -> Iterator[str]:
    """The matrix as columns; a pair that does not fit is followed by the reason."""
    place = matrix["environment"]["id"]
    yield f"{matrix['contract']['name']} in {place}"
    if not matrix["cells"]:
        yield f"  no provider and consumer of it run together in {place}"
        return
    rows = [HEADINGS, *(_row(cell) for cell in matrix["cells"])]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEADINGS))]
    reasons = [None, *matrix["cells"]]
    for row, cell in zip(rows, reasons, strict=True):
        padded = (text.ljust(width) for text, width in zip(row, widths, strict=True))
        yield ("  " + "  ".join(padded)).rstrip()
        if cell is not None and cell["outcome"] != "ok":
            yield f"  {' ' * widths[0]}  {cell['message']}"


def _row(cell: dict[str, Any]) -> tuple[str, ...]:
    return (
        SIGNS[cell["outcome"]].strip(),
        f"{cell['consumer']} {cell['consumer_version']}",
        cell["old_version"],
        f"{cell['provider']} {cell['provider_version']}",
        cell["new_version"],
    )
