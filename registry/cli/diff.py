"""``interlock diff OLD NEW``: two documents in, a verdict and an exit status out."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from contracts.documents import Document
    from contracts.governance.expectations import Expectation

from contracts.verdict import Json, Level, Mode, Report, Verdict

MODES = [m.value for m in (Mode.DIRECTIONAL, Mode.BACKWARD, Mode.FORWARD, Mode.FULL)]
REPORTS = ["text", "json", "markdown", "sarif", "junit", "github", "gitlab", "html"]
FORMATS = ["jsonschema", "openapi", "asyncapi", "avro", "protobuf", "odcs", "sidecar"]
LEVELS = [*(level.value for level in Level), "ignore"]
EXIT = {Verdict.COMPATIBLE: 0, Verdict.BREAKING: 1, Verdict.UNKNOWN: 3}


@click.command("diff")
@click.argument("old", type=click.Path(path_type=Path, allow_dash=True))
@click.argument("new", type=click.Path(path_type=Path, allow_dash=True))
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
    type=click.Choice(["error", "warning", "unknown", "none"]),
    default="error",
    help="What makes the exit status 1: breaking findings, warnings too, unknowns too, nothing.",
)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day on which sunsets are judged. Default: today.",
)
@click.option(
    "--sidecar",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The contract.yaml of NEW: a verdict for each consumer that it names.",
)
@click.option(
    "--old-sidecar",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The contract.yaml of OLD: what the two promise is compared too.",
)
@click.option(
    "--consumer",
    "pacts",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="A Pact file: a verdict for its consumer, by what it was tested with. May be repeated.",
)
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the report there."
)
def command(
    old: Path,
    new: Path,
    mode: str | None,
    report_format: str,
    format_: str | None,
    raw: bool,
    strict: bool,
    lenient: bool,
    levels: tuple[str, ...],
    fail_on: str,
    today: datetime | None,
    sidecar: Path | None,
    old_sidecar: Path | None,
    pacts: tuple[Path, ...],
    output: Path | None,
) -> None:
    """Compare two versions of a contract: who would break?

    OLD and NEW are OpenAPI, AsyncAPI, JSON Schema, Avro, Protocol Buffers or ODCS documents, or
    two contract.yaml; - is standard input.

    \b
    Exit status: 0 compatible, 1 breaking, 2 wrong usage or unreadable input, 3 unknown.
    """
    from contracts.compatibility.policies import Policies

    if strict and lenient:
        raise click.UsageError("--strict and --lenient exclude each other; choose one")
    if raw and report_format != "text":
        raise click.UsageError("--raw goes with --format text; other formats have their own shape")
    if str(old) == str(new) == "-":
        raise click.UsageError("only one of OLD and NEW can be standard input")
    if old_sidecar and not sidecar:
        raise click.UsageError("--old-sidecar needs --sidecar, the contract.yaml of NEW")
    policies = Policies.strict() if strict else Policies.lenient() if lenient else Policies()
    policies = policies.weighing(
        dict(_level(text) for text in levels),
        (today or datetime.now()).date(),  # noqa: DTZ005
    )
    from contracts.compatibility.comparing import compare

    documents = _document(old), _document(new)
    consumers = _expectations(sidecar, pacts)
    report = compare(*documents, mode=mode, format=format_, policies=policies, consumers=consumers)
    if sidecar and old_sidecar:
        from contracts.compatibility.promises import compare_promises, with_promises

        promises = compare_promises(_document(old_sidecar), _document(sidecar), policies=policies)
        report = with_promises(report, promises)
    text = _rendered(report, report_format, output)
    _write(text + _raw(*documents) if raw else text, output)
    sys.exit(_exit_status(report, fail_on))


def _document(path: Path) -> Document:
    from contracts.documents import load

    if str(path) == "-":
        return load(sys.stdin.buffer.read(), name="stdin", last_counts=True)
    return load(path, last_counts=True)


def _raw(old: Document, new: Document) -> str:
    """What was added, removed and changed in the documents, whether it matters or not."""
    from contracts.compatibility.document_diff import raw_difference
    from contracts.reports import exact

    def shown(value: Json) -> str:
        return exact.dumps(value, limit=60) or "…"

    lines = ["", "raw differences"]
    for change in raw_difference(old, new):
        values = [shown(change.old)] * (change.kind != "added")
        values += [shown(change.new)] * (change.kind != "removed")
        place = exact.text(change.pointer)[1:-1]
        lines.append(f"  {change.kind:<8} {place}  {' -> '.join(values)}")
    return "\n".join(lines) + "\n"


def _expectations(sidecar: Path | None, pacts: tuple[Path, ...]) -> tuple[Expectation, ...]:
    """Every consumer once: what it was tested with counts before what the sidecar says of it."""
    found: dict[str, Expectation] = {}
    if sidecar:
        from contracts.governance.sidecar import load_sidecar

        found = {one.consumer: one for one in load_sidecar(_document(sidecar)).expectations()}
    if pacts:
        from contracts.governance.pact import expectations_of

        found |= {one.consumer: one for one in expectations_of(map(_document, pacts))}
    return tuple(found.values())


def _level(text: str) -> tuple[str, Level | None]:
    from contracts.compatibility.rules import load_rules

    rule, _, level = text.partition("=")
    if level not in LEVELS:
        raise click.UsageError(
            f"--level {text}: write RULE=LEVEL with a level of {', '.join(LEVELS)}"
        )
    if rule not in load_rules():
        raise click.UsageError(f"--level {text}: there is no rule {rule}{_hint(rule)}")
    return rule, None if level == "ignore" else Level(level)


def _hint(rule: str) -> str:
    import difflib

    from contracts.compatibility.rules import load_rules

    near = difflib.get_close_matches(rule, load_rules(), n=1)
    return f"; did you mean {near[0]}?" if near else "; see docs/reference/rules.md"


def _rendered(report: Report, report_format: str, output: Path | None) -> str:
    import shutil

    from contracts.reports import render

    color = output is None and sys.stdout.isatty()
    width = max(40, min(shutil.get_terminal_size((80, 24)).columns, 120))
    return render(report, report_format, color=color, width=width)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(
            f"cannot write {output}: {error.strerror or error}; choose another --output"
        ) from None


def _exit_status(report: Report, fail_on: str) -> int:
    if fail_on == "none":
        return 0
    summary = report.summary
    if fail_on == "warning" and summary["warning"]:
        return 1
    if fail_on == "unknown" and report.verdict is Verdict.UNKNOWN:
        return 1
    return EXIT[report.verdict]
