"""Contracts written in several files: compared, named by file and line, and sent as one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from contracts.compatibility.comparing import compare
from contracts.errors import ReferenceUnresolved
from contracts.verdict import Finding, Level, Report, Verdict
from registry.cli.diff import command
from registry.cli.documents import document_text

FILES = {
    "openapi.yaml": """\
openapi: 3.0.3
info: {title: Orders, version: "1"}
paths:
  /orders:
    post:
      $ref: paths/create.yaml
  /orders/{id}:
    get:
      $ref: paths/read.yaml
""",
    "paths/create.yaml": """\
operationId: createOrder
requestBody:
  content:
    application/json:
      schema: {$ref: ../models/order.yaml}
responses:
  '201': {$ref: ../shared.yaml#/created}
  default: {$ref: ../shared.yaml#/failed}
""",
    "paths/read.yaml": """\
operationId: readOrder
parameters:
  - {name: id, in: path, required: true, schema: {type: string}}
responses:
  '200':
    description: the order
    content:
      application/json:
        schema: {$ref: ../models/order.yaml}
  default: {$ref: ../shared.yaml#/failed}
""",
    "models/order.yaml": """\
type: object
required: [number]
properties:
  number: {type: string, maxLength: 10}
  lines:
    type: array
    items: {$ref: line.yaml}
""",
    "models/line.yaml": """\
type: object
properties:
  quantity: {type: integer, minimum: 1}
  order: {$ref: order.yaml}
""",
    "shared.yaml": """\
created: {description: created}
failed:
  description: failed
  content:
    application/json:
      schema:
        type: object
        properties:
          code: {type: integer}
""",
}


def written(folder: Path, **changes: str) -> Path:
    for name, text in {**FILES, **changes}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "openapi.yaml"


def changed(name: str, old: str, new: str) -> dict[str, str]:
    assert old in FILES[name]
    return {name: FILES[name].replace(old, new)}


def compared(tmp_path: Path, **changes: str) -> Report:
    return compare(written(tmp_path / "old"), written(tmp_path / "new", **changes))


def spots(finding: Finding) -> list[tuple[str, int | None]]:
    return [
        ("/".join(Path(place.source or "").parts[-2:]), place.line)
        for place in (finding.old, finding.new)
        if place is not None
    ]


def test_the_same_files_say_the_same(tmp_path: Path) -> None:
    report = compared(tmp_path)
    assert (report.findings, report.changes) == ((), {"added": 0, "removed": 0, "changed": 0})


@pytest.mark.parametrize(
    ("file", "old", "new", "rule", "line", "reaches"),
    [
        ("models/order.yaml", "maxLength: 10", "maxLength: 5", "max-length-lowered", 4, 1),
        ("models/order.yaml", "maxLength: 10", "maxLength: 20", "max-length-raised", 4, 1),
        ("models/line.yaml", "minimum: 1", "minimum: 2", "minimum-raised", 3, 1),
        ("shared.yaml", "code: {type: integer}", "code: {type: string}", "type-widened", 9, 2),
    ],
)
def test_a_finding_names_the_file_and_line_it_stands_at(
    tmp_path: Path, file: str, old: str, new: str, rule: str, line: int, reaches: int
) -> None:
    report = compared(tmp_path, **changed(file, old, new))
    (finding,) = report.breaking
    assert finding.rule == rule
    assert len(finding.where) == reaches
    expected = "/".join(Path("old", file).parts[-2:]), "/".join(Path("new", file).parts[-2:])
    assert spots(finding) == [(expected[0], line), (expected[1], line)]
    assert finding.witness is not None


def test_operations_in_files_of_their_own_are_looked_into(tmp_path: Path) -> None:
    extra = "  - {name: tenant, in: query, required: true, schema: {type: string}}\n"
    text = FILES["paths/read.yaml"].replace("responses:\n", extra + "responses:\n")
    report = compared(tmp_path, **{"paths/read.yaml": text})
    (finding,) = report.breaking
    assert finding.rule == "required-parameter-added"
    assert spots(finding) == [("paths/read.yaml", 4)]


def test_findings_in_different_files_have_different_fingerprints(tmp_path: Path) -> None:
    alone = FILES["openapi.yaml"].partition("  /orders:")[0] + "  /nothing: {}\n"
    report = compared(tmp_path, **{"openapi.yaml": alone})
    removed = [f for f in report.breaking if f.rule == "operation-removed"]
    assert len({f.fingerprint for f in removed}) == len(removed) == 2
    elsewhere = compare(
        written(tmp_path / "a" / "b"), written(tmp_path / "c", **{"openapi.yaml": alone})
    )
    assert {f.fingerprint for f in removed} <= {f.fingerprint for f in elsewhere.breaking}


@pytest.mark.parametrize(
    "ref",
    ["../outside.yaml", "missing.yaml", "https://example.com/order.yaml", "/etc/hostname"],
)
def test_what_may_not_be_reached_is_said_with_its_place(tmp_path: Path, ref: str) -> None:
    (tmp_path / "outside.yaml").write_text("type: object\n", encoding="utf-8")
    change = changed("paths/create.yaml", "../shared.yaml#/created", ref)
    report = compared(tmp_path, **change)
    (oddity,) = [f for f in report.findings if f.rule == "document-oddity"]
    assert repr(ref) in oddity.message
    assert spots(oddity) == [("paths/create.yaml", 7)]
    assert oddity.level is Level.UNKNOWN
    with pytest.raises(ReferenceUnresolved) as caught:
        document_text(written(tmp_path / "new", **change))
    assert "paths/create.yaml:7" in str(caught.value)


def test_a_text_without_a_file_refers_to_nothing_outside(tmp_path: Path) -> None:
    old = written(tmp_path).read_bytes()
    report = compare(old, old.replace(b"title: Orders", b"title: Order"))
    oddities = [f for f in report.findings if f.rule == "document-oddity"]
    assert len(oddities) == 4
    assert report.verdict is Verdict.UNKNOWN
    assert all("was not read from one; bundle it first" in f.message for f in oddities)


def test_what_is_sent_says_the_same_in_one_text(tmp_path: Path) -> None:
    path = written(tmp_path)
    text = document_text(path)
    assert json.loads(text)["x-interlock"]["models/order.yaml"]["required"] == ["number"]
    report = compare(path, text.encode())
    assert report.findings == ()


def test_one_file_is_sent_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "schema.yaml"
    path.write_text("# mine\n$ref: '#/$defs/a'\n$defs: {a: {type: string}}\n", encoding="utf-8")
    assert document_text(path) == path.read_text("utf-8")


def run(*arguments: Path | str) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_the_command_reads_files_beside_the_document(tmp_path: Path) -> None:
    old = written(tmp_path / "old")
    new = written(tmp_path / "new", **changed("models/order.yaml", "maxLength: 10", "maxLength: 5"))
    result = run(old, new)
    assert result.exit_code == 1
    assert "models/order.yaml:4" in result.output
