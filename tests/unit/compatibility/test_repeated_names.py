"""A JSON document with a name twice: read as every parser reads it, and said so; else refused."""

from __future__ import annotations

import pytest

from contracts.compatibility.comparing import compare
from contracts.documents import load
from contracts.errors import DocumentUnreadable
from contracts.verdict import Verdict

TWICE = b"""{
  "type": "object",
  "properties": {
    "sku": {"type": "integer"},
    "quantity": {"type": "number"},
    "sku": {"type": "string", "maxLength": 40}
  }
}"""
NARROWER = TWICE.replace(b'    "sku": {"type": "integer"},\n', b"").replace(b"40", b"20")


def test_the_last_one_counts_and_the_report_says_so() -> None:
    report = compare(load(TWICE, name="old.json", last_counts=True), load(NARROWER))
    assert report.verdict is Verdict.BREAKING
    assert report.assumptions == ("last-name-counts",)
    notes = [f.message for f in report.findings if f.rule == "document-oddity"]
    assert notes == [
        "old.json: the name 'sku' on line 4 comes again on line 6; the last one counts"
    ]
    (broken,) = [f for f in report.findings if f.witness is not None]
    assert broken.old is not None
    assert broken.old.line == 6
    assert broken.rule == "max-length-lowered"


@pytest.mark.parametrize("more", [{}, {"last_counts": False}])
def test_nobody_else_reads_it(more: dict[str, bool]) -> None:
    with pytest.raises(DocumentUnreadable, match="already used on line 4; keep one of the two"):
        load(TWICE, **more)


def test_yaml_never_may() -> None:
    with pytest.raises(DocumentUnreadable, match="already used on line 1"):
        load(b"sku: 1\nsku: 2\n", last_counts=True)
