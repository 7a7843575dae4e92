"""Reading a version beside a bare Flask application on the same server: at least 0.8 of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.serving import compared

pytestmark = pytest.mark.long


def test_reading_keeps_up_with_a_bare_application(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'interlock.sqlite3'}"
    rates, _ = compared(url, tmp_path, workers=1, rounds=9, seconds=0.4)
    ratios = {rate.name: round(rate.ratio, 2) for rate in rates if rate.ratio is not None}
    assert len(ratios) == 4
    assert min(ratios.values()) >= 0.8, ratios
