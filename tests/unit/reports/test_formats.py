"""Every format keeps its own rules, whatever hostile text the documents held."""

from __future__ import annotations

import html.parser
import json
import re
import textwrap
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from contracts.reports import FORMATS, exact, render
from contracts.reports.reading import read_report
from contracts.reports.text import _Writer
from contracts.verdict import (
    Bump,
    ConsumerVerdict,
    Direction,
    Finding,
    Level,
    Mode,
    Place,
    Report,
    Verdict,
    Witness,
)

SCHEMA = json.loads(
    (Path(__file__).parents[3] / "docs" / "reference" / "report.schema.json").read_text()
)
HOSTILE = [
    "\x1b[2J\x1b[31mred\x1b]0;title\x07",
    "line\n::error file=x::injected\r\n::set-output name=a::b",
    "##[error]old style",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "]]> & \x00\x0b\ufffe\uffff \ud800 nonsense",
    "``` \n# heading\n</details> | table | [link](http://evil.example) @team #12 !3",
    "\u202ereversed\u2066 \u009b31m \u2028",
    "%0A::error::encoded",
]
text = st.text(max_size=12) | st.sampled_from(HOSTILE)
numbers = (
    st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.floats(allow_nan=False, allow_infinity=False)
)
payloads = st.recursive(
    st.none() | st.booleans() | numbers | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)
places = st.builds(Place, text, st.none() | st.integers(1, 9999), st.none() | text, payloads)
witnesses = st.builds(
    Witness, payloads, st.sampled_from(["old", "new"]), text, text, text, st.none() | text
)


@given(st.lists(st.text("ab-", min_size=1, max_size=30), max_size=12), st.integers(0, 12))
def test_lines_are_broken_as_textwrap_breaks_them(words: list[str], indent: int) -> None:
    report = Report(Verdict.COMPATIBLE, Mode.BACKWARD, "jsonschema", (), Bump.NONE)
    writer = _Writer(report, color=False, width=40)
    first, rest, line = "- ".rjust(indent + 2), " " * indent, " ".join(words)
    expected = textwrap.wrap(
        line,
        40,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    assert writer._wrap(line, first, rest) == (expected or [first.rstrip()])


findings = st.builds(
    Finding,
    rule=text.filter(bool),
    level=st.sampled_from(Level),
    message=text,
    direction=st.sampled_from(Direction),
    old=st.none() | places,
    new=st.none() | places,
    witness=st.none() | witnesses,
    consumers=st.lists(text, max_size=2).map(tuple),
    where=st.lists(text, max_size=8).map(tuple),
    advice=st.none() | text,
    assumptions=st.lists(text, max_size=2).map(tuple),
)
reports = st.builds(
    Report,
    verdict=st.sampled_from(Verdict),
    mode=st.sampled_from(Mode),
    format=text,
    findings=st.lists(findings, max_size=3).map(tuple),
    recommended_bump=st.sampled_from(Bump),
    old_name=text.filter(bool),
    new_name=text.filter(bool),
    assumptions=st.lists(text, max_size=2).map(tuple),
    consumers=st.dictionaries(
        text,
        st.builds(ConsumerVerdict, st.sampled_from(Verdict), st.just((0,)), text),
        max_size=2,
    ),
    changes=st.dictionaries(st.sampled_from(["added", "removed"]), st.integers(0, 9)),
)
sample = settings(max_examples=60, deadline=None, derandomize=True)


def hostile_report(hostile: str) -> Report:
    place = Place(f"/{hostile}", 3, hostile, {hostile: [hostile]})
    finding = Finding(
        hostile,
        Level.ERROR,
        hostile,
        Direction.EVENT,
        place,
        place,
        Witness({hostile: hostile}, "old", "new", hostile, hostile, hostile),
        (hostile,),
        (hostile,),
        hostile,
        (hostile,),
    )
    findings = (finding, *(Finding(hostile, level, hostile, Direction.DATA) for level in Level))
    return Report(
        Verdict.BREAKING, Mode.FULL, hostile, findings, Bump.MAJOR, hostile, hostile,
        assumptions=(hostile,),
    )  # fmt: skip


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("kind", FORMATS)
def test_no_control_character_reaches_the_reader(kind: str, hostile: str) -> None:
    shown = render(hostile_report(hostile), kind)
    shown.encode("utf-8")
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\ufffe]", shown
    )


@sample
@given(reports)
def test_json_follows_its_published_schema_and_loses_nothing(report: Report) -> None:
    shown = json.loads(render(report, "json"), parse_float=Decimal)
    assert list(Draft202012Validator(SCHEMA).iter_errors(shown)) == []
    assert [f["fingerprint"] for f in shown["findings"]] == [f.fingerprint for f in report.findings]
    for told, finding in zip(shown["findings"], report.findings, strict=True):
        assert (told["witness"] is None) == (finding.witness is None)
        if finding.witness is not None:
            assert same(told["witness"]["value"], finding.witness.value)


def same(one: object, other: object) -> bool:
    if isinstance(other, float):
        other = Decimal(repr(other))
    if isinstance(one, (int, Decimal)) and isinstance(other, (int, Decimal)):
        return one == other and isinstance(one, bool) == isinstance(other, bool)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return one == other


def test_the_schema_is_itself_valid_and_closed() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["additionalProperties"] is False


@sample
@given(reports)
def test_junit_is_well_formed_and_counts(report: Report) -> None:
    root = ET.fromstring(render(report, "junit"))
    assert int(root.attrib["failures"]) == len(root.findall(".//failure")) == len(report.breaking)
    assert int(root.attrib["tests"]) == len(root.findall(".//testcase")) >= 1


@sample
@given(reports)
def test_github_prints_one_command_a_finding_and_no_other_line(report: Report) -> None:
    lines = render(report, "github").splitlines()
    assert len(lines) == len(report.findings) + 1
    for line in lines:
        assert re.fullmatch(r"::(error|warning|notice) ([a-z]+=[^:,]*,?)+::.*", line)


@sample
@given(reports)
def test_gitlab_fingerprints_are_unique(report: Report) -> None:
    issues = json.loads(render(report, "gitlab"))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == len(report.findings)
    for issue in issues:
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert issue["location"]["lines"]["begin"] >= 1


@sample
@given(reports)
def test_sarif_refers_to_its_rules_and_artifacts(report: Report) -> None:
    log = json.loads(render(report, "sarif"))
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert log["version"] == "2.1.0"
    assert len({rule["id"] for rule in rules}) <= len(rules)
    assert len(run["results"]) == len(report.findings)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"none", "note", "warning", "error"}
        assert (result["kind"] == "fail") == (result["level"] != "none")
        assert result["message"]["text"]
        for location in result["locations"]:
            assert re.fullmatch(
                r"[A-Za-z0-9._~!$&'()*+,;=:@/%-]*",
                location["physicalLocation"]["artifactLocation"]["uri"],
            )


class Tags(html.parser.HTMLParser):
    """Collects the tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}


@sample
@given(reports)
def test_html_holds_no_tag_of_the_documents(report: Report) -> None:
    page = Tags()
    page.feed(render(report, "html"))
    assert page.seen <= {
        *("html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "span", "p"),
        *("dl", "dt", "dd", "code", "small", "article", "pre"),
    }
    assert not any(name.startswith("on") or name in {"src", "href"} for name in page.attributes)


@sample
@given(reports)
def test_markdown_keeps_to_its_own_structure(report: Report) -> None:
    shown = render(report, "markdown")
    outside = re.sub(r"(?ms)^(`{3,})[a-z]*\n.*?^\1$", "", shown)
    headings = [line for line in outside.splitlines() if line.startswith("#")]
    assert len(headings) == len(report.findings) + 1 + bool(report.consumers)
    prose = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", outside)
    assert not re.search(r"(?<!\\)<(?!details>|summary>|/details>|/summary>)", prose)
    assert not re.search(r"[@#!]\w", prose)


@sample
@given(reports)
def test_text_begins_with_the_verdict_and_names_every_rule(report: Report) -> None:
    shown = render(report, "text")
    assert shown.startswith(report.verdict.value.upper())
    assert "\x1b" not in shown
    assert sum(shown.count(f"\n{level.value}  ") for level in Level) >= len(report.findings)


def test_colour_is_only_added_never_needed() -> None:
    report = hostile_report("x")
    coloured = render(report, "text", color=True)
    assert "\x1b[1;31m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == render(report, "text")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (10**5000, "1" + "0" * 5000),
        (Decimal("0.10"), "0.10"),
        (Decimal("1E+400"), "1E+400"),
        (12345678901234567890.123, "1.2345678901234567e+19"),
        (True, "true"),
        (float("nan"), '"nan"'),
        (Decimal("Infinity"), '"Infinity"'),
        ({}, "{}"),
        ([], "[]"),
        ({"a": [1, {"b": None}]}, '{"a":[1,{"b":null}]}'),
        ("\u2028\ud800\x7f", '"\\u2028\\ud800\\u007f"'),
    ],
    ids=range(11),
)
def test_values_are_written_digit_for_digit(value: object, expected: str) -> None:
    assert exact.text(value) == expected


def test_depth_is_no_obstacle() -> None:
    value: object = 0
    for _ in range(50_000):
        value = [value]
    assert exact.text(value) == "[" * 50_000 + "0" + "]" * 50_000


def test_a_long_place_value_is_left_out_and_said_so() -> None:
    finding = Finding("r", Level.INFO, "m", Direction.DATA, Place("", 1, "a", "x" * 10_000))
    report = Report(Verdict.COMPATIBLE, Mode.FULL, "avro", (finding,), Bump.NONE)
    place = json.loads(render(report, "json"))["findings"][0]["old"]
    assert place["value"] is None
    assert place["elided"] is True


def test_an_unknown_format_is_refused_with_the_list() -> None:
    report = Report(Verdict.COMPATIBLE, Mode.FULL, "avro", (), Bump.NONE)
    with pytest.raises(ValueError, match="use one of text, json"):
        render(report, "pdf")


@sample
@given(reports)
def test_json_reads_back_as_the_report_it_was(report: Report) -> None:
    shown = json.loads(render(report, "json"), parse_float=Decimal)
    again = json.loads(render(read_report(shown), "json"), parse_float=Decimal)
    assert again == shown


def a_long_break(**more: object) -> Report:
    order = {f"field{i}": {"a": i, "b": [i]} for i in range(40)}
    payload = json.dumps({**order, "status": "new"}, indent=2)
    witness = Witness(
        {**order, "status": "new"}, "new", "old", f"'new' is not one of {list(range(90))}",
        "/status", f"GET /orders → 200\nContent-Type: application/json\n\n{payload}",
    )  # fmt: skip
    return Report(
        verdict=Verdict.BREAKING,
        mode=Mode.DIRECTIONAL,
        format="openapi",
        findings=(
            Finding("enum-value-added", Level.ERROR, "GET /orders: `status` may be new",
                    Direction.RESPONSE, None, None, witness, where=("GET /orders",)),
        ),
        recommended_bump=Bump.MAJOR,
        old_name="old.yaml",
        new_name="new.yaml",
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["text", "markdown"])
def test_a_long_payload_is_cut_where_nothing_is_wrong(kind: str) -> None:
    shown = render(a_long_break(), kind)
    assert '"status": "new"' in shown
    assert '"field20"' not in shown
    assert "lines" in shown
    assert " … " in shown  # the validator's long enumeration
