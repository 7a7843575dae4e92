"""When something recurs: fields, ranges, steps, names, the two days, and what never comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.governance.cron import Cron


@pytest.mark.parametrize(
    ("text", "after", "expected"),
    [
        ("* * * * *", "2026-03-01T10:00:30", "2026-03-01T10:01"),
        ("0 * * * *", "2026-03-01T10:00:00", "2026-03-01T11:00"),
        ("*/15 6-20 * * mon-fri", "2026-11-20T20:45:00", "2026-11-23T06:00"),
        ("15 2 * * *", "2026-12-31T02:15:00", "2027-01-01T02:15"),
        ("0 0 29 2 *", "2026-01-01T00:00:00", "2028-02-29T00:00"),
        ("0 0 29 2 *", "2097-01-01T00:00:00", "2104-02-29T00:00"),
        ("0 12 1 jan,jul *", "2026-01-01T12:00:00", "2026-07-01T12:00"),
        ("0 0 13 * fri", "2026-11-21T00:00:00", "2026-11-27T00:00"),
        ("0 0 * * 7", "2026-11-21T00:00:00", "2026-11-22T00:00"),
        ("5/20 3 * * *", "2026-11-21T03:06:00", "2026-11-21T03:25"),
        ("@daily", "2026-11-21T00:00:00", "2026-11-22T00:00"),
        ("@weekly", "2026-11-21T00:00:00", "2026-11-22T00:00"),
    ],
)
def test_the_next_time(text: str, after: str, expected: str) -> None:
    moment = datetime.fromisoformat(after).replace(tzinfo=UTC)
    assert Cron.parse(text).after(moment).isoformat()[:16] == expected


@pytest.mark.parametrize(
    "text",
    ["", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "5-1 * * * *",
     "*/0 * * * *", "a * * * *", "0 0 31 2 *", "0 0 30 feb *", "1,,2 * * * *", "* * * * mon-", "٣ * * * *"],
)  # fmt: skip
def test_what_is_no_schedule_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"cron has five|is no|never comes"):
        Cron.parse(text)


@given(
    st.sampled_from(["*/7 * * * *", "0 0 * * *", "30 4 1,15 * 5", "0 */6 * feb-apr *"]),
    st.datetimes(datetime(2026, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_it_is_later_fits_and_nothing_lies_between(text: str, moment: datetime) -> None:
    cron = Cron.parse(text)
    at = cron.after(moment)
    assert at > moment
    assert at.minute in cron.minutes
    assert cron.after(at - timedelta(minutes=1)) == at
