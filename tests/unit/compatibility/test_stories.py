"""The change stories of the domain: who is broken, and who is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts import compare
from contracts.governance.sidecar import Consumer
from contracts.verdict import Level, Report

STORIES = sorted((Path(__file__).parents[2] / "cases" / "stories").glob("*.yaml"))


def told(path: Path) -> tuple[Any, Report]:
    story = yaml.safe_load(path.read_text())
    consumers = [Consumer.model_validate(c).expectation() for c in story.get("consumers", ())]
    return story, compare(story["old"], story["new"], consumers=consumers)


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_a_story_comes_out_as_told(path: Path) -> None:
    story, report = told(path)
    expect = story["expect"]
    said = [f for f in report.findings if f.level is not Level.INFO or f.rule in expect["rules"]]
    assert {f.rule for f in said} == set(expect["rules"])
    assert {f.direction.value for f in said} == set(expect["directions"])
    assert report.verdict.value == expect["verdict"]
    verdicts = {name: found.verdict.value for name, found in report.consumers.items()}
    assert verdicts == expect["consumers"]
    alone = compare(story["old"], story["new"])
    assert alone.verdict.value == expect.get("without_consumers", expect["verdict"])


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_findings_name_exactly_the_consumers_they_hurt(path: Path) -> None:
    _, report = told(path)
    hurt = {name for f in report.breaking for name in f.consumers}
    broken = {n for n, found in report.consumers.items() if found.verdict.value == "breaking"}
    assert hurt == broken
    assert all(found.reason for found in report.consumers.values())


def test_a_witness_is_shown_as_the_request_that_fails() -> None:
    path = next(path for path in STORIES if path.stem == "05-line-number-shorter")
    story, report = told(path)
    (finding,) = report.breaking
    assert finding.witness is not None
    assert finding.witness.instance == story["expect"]["witness"]["pointer"]
    assert (finding.witness.as_message or "").startswith(story["expect"]["witness"]["message"])
