"""Reports of many findings: short enough to read, and every finding is shown or counted."""

from __future__ import annotations

import re

import pytest

from contracts.reports import render
from contracts.reports.blocks import EXAMPLES, LINES, MANY, ONE_BY_ONE, blocks, by_rule
from contracts.verdict import (
    Bump,
    Direction,
    Finding,
    Level,
    Mode,
    Place,
    Report,
    Verdict,
    Witness,
)

COMMENT = 65_536
"""Characters of a comment on a pull request."""


def finding(
    level: Level, rule: str, number: int, *, shown: bool = False, words: int = 1
) -> Finding:
    return Finding(
        rule=rule,
        level=level,
        message=f"GET /{rule}/{number} " + "was changed " * words,
        direction=Direction.CONTRACT,
        old=Place(f"/paths/~1{rule}~1{number}/get", number + 1, "old.json"),
        witness=Witness({"id": number}, "old", "new") if shown else None,
        advice=f"Look at {rule}.",
    )


def report(*findings: Finding) -> Report:
    return Report(
        verdict=Verdict.BREAKING,
        mode=Mode.DIRECTIONAL,
        format="openapi",
        findings=findings,
        recommended_bump=Bump.MAJOR,
        old_name="old.json",
        new_name="new.json",
    )


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("shown", [False, True])
@pytest.mark.parametrize("number", [1, 3, 10, 11, 40, 260])
def test_every_finding_is_shown_or_counted(level: Level, shown: bool, number: int) -> None:
    long = report(*(finding(level, "a", i, shown=shown) for i in range(number)))
    found = list(blocks(long))
    assert sum(len(block.findings) for block in found) == number
    if number <= ONE_BY_ONE[level]:
        assert [len(block.findings) for block in found] == [1] * number
        return
    (block,) = found
    assert len(block.examples) == (EXAMPLES if shown else 0)
    assert len(block.lines) == min(number - len(block.examples), LINES[level])
    assert len(block.examples) + len(block.lines) + block.hidden == number
    for format in ("text", "markdown"):
        told = render(long, format)
        assert f"{number} times" in told
        assert len(set(re.findall(r"/a/\d+", told))) == number - block.hidden
        assert told.count("Look at a.") == 1
        assert (f"{block.hidden} more" in told) == (block.hidden > 0)


def test_rules_that_speak_seldom_keep_their_blocks_among_those_that_speak_often() -> None:
    often = [finding(Level.ERROR, "often", i) for i in range(20)]
    seldom = [finding(Level.ERROR, "seldom", i) for i in range(2)]
    notes = [finding(Level.INFO, "note", i) for i in range(20)]
    long = report(*notes, seldom[0], *often, seldom[1])
    rules = [(block.first.rule, len(block.findings)) for block in blocks(long)]
    assert rules == [("seldom", 1), ("often", 20), ("seldom", 1), ("note", 20)]
    assert by_rule(long) == [
        (Level.ERROR, "seldom", 2),
        (Level.ERROR, "often", 20),
        (Level.INFO, "note", 20),
    ]
    assert by_rule(report(*notes[:MANY])) == []
    assert "often 20" in render(long, "text")
    assert "| `often` | 20 |" in render(long, "markdown")


def test_a_comment_is_never_too_long_and_counts_what_it_leaves_out() -> None:
    long = report(*(finding(Level.ERROR, f"rule-{i}", i, words=60) for i in range(300)))
    comment = render(long, "markdown")
    assert len(comment) < COMMENT
    left_out = re.search(r"and (\d+) more findings", comment)
    assert left_out is not None
    assert comment.count("### ") + int(left_out[1]) == 300


def test_places_of_lines_name_another_file_only() -> None:
    other = [
        Finding("r", Level.INFO, f"m{i}", Direction.CONTRACT, new=Place("/x", 7, "parts.json"))
        for i in range(9)
    ]
    assert "(new parts.json:7)" in render(report(*other), "text")
    assert "(old:3)" in render(report(*(finding(Level.INFO, "r", i) for i in range(9))), "text")
