"""Payloads of megabytes: judged whole, shown in short, and told how to make the whole again."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema_rs import validator_for

from contracts import compare
from contracts.compatibility.policies import Policies
from contracts.elision import LONGEST_LIST, LONGEST_TEXT, TooLong, in_short, shown, size_of, whole
from contracts.reports import FORMATS, render
from contracts.reports.json import as_json
from contracts.reports.reading import read_report
from contracts.verdict import Direction, Finding, Level, Report, Verdict, Witness
from registry.store.reports import decode, encode

SCHEMA = validator_for(
    json.loads((Path(__file__).parents[3] / "docs/reference/report.schema.json").read_text())
)
LIMIT = 10_485_760


def found(value: Any) -> Witness:
    told = shown(
        Finding("rule", Level.ERROR, "", Direction.DATA, witness=Witness(value, "old", "new"))
    ).witness
    assert told is not None
    return told


UNITS = st.text(min_size=1, max_size=70)
TEXTS = st.builds(
    lambda before, unit, times, after: before + unit * times + after,
    st.text(max_size=20),
    UNITS,
    st.integers(0, 400),
    st.text(max_size=20),
)
LEAVES = st.none() | st.booleans() | st.sampled_from([0, 1, 1.0]) | TEXTS
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(st.tuples(inner, st.integers(1, 150)), max_size=3).map(
            lambda runs: [item for item, times in runs for _ in range(times)]
        )
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@given(VALUES)
@settings(derandomize=True, deadline=None, max_examples=300)
def test_the_whole_can_be_made_again(value: Any) -> None:
    assume(size_of(value) < 300_000)
    witness = found(value)
    again = whole(witness)
    assert json.dumps(again) == json.dumps(value)
    assert witness.value == in_short(value)
    assert bool(witness.elided) == (witness.value is not value)


def test_what_is_short_or_does_not_repeat_itself_is_shown_as_it_is() -> None:
    number = "".join(str(n) for n in range(2_000))
    for value in ("x" * LONGEST_TEXT, [0] * LONGEST_LIST, number, list(range(2_000))):
        assert in_short(value) is value or in_short(value) == value
        assert found(value).elided == ()


def test_marks_tell_how_much_there_is() -> None:
    assert in_short("ab" * 1_000) == "ab" * 30 + "… (2,000 characters, 'ab' 1,000 times)"
    assert in_short([7] * 200) == [7, "… (200 items, the one before 199 times more)"]
    assert in_short([True] + [1] * 200)[0] is True


def test_too_much_is_not_made() -> None:
    witness = found(["x" * 100_000] * 1_000)
    with pytest.raises(TooLong, match="100,0"):
        whole(witness)


def limited(keyword: str, most: int, **rest: Any) -> dict[str, Any]:
    member = {**rest, keyword: most}
    operation = {
        "operationId": "send",
        "requestBody": {
            "content": {
                "application/json": {
                    "schema": {"type": "object", "properties": {"content": member}},
                }
            }
        },
        "responses": {"204": {"description": "Sent."}},
    }
    info = {"title": "Mail", "version": "1"}
    return {"openapi": "3.0.3", "info": info, "paths": {"/mails": {"post": operation}}}


@pytest.fixture(scope="module")
def report() -> Report:
    old = limited("maxLength", 2 * LIMIT, type="string")
    return compare(old, limited("maxLength", LIMIT, type="string"))


def test_a_limit_of_ten_megabytes_is_a_limit(report: Report) -> None:
    (finding,) = report.findings
    assert (report.verdict, finding.rule) == (Verdict.BREAKING, "max-length-lowered")
    assert finding.witness is not None
    assert len(whole(finding.witness)["content"]) == LIMIT + 1
    raised = compare(
        limited("maxLength", LIMIT, type="string"), limited("maxLength", 2 * LIMIT, type="string")
    )
    assert raised.verdict is Verdict.COMPATIBLE


@pytest.mark.parametrize("format_", FORMATS)
def test_no_report_is_long(report: Report, format_: str) -> None:
    text = render(report, format_)
    assert len(text) < 12_000
    assert "10,485,761 characters" in text or format_ == "gitlab"


def test_programs_are_told_how_to_make_it(report: Report) -> None:
    data = as_json(report)
    SCHEMA.validate(data)
    (left_out,) = data["findings"][0]["witness"]["elided"]
    assert left_out["at"] == "/content"
    assert left_out["length"] == LIMIT + 1
    made = "".join(part["of"] * part["times"] for part in left_out["parts"])
    assert len(made) == LIMIT + 1


def test_reports_that_are_kept_stay_short(report: Report) -> None:
    for again in (read_report(json.loads(render(report, "json"))), decode(encode(report))):
        witness = again.findings[0].witness
        assert witness is not None
        assert witness == report.findings[0].witness
        assert len(whole(witness)["content"]) == LIMIT + 1
    assert len(encode(report)) < 2_000


def test_long_lists_are_shown_in_short_too() -> None:
    many = {"type": "array", "items": {"type": "null"}}
    report = compare(
        limited("maxItems", 60_000, **many),
        limited("maxItems", 50_000, **many),
        policies=Policies(),
    )
    (finding,) = report.findings
    assert finding.witness is not None
    assert finding.witness.value == {
        "content": [None, "… (50,001 items, the one before 50,000 times more)"]
    }
    assert whole(finding.witness) == {"content": [None] * 50_001}
    assert len(render(report, "json")) < 6_000


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            {"type": "array", "minItems": 100_000, "items": {"minLength": 100_000}},
            {"type": "array", "minItems": 100_000, "items": {"minLength": 100_001}},
            id="ten thousand million characters",
        ),
        pytest.param(
            {"properties": {f"p{n}": {"maxLength": 9_000_000 + n} for n in range(300)}},
            {"properties": {f"p{n}": {"maxLength": 8_000_000 + n} for n in range(300)}},
            id="three hundred long texts",
        ),
        pytest.param(
            {"required": ["a"], "properties": {"a": {"format": "uri", "minLength": 10**10}}},
            {"properties": {"a": {"format": "uri", "minLength": 10**10 + 1}}},
            id="an address that no memory holds",
        ),
        pytest.param(
            {"propertyNames": {"maxLength": 20_000_000}},
            {"propertyNames": {"maxLength": 10_000_000}},
            id="names of megabytes",
        ),
    ],
)
def test_texts_are_bounded_together(old: dict[str, Any], new: dict[str, Any]) -> None:
    before = time.thread_time()
    report = compare(old, new, mode="backward", policies=Policies(assert_formats=True))
    assert time.thread_time() - before < 20
    assert report.verdict is not Verdict.COMPATIBLE
    assert len(render(report, "json")) < 1_000_000
