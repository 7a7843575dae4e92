"""No answer is a lie, refactorings change nothing, hardly a question stays open."""

from __future__ import annotations

import pytest

from tests.unit.schema.campaign.running import DRAFTS, campaign

KINDS = (
    *map(str, DRAFTS),
    *("cross", "formats", "refactor", "references", "extensible", "business", "patterns"),
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_slice_of_the_campaign(kind: str) -> None:
    tally = campaign(0, 40, kind)
    assert tally.wrong == []
    assert tally.verdicts["unknown"] <= 2
    assert tally.pairs == 40


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", KINDS)
def test_the_whole_campaign(kind: str) -> None:
    tally = campaign(0, 10_000, kind, seconds=240.0)
    assert tally.wrong == []
    assert tally.pairs >= 1_000
    assert tally.verdicts["unknown"] <= 0.01 * tally.pairs
