"""Patterns on which Python's ``re`` backtracks for hours end in seconds, in every thread."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import compare
from contracts.schema import Dialect
from contracts.schema.regular.backtracking import takes_long
from contracts.verdict import Report, Verdict
from tests.unit.schema.pairs import ask


def schema(pattern: str) -> dict[str, str]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "string",
        "pattern": pattern,
    }


def answer() -> Report:
    return compare(schema("^(.*a){30}.*$"), schema("(a{1,500}){1,500}"))


def test_a_pattern_that_backtracks_is_unknown_and_says_so_in_every_thread() -> None:
    begin = time.process_time()
    with ThreadPoolExecutor(1) as pool:
        reports = [answer(), pool.submit(answer).result()]
    for report in reports:
        assert report.verdict is Verdict.UNKNOWN
        assert "would backtrack on" in report.findings[0].message
    assert time.process_time() - begin < 20


@pytest.mark.parametrize(
    ("pattern", "text", "long"),
    [
        ("^(a+)+$", "a" * 40 + "!", True),
        ("^(a+)+$", "a" * 40, False),
        ("^(a|a)*$", "a" * 40 + "!", True),
        ("^(a?){40}a{40}$", "a" * 40, True),
        ("(.*a){30}.*$", "a" * 29, True),
        ("^(a*?)*?$", "a" * 40 + "!", True),
        (r"(a*)*\1b", "a" * 40, True),
        ("(?=(a+)+$)", "a" * 40 + "!", True),
        (r"^[a-z]+(\.[a-z]+)*$", "purchase.order.lines.quantity", False),
        (r"^([a-z0-9]+-)*[a-z0-9]+$", "a-very-long-name-of-a-queue-in-the-warehouse", False),
        (r"^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$", "DE89370400440532013000", False),
        (r"^(?:[0-9]{1,3}\.){3}[0-9]{1,3}$", "192.168.100.200", False),
        ("x*y", "x" * 3_000, True),
        ("^x*y", "x" * 3_000, False),
        ("(a{1,500}){1,500}", "b", True),
        ("^(|a)*$", "a" * 20, False),
    ],
)
def test_what_takes_long(pattern: str, text: str, long: bool) -> None:
    assert takes_long(pattern, text) is long


pieces = st.recursive(
    st.sampled_from(["a", "b", "ab", "[ab]", "."]),
    lambda inner: st.one_of(
        st.builds("({}){}".format, inner, st.sampled_from(["*", "+", "?", "{2,4}", "*?", "+?"])),
        st.builds("{}{}".format, inner, inner),
        st.builds("({}|{})".format, inner, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(pieces, st.text("ab", max_size=30), st.booleans())
def test_what_is_said_to_be_short_is(pattern: str, text: str, anchored: bool) -> None:
    pattern = f"^{pattern}$" if anchored else pattern
    if not takes_long(pattern, text):
        begin = time.process_time()
        re.search(pattern, text)
        assert time.process_time() - begin < 1


@pytest.mark.parametrize(
    "pattern",
    [
        r"^(.*)\1(.*)\2(.*)\3$",
        r"^(\w+)\s\1(\w+)\2$",
        r"^([a-z])([a-z])([a-z])\1\2\3$",
        r"^((a+)+)\1$",
        r"(.)" * 60 + r"\60",
        r"^(.{0,5000})\1$",
    ],
)
def test_back_references_take_no_longer_than_other_patterns(pattern: str) -> None:
    begun = time.thread_time()
    schema = {"type": "string", "pattern": pattern, "minLength": 30}
    ask(schema, {"type": "string", "maxLength": 20}, Dialect.DRAFT202012)
    ask({"type": "string"}, schema, Dialect.DRAFT202012)
    assert time.thread_time() - begun < 8
