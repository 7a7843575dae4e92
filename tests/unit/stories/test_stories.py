"""The change stories of the house: each pair of versions ends in the truth written beside it.

A story is a folder with ``old.yaml``, ``new.yaml``, ``contract.yaml`` (whose consumers are
judged), ``contract.new.yaml`` where promises change, and ``truth.yaml``: the verdict, every
finding (rule → level), the verdict of every consumer, the place of the witness in the payload.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts import compare
from contracts.compatibility.promises import compare_promises, with_promises
from contracts.documents import load
from contracts.governance.sidecar import load_sidecar
from contracts.reports import FORMATS, render
from contracts.verdict import Level, Report, Verdict

FOLDER = Path(__file__).parents[2] / "cases" / "stories"
STORIES = sorted(story for story in FOLDER.iterdir() if story.is_dir())


def truth_of(story: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((story / "truth.yaml").read_text())
    return loaded


def judged(story: Path) -> Report:
    sidecar = load(story / "contract.yaml")
    report = compare(
        story / "old.yaml",
        story / "new.yaml",
        consumers=load_sidecar(sidecar).expectations(),
    )
    proposed = story / "contract.new.yaml"
    if not proposed.exists():
        return report
    return with_promises(report, compare_promises(sidecar, load(proposed)))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_the_story_ends_as_told(story: Path) -> None:
    truth, report = truth_of(story), judged(story)
    assert report.verdict is Verdict(truth["verdict"])
    assert {name: c.verdict.value for name, c in report.consumers.items()} == truth["consumers"]
    if "findings" in truth:
        found = {finding.rule: finding.level.value for finding in report.findings}
        assert found == truth["findings"]
    if "witness" in truth:
        witnesses = [f.witness for f in report.findings if f.witness is not None]
        assert truth["witness"] in [witness.instance for witness in witnesses]
    if "bump" in truth:
        assert report.recommended_bump.value == truth["bump"]
    if "says" in truth:
        assert truth["says"] in "\n".join(finding.message for finding in report.findings)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_the_report_names_everybody_who_is_hurt(story: Path) -> None:
    report = judged(story)
    hurt = {name for name, c in report.consumers.items() if c.verdict is Verdict.BREAKING}
    named = {name for finding in report.findings for name in finding.consumers}
    assert hurt <= named
    for format_ in FORMATS:
        shown = render(report, format_)
        for finding in report.findings:
            if finding.level is Level.ERROR:
                assert finding.rule in shown
