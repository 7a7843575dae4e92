"""``interlock publish``: one document, one contract folder, or a whole repository of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from contracts.errors import ContractError, DocumentUnreadable
from registry.cli import exits
from registry.cli.client import Refused, connect, registry_options
from registry.cli.documents import document_text, published_names
from registry.cli.references import REFERENCE, named

MOST_NAMED = 8
"""Referring versions that are named in a line."""


@click.command("publish")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--sidecar",
    type=click.Path(path_type=Path),
    help="Governance sidecar of the document; default: contract.yaml beside it.",
)
@click.option("--contract", help="Contract name; default: the sidecar's id.")
@click.option("--number", help="Version number; default: the one the document gives itself.")
@click.option("--as", "kind", help="Document format, where it does not say what it is.")
@click.option("--branch", default="", help="Publish as a proposal on this branch.")
@click.option("--tag", "tags", multiple=True, help="Let this tag point to it; may be repeated.")
@REFERENCE
@click.option("--notes", default="", help="What changed, in a sentence or two.")
@click.option("--dry-run", is_flag=True, help="Give the whole answer and store nothing.")
@click.option(
    "--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@registry_options
def command(
    path: Path,
    sidecar: Path | None,
    contract: str | None,
    number: str | None,
    kind: str | None,
    branch: str,
    tags: tuple[str, ...],
    references: tuple[str, ...],
    notes: str,
    dry_run: bool,
    shape: str,
    url: str,
    token: str | None,
) -> None:
    """Publish PATH: a document, a contract's folder, or a folder of contracts (all or none).

    Exit status: 0 published, unchanged or (with --dry-run) publishable; 1 refused; 2 usage or
    unreadable input; 4 could not ask.
    """
    listed = named(references)
    if path.is_dir():
        given = {"sidecar": sidecar, "contract": contract, "number": number, "as": kind}
        if wrong := [f"--{name}" for name, value in given.items() if value is not None]:
            raise click.UsageError(f"{wrong[0]} goes with one document; {path} is a folder")
        names = [reference["name"] for reference in listed]
        items = folder_items(path, notes, names, dry_run=dry_run)
        for item in items:
            item["branch"] = branch or item["branch"]
    else:
        items = [_item(path, sidecar, contract, number, kind, branch, notes, listed)]
    for item in items:
        item |= {"tags": list(tags), "references": listed}
    client = connect(url, token)
    try:
        answer = client.send("POST", "publications", {"items": items, "dry_run": dry_run})
    except Refused as refusal:
        click.echo(f"refused: {refusal}", err=True)
        for reason in refusal.problem.get("reasons", []):
            click.echo(f"  - {reason}", err=True)
        if len(items) > 1:
            click.echo("nothing is stored; --dry-run shows what else is refused", err=True)
        raise SystemExit(exits.NO) from None
    if shape == "json":
        import orjson

        click.echo(orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode())
    else:
        for publication in answer["publications"]:
            _show(publication)
        for one in answer["unusable"]:
            click.echo(f"{'unusable':<14} {one['contract'] or one['filename']}")
            click.echo(f"  {one['message']}")
        if dry_run and len(items) > 1:
            counts = Counter(one["status"] for one in answer["publications"])
            counts += Counter({"unusable": len(answer["unusable"])})
            told = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
            click.echo(f"{len(items)} versions: {told}; nothing is stored")
    refused = any(one["status"] == "refused" for one in answer["publications"])
    if answer["unusable"]:
        raise SystemExit(exits.USAGE)
    raise SystemExit(exits.NO if refused else exits.OK)


def folder_items(
    folder: Path, notes: str = "", published: Collection[str] = (), *, dry_run: bool = False
) -> list[dict[str, Any]]:
    """The items of a whole folder: releases on no branch, proposals on theirs.

    What cannot be read goes as it is in a dry run: the registry tells what is wrong with it,
    beside what it says of all others.
    """
    from contracts.governance.shelf import read_contracts

    def text(path: Path, names: Collection[str]) -> str:
        try:
            return document_text(path, names)
        except ContractError:
            if not dry_run:
                raise
            return read_text(path)

    return [
        {
            "document": text(version.path, (*published, *published_names(shelved.path))),
            "filename": version.path.name,
            "sidecar": read_text(shelved.path),
            "contract": shelved.id,
            "number": version.number,
            "branch": version.branch,
            "notes": notes or version.note,
        }
        for shelved in read_contracts(folder)
        for version in shelved.versions
    ]


def _item(
    path: Path,
    sidecar: Path | None,
    contract: str | None,
    number: str | None,
    kind: str | None,
    branch: str,
    notes: str,
    listed: Sequence[Mapping[str, str]],
) -> dict[str, Any]:
    beside = path.parent / "contract.yaml"
    if sidecar is None and beside.is_file() and beside != path:
        sidecar = beside
    names = [reference["name"] for reference in listed]
    return {
        "document": document_text(path, (*names, *published_names(sidecar))),
        "filename": path.name,
        "sidecar": None if sidecar is None else read_text(sidecar),
        "contract": contract,
        "number": number,
        "format": kind,
        "branch": branch,
        "notes": notes,
    }


def read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentUnreadable(
            f"is not UTF-8 text (byte {error.start}); save it as UTF-8", source=str(path)
        ) from None
    except OSError as error:
        raise DocumentUnreadable(f"cannot be read: {error.strerror}", source=str(path)) from None


def beside_the_report(answer: Mapping[str, Any]) -> Iterator[str]:
    """What else somebody who changes a contract must know: what runs, and who refers to it."""
    for number, verdict, places in answer["runs"]:
        where = f"{number}, which runs in {', '.join(places)}"
        said = {"breaking": "breaks", "compatible": "fits"}.get(verdict)
        yield f"{said} {where}" if said else f"whether it fits {where}, is not known"
    referrers = answer["referrers"]
    if referrers:
        names = [f"{one['contract']} {one['label']}" for one in referrers]
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        yield f"referred to by {', '.join(names[:MOST_NAMED])}{more}"
        yield "  each keeps to the version that it refers to until it is published anew"


def _runs(publication: Mapping[str, Any]) -> list[tuple[str, str, list[str]]]:
    verdicts = {number: report["verdict"] for number, report in publication["older"]}
    if publication["report"]:
        verdicts[publication["baseline"]["number"]] = publication["report"]["verdict"]
    return [(number, verdicts[number], places) for number, places in publication["deployed"]]


def _show(publication: Mapping[str, Any]) -> None:
    version = publication["version"]
    label = version["number"] + (f"@{version['branch']}" if version["branch"] else "")
    name = f"{publication['contract']['name']} {label}"
    report = publication["report"]
    verdict = f", {report['verdict']} with {publication['baseline']['number']}" if report else ""
    click.echo(f"{publication['status']:<14} {name}{verdict}")
    if report and report["consumers"]:
        from contracts.reports import phrases
        from contracts.reports.reading import read_report

        click.echo(f"  {phrases.hurt(read_report(report))}")
    for problem in publication["problems"]:
        line = f":{problem['line']}" if problem["line"] else ""
        click.echo(f"  {problem['level']}: {problem['source']}{line}: {problem['message']}")
    for line in beside_the_report({**publication, "runs": _runs(publication)}):
        click.echo(f"  {line}")
    for refusal in publication["refusals"]:
        click.echo(f"  refused ({refusal['code']}): {refusal['message']}")
