from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from contracts.governance.lifecycle import Lifecycle, may_follow, sunset_problem
from contracts.governance.vocabulary import LifecycleStatus


@pytest.mark.parametrize(
    ("now", "then", "allowed"),
    [
        ("proposed", "draft", True),
        ("proposed", "active", False),
        ("draft", "active", True),
        ("active", "active", True),
        ("active", "retired", False),
        ("deprecated", "active", True),
        ("deprecated", "retired", True),
        ("retired", "active", False),
    ],
)
def test_steps(now: str, then: str, allowed: bool) -> None:
    assert may_follow(LifecycleStatus(now), LifecycleStatus(then)) is allowed


def life(deprecated: str | None = None, sunset: str | None = None) -> Lifecycle:
    return Lifecycle.model_validate({"deprecated": deprecated, "sunset": sunset})


@pytest.mark.parametrize(
    ("criticality", "sunset", "stands"),
    [
        (1, "2026-06-29", False),
        (1, "2026-06-30", True),
        (2, "2026-03-31", False),
        (2, "2026-04-01", True),
        (3, "2026-01-30", False),
        (3, "2026-01-31", True),
    ],
)
def test_the_notice_period_fits_between_announcement_and_sunset(
    criticality: int, sunset: str, stands: bool
) -> None:
    problem = sunset_problem(criticality, None, life("2026-01-01", sunset))
    assert (problem is None) is stands


def test_a_sunset_is_postponed_but_never_brought_forward() -> None:
    announced = life("2026-01-01", "2026-12-01")
    assert sunset_problem(1, announced, life("2026-01-01", "2027-01-01")) is None
    assert "bring it forward" in str(sunset_problem(1, announced, life("2026-01-01", "2026-11-30")))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"status": "deprecated"}, "add 'deprecated'"),
        ({"sunset": "2026-01-01"}, "add 'deprecated'"),
        ({"deprecated": "2026-02-01", "sunset": "2026-01-01"}, "before deprecated"),
        ({"sunset": date(2026, 1, 1), "deprecated": "soon"}, "valid date"),
    ],
)
def test_dates_that_cannot_be(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Lifecycle.model_validate(values)
