"""``interlock diff``: exit statuses, input, options, and never a traceback."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from registry.cli.main import main

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "docs" / "reference" / "report.schema.json").read_text())


def api(schema: Any, **operation: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    post = {"requestBody": {"content": content}, "responses": {"204": {"description": "-"}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Orders", "version": "1"},
        "paths": {"/orders": {"post": {**post, **operation}}},
    }


OLD = api({"type": "object", "properties": {"number": {"type": "string", "maxLength": 20}}})
NEW = api({"type": "object", "properties": {"number": {"type": "string", "maxLength": 10}}})


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(yaml.safe_dump(OLD))
    new.write_text(yaml.safe_dump(NEW))
    return old, new


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as end:
        main(["diff", *map(str, arguments)])
    return int(end.value.code or 0)


def test_compatible_is_0_and_breaking_is_1(files: tuple[Path, Path]) -> None:
    old, new = files
    assert run(old, old) == 0
    assert run(new, old) == 0
    assert run(old, new) == 1


def test_unknown_is_3(tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps({"type": "string", "pattern": r"^(?=a*$)\w(?<!b)"}))
    new.write_text(json.dumps({"type": "string", "pattern": r"^(?!b)(a|\1)(\w)\2$"}))
    assert run(old, new) == 3
    assert run(old, new, "--fail-on", "unknown") == 1
    assert run(old, new, "--fail-on", "none") == 0


def test_json_follows_its_published_schema(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*files, "--format", "json") == 1
    report = json.loads(capsys.readouterr().out)
    Draft202012Validator(SCHEMA).validate(report)
    (finding,) = report["findings"]
    assert finding["rule"] == "max-length-lowered"
    pointer = "/paths/~1orders/post/requestBody/content/application~1json/schema/properties"
    assert finding["old"]["pointer"] == f"{pointer}/number/maxLength"
    lines = files[0].read_text().splitlines()
    assert "maxLength: 20" in lines[finding["old"]["line"] - 1]
    assert finding["witness"]["as_message"].startswith(
        "POST /orders\nContent-Type: application/json"
    )
    assert len(finding["witness"]["value"]["number"]) > 10


@pytest.mark.parametrize(
    "report", ["text", "json", "markdown", "sarif", "junit", "github", "gitlab", "html"]
)
def test_every_report_format_is_written(
    report: str, files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "report"
    assert run(*files, "--format", report, "--output", target) == 1
    assert "max-length-lowered" in target.read_text() or "maxLength" in target.read_text()
    assert capsys.readouterr().out == ""


def test_text_fits_80_columns(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files[0].parent)
    monkeypatch.setenv("COLUMNS", "80")
    run("old.yaml", "new.yaml")
    words = [line for line in capsys.readouterr().out.splitlines() if "~1" not in line]
    assert max(map(len, words)) <= 80


def test_standard_input_is_one_side(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(files[1].read_bytes()))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert run(files[0], "-") == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "no such file"),
        ("", "empty"),
        ("a: [1", "bad.yaml:2:1"),
        ("a: 1\na: 2", "a"),
        ("- just\n- a list", "list"),
        ("openapi: 9.9.9\npaths: {}", "9.9.9"),
        ("openapi: 3.1.0\npaths: 5", ""),
    ],
)
def test_bad_input_is_2_with_one_sentence(
    text: str | None,
    words: str,
    files: tuple[Path, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bad = tmp_path / "bad.yaml"
    if text is not None:
        bad.write_text(text)
    expected = 1 if text and "paths: 5" in text else 2
    assert run(files[0], bad) == expected
    said = capsys.readouterr()
    assert words in said.err
    assert "Traceback" not in said.err + said.out
    assert said.err.count("\n") <= 1


def test_two_formats_cannot_be_compared(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text("{}")
    assert run(files[0], schema) == 2
    assert "cannot compare openapi" in capsys.readouterr().err
    assert run(schema, schema, "--as", "jsonschema") == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["--mode", "sideways"],
        ["--format", "pdf"],
        ["--level", "max-length-lowered"],
        ["--level", "max-length-lowered=loud"],
        ["--level", "max-lenght-lowered=info"],
        ["--strict", "--lenient"],
        ["--output", "/no/such/folder/report"],
    ],
)
def test_wrong_usage_is_2(
    arguments: list[str], files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*files, *arguments) == 2
    assert capsys.readouterr().err


def test_levels_and_what_fails(files: tuple[Path, Path]) -> None:
    assert run(*files, "--level", "max-length-lowered=warning") == 0
    assert run(*files, "--level", "max-length-lowered=ignore") == 0
    assert run(*files, "--level", "max-length-lowered=warning", "--fail-on", "warning") == 1
    assert run(*files, "--fail-on", "none") == 0


def test_consumers_of_a_sidecar_get_a_verdict_each(capsys: pytest.CaptureFixture[str]) -> None:
    folder = ROOT / "contracts" / "library" / "erp" / "purchase-order"
    old, new = folder / "1.0.0.openapi.yaml", folder / "2.0.0.openapi.yaml"
    assert run(old, new, "--sidecar", folder / "contract.yaml", "--format", "json") == 1
    report = json.loads(capsys.readouterr().out)
    Draft202012Validator(SCHEMA).validate(report)
    verdicts = {name: found["verdict"] for name, found in report["consumers"].items()}
    assert verdicts["procurement"] == "breaking"
    assert "compatible" in verdicts.values()
    hurt = {name for finding in report["findings"] for name in finding["consumers"]}
    assert "procurement" in hurt
    assert run(old, new, "--sidecar", folder / "missing.yaml") == 2


def test_strict_counts_members_that_nobody_declares(tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps(api({"type": "object", "properties": {}})))
    new.write_text(json.dumps(api({"type": "object", "properties": {"note": {"type": "string"}}})))
    assert run(old, new) == 0
    assert run(old, new, "--strict") == 1


def test_lenient_lets_enumerations_grow(tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    for path, values in ((old, ["a"]), (new, ["a", "b"])):
        content = {"application/json": {"schema": {"enum": values}}}
        answers = {"200": {"description": "-", "content": content}}
        path.write_text(json.dumps(api({}, responses=answers)))
    assert run(old, new) == 1
    assert run(old, new, "--lenient") == 0


def test_a_whole_process_starts_and_ends_quickly(files: tuple[Path, Path]) -> None:
    code = (
        "import sys; from registry.cli.main import main\n"
        "try: main(['diff', *sys.argv[1:]])\n"
        "except SystemExit: pass\n"
        "heavy = {'flask', 'sqlalchemy', 'schemathesis', 'deepdiff', 'pydantic', 'httpx', "
        "'openapi_spec_validator', 'networkx', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, files)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stderr.strip() == "[]"


def test_our_own_mistake_is_a_sentence_too(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from contracts.compatibility import comparing

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("oops")

    monkeypatch.delenv("INTERLOCK_TRACEBACK", raising=False)
    monkeypatch.setattr(comparing, "compare", fails)
    assert run(*files) == 3
    assert "RuntimeError: oops" in capsys.readouterr().err


def test_the_raw_difference_on_request(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*files, "--raw") == 1
    place = "/paths/~1orders/post/requestBody/content/application~1json/schema/properties/number"
    assert f"  changed  {place}/maxLength\n           20 -> 10" in capsys.readouterr().out
    assert run(*files, "--raw", "--format", "json") == 2


def test_raw_differences_stay_in_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(yaml.safe_dump({**OLD, "info": {"title": "a" * 70, "version": "1"}}))
    new.write_text(yaml.safe_dump({**OLD, "info": {"title": "b" * 70, "version": "1"}}))
    assert run(old, new, "--raw") == 0
    raw = capsys.readouterr().out.partition("raw differences\n")[2].splitlines()
    assert raw[0] == "  changed  /info/title"
    assert raw[1].startswith('           "aaa')
    assert raw[2].startswith('           -> "bbb')
    assert max(map(len, raw)) <= 80


def test_references_reach_as_far_as_the_root(tmp_path: Path) -> None:
    for version, kind in (("old", "string"), ("new", "integer")):
        (tmp_path / version / "api").mkdir(parents=True)
        document = api({"$ref": "../shared.yaml#/Order"})
        (tmp_path / version / "api" / "api.yaml").write_text(yaml.safe_dump(document))
        (tmp_path / version / "shared.yaml").write_text(f"Order: {{type: {kind}}}")
    files = [tmp_path / version / "api" / "api.yaml" for version in ("old", "new")]
    assert run(*files) == 3
    assert run(*files, "--root", tmp_path) == 1
    assert run(files[0], files[0], "--root", tmp_path) == 0
    assert run(*files, "--root", tmp_path / "nowhere") == 2
