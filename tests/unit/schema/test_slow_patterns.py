"""Patterns on which Python's ``re`` backtracks for hours end in seconds, as unknown."""

from __future__ import annotations

import time

from contracts import compare
from contracts.verdict import Verdict


def schema(pattern: str) -> dict[str, str]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "string",
        "pattern": pattern,
    }


def test_a_pattern_that_backtracks_is_unknown_and_says_so() -> None:
    begin = time.process_time()
    report = compare(schema("^(.*a){30}.*$"), schema("(a{1,500}){1,500}"))
    assert report.verdict is Verdict.UNKNOWN
    assert "more than 2 seconds" in report.findings[0].message
    assert time.process_time() - begin < 20
