"""Every schema rule, both ways round, as request and as response."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts import compare
from contracts.compatibility.rules import load_rules
from contracts.compatibility.wording import worded
from contracts.schema import Break
from contracts.verdict import Level, Place, Verdict

CASES = Path(__file__).parents[2] / "cases" / "compatibility"
ROWS = yaml.safe_load((CASES / "schemas.yaml").read_text())


def as_request(schema: Any) -> Any:
    content = {"application/json": {"schema": schema}}
    body = {"required": True, "content": content}
    return _document({"post": {"requestBody": body, "responses": {"204": {"description": "-"}}}})


def as_response(schema: Any) -> Any:
    content = {"application/json": {"schema": schema}}
    return _document({"get": {"responses": {"200": {"description": "-", "content": content}}}})


def _document(item: Any) -> Any:
    info = {"title": "Cases", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": {"/things": item}}


def cases() -> Iterator[Any]:
    for index, row in enumerate(ROWS):
        tightened, loosened = row["rules"]
        loose, tight = row["loose"], row["tight"]
        for name, shape, old, new, expected in (
            ("tighten_request", as_request, loose, tight, tightened),
            ("loosen_response", as_response, tight, loose, loosened),
            ("loosen_request", as_request, tight, loose, None),
            ("tighten_response", as_response, loose, tight, None),
        ):
            yield pytest.param(shape(old), shape(new), expected, id=f"{index}-{tightened}-{name}")


@pytest.mark.parametrize(("old", "new", "expected"), list(cases()))
def test_the_direction_says_who_is_hurt(old: Any, new: Any, expected: str | None) -> None:
    report = compare(old, new)
    heavy = {f.rule for f in report.findings if f.level in {Level.ERROR, Level.UNKNOWN}}
    assert heavy == ({expected} if expected else set())
    assert report.verdict is (Verdict.BREAKING if expected else Verdict.COMPATIBLE)
    for finding in report.breaking:
        assert finding.witness is not None
        assert finding.witness.as_message
        assert finding.advice
        assert finding.old
        assert finding.new


def test_every_schema_rule_has_a_row() -> None:
    known = {rule.id for rule in load_rules().values() if rule.area == "schemas"}
    covered = {rule for row in ROWS for rule in row["rules"]}
    without_row = {
        "schema-tightened", "schema-loosened",  # the names for keywords that have none of their own
        "not-decided",  # has its own test below
        "nothing-can-be-written",  # has a table of its own
    }  # fmt: skip
    assert known - covered == without_row


@pytest.mark.parametrize(("new", "rule"), [(True, "schema-tightened"), (False, "schema-loosened")])
def test_a_keyword_without_a_row_still_has_a_name(new: bool, rule: str) -> None:
    place = Place("/schema/newKeyword", value=1)
    found = Break("newKeyword", place, place, "", 3, "3 is refused", "3 is refused")
    assert worded(found, {"type": "integer"}, {"type": "integer"}, new=new).rule == rule


def test_a_count_that_changed_is_named_and_not_what_is_counted() -> None:
    loose = {"type": "array", "contains": {"type": "string"}}
    (finding,) = compare(as_request(loose), as_request({**loose, "minContains": 2})).findings
    assert "`minContains` of the value changed from 1 to 2" in finding.message


def older(schema: Any) -> Any:
    return {**as_request(schema), "openapi": "3.0.3"}


def test_what_a_dialect_does_not_define_is_not_decided() -> None:
    closed = {"type": "object", "unevaluatedProperties": False}
    report = compare(older({"type": "object"}), older(closed))
    assert {finding.rule for finding in report.findings} == {"not-decided"}
    assert report.verdict is Verdict.UNKNOWN
    assert "`unevaluatedProperties`" in report.findings[0].message


def test_what_a_dialect_does_not_define_and_nobody_changed_is_no_question() -> None:
    old = {"type": "string", "const": "a"}
    report = compare(older(old), older({**old, "description": "-"}))
    assert (report.verdict, report.findings) == (Verdict.COMPATIBLE, ())


MANY = {"contains": {"minimum": 5}}


@pytest.mark.parametrize(
    ("old", "new", "says", "stands"),
    [
        (MANY, {**MANY, "minContains": 2}, "`minContains` of the value changed from 1 to 2", ("contains", "minContains")),
        ({**MANY, "minContains": 2}, {**MANY, "minContains": 3}, "`minContains` of the value changed from 2 to 3", ("minContains", "minContains")),
        ({**MANY, "minContains": 2}, {"contains": {"minimum": 6}, "minContains": 2}, "`contains` of the value changed", ("contains", "contains")),
        ({**MANY, "maxContains": 3}, {**MANY, "maxContains": 2}, "`maxContains` of the value changed from 3 to 2", ("maxContains", "maxContains")),
        ({**MANY, "minContains": 0, "maxContains": 2}, {"contains": {"minimum": 4}, "minContains": 0, "maxContains": 2}, "`contains` of the value changed", ("contains", "contains")),
        ({}, {**MANY, "minContains": 2}, "`contains` of the value is new", ("", "contains")),
    ],
)  # fmt: skip
def test_of_contains_and_its_bounds_that_one_is_named_which_changed(
    old: Any, new: Any, says: str, stands: tuple[str, str]
) -> None:
    items = {"type": "array", "items": {"type": "integer"}}
    (finding,) = compare(as_request({**items, **old}), as_request({**items, **new})).findings
    assert says in finding.message
    assert finding.old is not None
    assert finding.new is not None
    ends = tuple(place.pointer.partition("/schema")[2] for place in (finding.old, finding.new))
    assert ends == tuple(f"/{name}" if name else "" for name in stands)
