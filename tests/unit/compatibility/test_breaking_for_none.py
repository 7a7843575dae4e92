"""A break that hits nobody's expectation says so, with how much is known."""

from __future__ import annotations

from typing import Any

import pytest

from contracts import compare
from contracts.governance.expectations import Expectation, Tolerance, Usage
from contracts.governance.fieldpath import FieldPath
from contracts.governance.vocabulary import NewEnumValues
from contracts.reports import FORMATS, phrases, render
from contracts.reports.json import as_json
from contracts.reports.reading import read_report
from contracts.verdict import Report, Verdict


def api(**members: Any) -> dict[str, Any]:
    schema = {"type": "object", "required": [*members], "properties": members}
    content = {"application/json": {"schema": schema}}
    answer = {"200": {"description": "it", "content": content}}
    operation = {"operationId": "getIt", "responses": answer}
    info = {"title": "It", "version": "1.0.0"}
    return {"openapi": "3.1.0", "info": info, "paths": {"/it": {"get": operation}}}


def reader(name: str, *fields: str, enum: NewEnumValues = NewEnumValues.REJECT) -> Expectation:
    reads = tuple(map(FieldPath.parse, fields))
    tolerance = Tolerance(new_enum_values=enum)
    return Expectation(name, (Usage("operation", "getIt", reads=reads),), tolerance)


TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
OLD, NEW = api(id=TEXT, total=NUMBER), api(id=TEXT, total=TEXT)
SILENT = Expectation("silent", declared=False)


@pytest.mark.parametrize(
    ("consumers", "none", "said"),
    [
        ((reader("depot", "id"),), True, "Breaking for none: no known consumer uses what breaks."),
        ((reader("depot", "id"), reader("shop", "id")), True, "Every known consumer declared"),
        ((reader("depot", "id"), SILENT), False, "1 of 2 consumers declared what they use"),
        ((reader("depot", "total"),), False, "It breaks 1 of 1 known consumers."),
        ((SILENT,), False, "0 of 1 consumer declared"),
        ((), False, ""),
    ],
)
def test_whom_it_hurts(consumers: tuple[Expectation, ...], none: bool, said: str) -> None:
    report = compare(OLD, NEW, consumers=consumers)
    assert report.verdict is Verdict.BREAKING
    assert report.breaking_for_none is none
    assert said in phrases.hurt(report)
    again = read_report(as_json(report))
    assert (again.breaking_for_none, again.knowledge) == (none, report.knowledge)


@pytest.mark.parametrize(
    "shape", [name for name in FORMATS if name in {"text", "markdown", "html"}]
)
def test_every_report_for_people_says_it(shape: str) -> None:
    report: Report = compare(OLD, NEW, consumers=(reader("depot", "id"),))
    assert "Breaking for none" in render(report, shape)


def test_a_tolerance_that_decides_is_told() -> None:
    old, new = (api(state={"enum": values}) for values in (["a"], ["a", "b"]))
    open_, closed = (
        compare(old, new, consumers=(reader("depot", "state", enum=one),)).consumers["depot"]
        for one in (NewEnumValues.ACCEPT, NewEnumValues.REJECT)
    )
    assert (open_.verdict, closed.verdict) == (Verdict.COMPATIBLE, Verdict.BREAKING)
    assert "it accepts new values of state" in open_.reason
    assert "it accepts" not in closed.reason
