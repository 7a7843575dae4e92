"""``interlock check``: a local document against what the registry holds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from contracts.reports import FORMATS
from contracts.verdict import Verdict
from registry.cli import exits
from registry.cli.client import connect, registry_options
from registry.cli.references import REFERENCE, named


@click.command("check")
@click.argument("document", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--contract", required=True, help="The contract it would be a version of.")
@click.option(
    "--against",
    default="",
    help="A number, tag, branch or latest; default: as the mode asks.",
)
@click.option(
    "--mode",
    type=click.Choice(
        [
            "directional",
            "backward",
            "forward",
            "full",
            "backward_transitive",
            "forward_transitive",
            "full_transitive",
        ]
    ),
    help="Default: the contract's own.",
)
@click.option("--as", "kind", help="Document format, where it does not say what it is.")
@click.option(
    "--sidecar",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What DOCUMENT would promise; default: contract.yaml beside it, else as in force.",
)
@click.option("--consumer", default="", help="Only what it means to this system.")
@REFERENCE
@click.option("--format", "shape", type=click.Choice(FORMATS), default="text", show_default=True)
@registry_options
def command(
    document: Path,
    contract: str,
    against: str,
    mode: str | None,
    kind: str | None,
    sidecar: Path | None,
    consumer: str,
    references: tuple[str, ...],
    shape: str,
    url: str,
    token: str | None,
) -> None:
    """Compare DOCUMENT with the stored versions of a contract, for every consumer.

    Exit status: 0 compatible, 1 breaking, 2 usage or unreadable input, 3 unknown, 4 could not
    ask.
    """
    from registry.cli.documents import beside, document_text, published_names
    from registry.cli.publish import read_text

    sidecar = sidecar or beside(document, contract)
    listed = named(references)
    names = [reference["name"] for reference in listed]
    body = {
        "consumer": consumer,
        "references": listed,
        "contract": contract,
        "document": document_text(document, (*names, *published_names(sidecar))),
        "filename": document.name,
        "format": kind,
        "against": against,
        "mode": mode,
        "sidecar": None if sidecar is None else read_text(sidecar),
    }
    answer = connect(url, token).send("POST", "checks", body)
    if shape == "json":
        import orjson

        click.echo(orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode())
    else:
        show(answer, shape, consumer)
    raise SystemExit(exits.OF_VERDICT[Verdict(answer["verdict"])])


def show(answer: dict[str, Any], shape: str, consumer: str = "") -> None:
    """Every report, then what runs and who refers to the contract."""
    from contracts.reports import render
    from contracts.reports.reading import read_report

    if shape == "text" and consumer:
        for one in answer["consumers"]:
            click.echo(f"{one['verdict'].upper()} for {one['consumer']}: {one['reason']}\n")
    for _, report in answer["reports"]:
        click.echo(render(read_report(report), shape, color=sys.stdout.isatty()), nl=False)
    if shape == "text":
        from registry.cli.publish import beside_the_report

        verdicts = {version["number"]: report["verdict"] for version, report in answer["reports"]}
        runs = [(number, verdicts[number], places) for number, places in answer["deployed"]]
        for line in beside_the_report({"runs": runs, "referrers": answer["referrers"]}):
            click.echo(line)
