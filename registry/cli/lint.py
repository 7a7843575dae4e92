"""``interlock lint``: do contracts and sidecars keep the rules of the house?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from contracts.documents import Document, load
from contracts.errors import DocumentUnreadable
from registry.cli import exits

if TYPE_CHECKING:
    from contracts.governance.estate import Estate
    from contracts.governance.lint import LintFinding
    from contracts.governance.sidecar import Sidecar

SIDECAR = "contract.yaml"
ESTATE = "estate.yaml"


@click.command("lint")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--sidecar",
    type=click.Path(path_type=Path),
    help="Governance sidecar of the documents; default: contract.yaml beside each.",
)
@click.option(
    "--estate",
    type=click.Path(path_type=Path),
    help="Teams and systems to look names up in; default: the nearest estate.yaml above.",
)
@click.option(
    "--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def command(files: tuple[Path, ...], sidecar: Path | None, estate: Path | None, shape: str) -> None:
    """Check FILEs: documents, sidecars (contract.yaml), or folders that hold sidecars.

    A folder with an estate.yaml is also checked as a whole: who masters which field, workflows,
    vendor states, names that nobody defines.

    Exit status: 0 clean or warnings only; 1 a rule is broken; 2 unreadable input.
    """
    from contracts.verdict import Level

    found: dict[tuple[Any, ...], LintFinding] = {}
    for document, side in _pairs(files, sidecar):
        for finding in _lint(document, side, estate):
            place = finding.place
            key = (finding.policy, place.source, place.pointer, finding.message)
            found.setdefault(key, finding)
    findings = [*found.values(), *_as_a_whole(files)]
    if shape == "json":
        click.echo(json.dumps({"findings": [_as_json(item) for item in findings]}, indent=2))
    else:
        _print(findings)
    broken = any(item.level is Level.ERROR for item in findings)
    raise SystemExit(exits.NO if broken else exits.OK)


def _as_a_whole(files: Iterable[Path]) -> Iterator[LintFinding]:
    from contracts.governance.estate_lint import lint_library
    from contracts.governance.shelf import read_library

    for path in files:
        if (path / ESTATE).is_file():
            yield from lint_library(read_library(path))


def _pairs(
    files: Iterable[Path], sidecar: Path | None
) -> Iterator[tuple[Document | None, Document | None]]:
    """Each document with its sidecar; a sidecar stands for every version it lists."""
    for path in files:
        if path.is_dir():
            sidecars = sorted(path.rglob(SIDECAR))
            if not sidecars:
                message = f"there is no {SIDECAR} below this folder"
                raise DocumentUnreadable(message, source=str(path))
            for found in sidecars:
                yield from _versions(load(found), found)
            continue
        document = load(path)
        if _is_sidecar(document):
            yield from _versions(document, path)
            continue
        beside = sidecar or path.parent / SIDECAR
        yield document, load(beside) if sidecar or beside.is_file() else None


def _versions(sidecar: Document, path: Path) -> Iterator[tuple[Document | None, Document | None]]:
    versions = _sidecar(sidecar).versions
    if not versions:
        yield None, sidecar
    for version in versions:
        yield load(path.parent / version.document), sidecar


def _is_sidecar(document: Document) -> bool:
    data = document.data
    return isinstance(data, Mapping) and "id" in data and "provider" in data and "owner" in data


def _lint(
    document: Document | None, sidecar: Document | None, estate: Path | None
) -> tuple[LintFinding, ...]:
    from contracts.governance.lint import lint

    return lint(
        document,
        None if sidecar is None else _sidecar(sidecar),
        sidecar_document=sidecar,
        estate=_estate(estate, document or sidecar),
    )


def _sidecar(document: Document) -> Sidecar:
    from contracts.governance.sidecar import load_sidecar

    return load_sidecar(document)


def _estate(given: Path | None, near: Document | None) -> Estate | None:
    from contracts.governance.estate import load_estate

    if given is not None:
        return load_estate(load(given))
    if near is None or near.path is None:
        return None
    for folder in list(Path(near.path).resolve().parents)[:3]:
        if (folder / ESTATE).is_file():
            return load_estate(load(folder / ESTATE))
    return None


def _as_json(finding: LintFinding) -> dict[str, Any]:
    place = finding.place
    return {
        "policy": finding.policy,
        "level": finding.level.value,
        "message": finding.message,
        "mend": finding.mend,
        "source": place.source,
        "pointer": place.pointer,
        "line": place.line,
    }


def _print(findings: list[LintFinding]) -> None:
    for item in findings:
        place = item.place
        where = f"{place.source or ''}:{place.line}" if place.line else place.source or ""
        click.echo(f"{where}: {item.level.value} [{item.policy}] {item.message}")
        click.echo(f"    {item.mend}")
    counts = {level: sum(f.level == level for f in findings) for level in ("error", "warning")}
    if findings:
        told = [f"{n} {noun}{'s' * (n != 1)}" for noun, n in counts.items()]
        click.echo(", ".join(told))
    else:
        click.echo("clean")
