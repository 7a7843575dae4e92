"""Captured messages: the shapes in which they are read, and what is no capture."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.events import read_capture
from conformance.evidence import Outcome
from contracts.errors import DocumentUnreadable
from tests.unit.conformance.library_events import COUNTED, counted, run


def test_captures_are_read_in_every_shape(tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    around = {"address": COUNTED, "key": "PO-2026-0417", "message": counted(id="a")}
    lines.write_text(
        "\n".join([json.dumps(around), json.dumps(counted(id="b")), "", "{broken", "[1]", "7"])
    )
    messages = list(read_capture(lines))
    assert [m.address for m in messages] == [COUNTED, None, None, None, None]
    assert [m.position for m in messages] == [1, 2, 4, 5, 6]
    assert [bool(m.problem) for m in messages] == [False, False, True, True, True]
    batch = tmp_path / "batch.json"
    batch.write_text(json.dumps([counted(id="a"), counted(id="b")]))
    assert run(read_capture(batch)).outcome is Outcome.PASSED


def test_a_missing_or_broken_capture_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DocumentUnreadable, match="cannot be opened"):
        list(read_capture(tmp_path / "none.jsonl"))
    (tmp_path / "b.json").write_text("[{]")
    with pytest.raises(DocumentUnreadable, match="not a JSON array"):
        list(read_capture(tmp_path / "b.json"))


def test_a_long_line_is_named_and_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    path.write_text('"' + "x" * (5 << 20) + '"\n' + json.dumps(counted()) + "\n")
    messages = list(read_capture(path))
    assert [bool(m.problem) for m in messages] == [True, False]
