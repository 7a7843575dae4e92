"""What ``interlock diff`` does, and the short way to it: no click, nothing imported in vain.

Importing click takes as long as comparing two small documents. :func:`understood` reads a command
line that says nothing unusual; whatever else it says (help, a mistake) is left to click
(:mod:`registry.cli.diff`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from contracts.lean_dataclasses import dataclass
from contracts.verdict import Level, Mode, Report, Verdict

if TYPE_CHECKING:
    from contracts.compatibility.policies import Policies
    from contracts.documents import Document
    from contracts.governance.expectations import Expectation

MODES = [m.value for m in (Mode.DIRECTIONAL, Mode.BACKWARD, Mode.FORWARD, Mode.FULL)]
REPORTS = ["text", "json", "markdown", "sarif", "junit", "github", "gitlab", "html"]
FORMATS = ["jsonschema", "openapi", "asyncapi", "avro", "protobuf", "odcs", "sidecar"]
LEVELS = [*(level.value for level in Level), "ignore"]
FAIL_ON = ["error", "warning", "unknown", "none"]
EXIT = {Verdict.COMPATIBLE: 0, Verdict.BREAKING: 1, Verdict.UNKNOWN: 3}


class Misuse(Exception):
    """The options contradict each other or name nothing; the message says the mend."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for; names and meanings are those of its options."""

    old: str
    new: str
    mode: str | None = None
    report_format: str = "text"
    format_: str | None = None
    raw: bool = False
    strict: bool = False
    lenient: bool = False
    levels: tuple[str, ...] = ()
    fail_on: str = "error"
    today: date | None = None
    sidecar: str | None = None
    old_sidecar: str | None = None
    pacts: tuple[str, ...] = ()
    output: str | None = None
    root: str | None = None


CHOICES: dict[str, tuple[str, list[str]]] = {
    "--mode": ("mode", MODES),
    "--format": ("report_format", REPORTS),
    "--as": ("format_", FORMATS),
    "--fail-on": ("fail_on", FAIL_ON),
}
"""Option → the member of :class:`Asked` and the values that it may have."""
FLAGS = {"--raw": "raw", "--strict": "strict", "--lenient": "lenient"}
FOLDERS = {"--root": "root"}
FILES = {"--sidecar": "sidecar", "--old-sidecar": "old_sidecar", "--output": "output"}
REPEATED = {"--level": "levels", "--consumer": "pacts"}


def understood(arguments: Sequence[str]) -> Asked | None:
    """What these arguments after ``diff`` ask for; None if they are click's business."""
    values: dict[str, Any] = {}
    files: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "-" or not argument.startswith("-"):
            files.append(argument)
            continue
        option, glued, value = argument.partition("=")
        if option in FLAGS and not glued:
            values[FLAGS[option]] = True
            continue
        if not glued:
            value = next(waiting, "-")
        if value.startswith("-") or not _take(values, option, value):
            return None
    if len(files) != 2:
        return None
    return Asked(old=files[0], new=files[1], **values)


def _take(values: dict[str, Any], option: str, value: str) -> bool:
    """Keep the value of an option; False if there is no such option, or not with that value."""
    if option in CHOICES:
        name, allowed = CHOICES[option]
        values[name] = value
        return value in allowed
    if option in FILES:
        values[FILES[option]] = value
        return not os.path.isdir(value)  # noqa: PTH112 (pathlib is not loaded yet)
    if option in FOLDERS:
        values[FOLDERS[option]] = value
        return os.path.isdir(value)  # noqa: PTH112
    if option in REPEATED:
        name = REPEATED[option]
        values[name] = (*values.get(name, ()), value)
        return name != "pacts" or not os.path.isdir(value)  # noqa: PTH112
    return False


def run(asked: Asked) -> int:
    """Compare, write the report, and say with which status to end.

    Raises:
        Misuse: the options do not go together.
        ContractError: a document cannot be used.
    """
    policies = _policies(asked)
    from contracts.compatibility.comparing import compare

    old, new = (_whole(path, asked.root) for path in (asked.old, asked.new))
    consumers = _expectations(asked.sidecar, asked.pacts)
    report = compare(
        old, new, mode=asked.mode, format=asked.format_, policies=policies, consumers=consumers
    )
    if asked.sidecar and asked.old_sidecar:
        from contracts.compatibility.promises import compare_promises, with_promises

        sidecars = _document(asked.old_sidecar), _document(asked.sidecar)
        report = with_promises(report, compare_promises(*sidecars, policies=policies))
    text = _rendered(report, asked)
    _write(text + _raw(old, new) if asked.raw else text, asked.output)
    return _exit_status(report, asked.fail_on)


def _policies(asked: Asked) -> Policies:
    from contracts.compatibility.policies import Policies

    if asked.strict and asked.lenient:
        raise Misuse("--strict and --lenient exclude each other; choose one")
    if asked.raw and asked.report_format != "text":
        raise Misuse("--raw goes with --format text; other formats have their own shape")
    if asked.old == asked.new == "-":
        raise Misuse("only one of OLD and NEW can be standard input")
    if asked.old_sidecar and not asked.sidecar:
        raise Misuse("--old-sidecar needs --sidecar, the contract.yaml of NEW")
    policies = Policies.strict() if asked.strict else Policies()
    policies = Policies.lenient() if asked.lenient else policies
    return policies.weighing(
        dict(_level(text) for text in asked.levels),
        asked.today or date.today(),  # noqa: DTZ011
    )


def _document(path: str) -> Document:
    from contracts.documents import load

    if path == "-":
        return load(sys.stdin.buffer.read(), name="stdin", last_counts=True)
    return load(path, last_counts=True)


def _whole(path: str, root: str | None) -> Document:
    """The document with the files that it refers to, none of them outside the root."""
    if root is None:
        return _document(path)
    from pathlib import Path

    from contracts.documents import bundle

    return bundle(_document(path), Path(root))


def _raw(old: Document, new: Document) -> str:
    """What was added, removed and changed in the documents, whether it matters or not."""
    from contracts.compatibility.document_diff import raw_difference
    from contracts.reports import exact

    width = _width()
    lines = ["", "raw differences"]
    for change in raw_difference(old, new):
        values = [exact.beginning(change.old, _LONGEST_RAW)] * (change.kind != "added")
        values += [exact.beginning(change.new, _LONGEST_RAW)] * (change.kind != "removed")
        line = f"  {change.kind:<8} {exact.text(change.pointer)[1:-1]}"
        told = " -> ".join(values)
        if len(line) + 2 + len(told) <= width:
            lines.append(f"{line}  {told}")
            continue
        lines.append(line)
        apart = [told] if len(told) + 11 <= width else [values[0], *(f"-> {v}" for v in values[1:])]
        lines += [f"{'':<11}{value}" for value in apart]
    return "\n".join(lines) + "\n"


_LONGEST_RAW = 60


def _expectations(sidecar: str | None, pacts: tuple[str, ...]) -> tuple[Expectation, ...]:
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
        raise Misuse(f"--level {text}: write RULE=LEVEL with a level of {', '.join(LEVELS)}")
    if rule not in load_rules():
        raise Misuse(f"--level {text}: there is no rule {rule}{_hint(rule)}")
    return rule, None if level == "ignore" else Level(level)


def _hint(rule: str) -> str:
    import difflib

    from contracts.compatibility.rules import load_rules

    near = difflib.get_close_matches(rule, load_rules(), n=1)
    return f"; did you mean {near[0]}?" if near else "; see docs/reference/rules.md"


def _rendered(report: Report, asked: Asked) -> str:
    from contracts.reports import render

    color = asked.output is None and sys.stdout.isatty()
    return render(report, asked.report_format, color=color, width=_width())


def _width() -> int:
    return max(40, min(_columns(), 120))


def _columns() -> int:
    """The terminal's width, as ``shutil.get_terminal_size`` finds it without its import."""
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and int(given) > 0:
        return int(given)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):
        return 80


def _write(text: str, output: str | None) -> None:
    if output is None:
        try:
            sys.stdout.write(text)
        except UnicodeEncodeError:  # a terminal that knows fewer signs
            encoding = sys.stdout.encoding
            sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
        sys.stdout.flush()
        return
    try:
        with open(output, "w", encoding="utf-8") as file:  # noqa: PTH123 (pathlib is not loaded yet)
            file.write(text)
    except OSError as error:
        raise Misuse(
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
