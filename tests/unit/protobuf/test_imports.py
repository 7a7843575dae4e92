"""Definitions in files beside a ``.proto`` file: found by their import, compared where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts import compare
from contracts.errors import DocumentUnreadable
from contracts.verdict import Verdict

MAIN = """syntax = "proto3";
package wms.v1;
import "wms/v1/parts.proto";
import "common/money.proto";
message Order { Line line = 1; common.Money total = 2; map<string, common.Money> by = 3; }
"""
PARTS = 'syntax = "proto3"; package wms.v1; message Line { string sku = 1; } message Unused { }'
MONEY = 'syntax = "proto3"; package common; message Money { string amount = 1; }'


def source_tree(root: Path, **files: str) -> Path:
    """Files below a root; answers the main one."""
    written = {"main": MAIN, "parts": PARTS, "money": MONEY} | files
    places = {
        "main": "wms/v1/main.proto",
        "parts": "wms/v1/parts.proto",
        "money": "common/money.proto",
    }
    for name, text in written.items():
        path = root / places[name]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root / places["main"]


@pytest.mark.parametrize(
    ("files", "rule", "pointer"),
    [
        ({"money": MONEY.replace("string", "int64")}, "proto-field-type-changed", "common/money"),
        ({"parts": PARTS.replace("string", "bytes")}, "proto-field-type-converted", "parts.proto"),
        ({"parts": PARTS.replace("sku", "code")}, "proto-field-renamed", "parts.proto"),
        ({"parts": PARTS.replace("message Unused { }", "")}, None, ""),
        ({}, None, ""),
    ],
)
def test_a_change_in_an_imported_file_is_told_where_it_stands(
    tmp_path: Path, files: dict[str, str], rule: str | None, pointer: str
) -> None:
    old, new = source_tree(tmp_path / "a"), source_tree(tmp_path / "b", **files)
    report = compare(old, new)
    assert [finding.rule for finding in report.findings] == ([rule] if rule else [])
    for finding in report.findings:
        assert finding.new is not None
        assert pointer in str(finding.new.source)
        assert finding.new.line == 1


def test_a_definition_moves_into_another_file(tmp_path: Path) -> None:
    inside = MAIN.replace('import "common/money.proto";\n', "").replace("common.Money", "Money")
    inside += "message Money { string amount = 1; }"
    old, new = source_tree(tmp_path / "a", main=inside), source_tree(tmp_path / "b")
    report = compare(old, new)
    assert report.verdict is Verdict.BREAKING  # others may hold a wms.v1.Money itself
    assert [finding.rule for finding in report.breaking] == ["proto-message-removed"]
    assert "moved to common.Money" in report.breaking[0].message
    changed = source_tree(tmp_path / "c", money=MONEY.replace("amount", "sum"))
    assert "was removed" in compare(old, changed).breaking[0].message
    assert compare(new, old).verdict is Verdict.COMPATIBLE


def test_an_enum_moves_into_another_file(tmp_path: Path) -> None:
    inside = MAIN.replace('import "common/money.proto";\n', "").replace("common.Money", "Money")
    inside += "enum Money { EUR = 0; USD = 1; }"
    enum = 'syntax = "proto3"; package common; enum Money { EUR = 0; USD = 1; }'
    old = source_tree(tmp_path / "a", main=inside)
    same = compare(old, source_tree(tmp_path / "b", money=enum))
    assert [finding.rule for finding in same.findings] == ["proto-enum-removed"]
    assert "moved to common.Money" in same.findings[0].message
    other = compare(old, source_tree(tmp_path / "c", money=enum.replace("USD = 1", "USD = 2")))
    assert "proto-field-type-converted" in {finding.rule for finding in other.findings}


def test_files_outside_the_source_tree_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.proto").write_text("message Secret { }")
    main = 'syntax = "proto3"; import "../secret.proto"; message M { Secret s = 1; }'
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "m.proto").write_text(main.replace("Secret s", f"{name}.Secret s"))
    report = compare(tmp_path / "a" / "m.proto", tmp_path / "b" / "m.proto")
    assert report.verdict is Verdict.UNKNOWN


def test_a_broken_import_is_named(tmp_path: Path) -> None:
    main = source_tree(tmp_path, parts="message {")
    with pytest.raises(DocumentUnreadable) as caught:
        compare(main, main)
    assert "parts.proto" in str(caught.value.source)


def test_files_that_import_each_other_end(tmp_path: Path) -> None:
    parts = PARTS.replace("message Line", 'import "wms/v1/main.proto"; message Line')
    main = source_tree(tmp_path, parts=parts)
    assert compare(main, main).verdict is Verdict.COMPATIBLE
