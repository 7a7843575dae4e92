"""Words and instants as the pages say them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from contracts.verdict import Level, Verdict
from registry.domain import Answer, Lifecycle, Outcome, RunStatus, WaiverState
from registry.errors import Invalid
from registry.web import moments, signs
from registry.web.dates import end_of_day
from registry.web.evidence import progress, tried
from registry.web.governance import governed, grouped, uses, words
from registry.web.prose import prose

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "kind", [Verdict, Answer, Outcome, Level, Lifecycle, RunStatus, WaiverState]
)
def test_every_word_that_is_shown_has_a_sign(kind: type[Verdict]) -> None:
    for member in kind:
        assert member.value in signs.SIGNS
        sign = signs.sign(member)
        assert sign.label
        assert bool(sign.tone) <= bool(sign.icon), "a colour never stands alone"


@pytest.mark.parametrize(
    ("delta", "says"),
    [
        (timedelta(seconds=-20), "just now"),
        (timedelta(seconds=30), "in 30 seconds"),
        (timedelta(minutes=-1), "1 minute ago"),
        (timedelta(hours=-5, minutes=-59), "5 hours ago"),
        (timedelta(days=2, hours=1), "in 2 days"),
        (timedelta(days=-400), "17 Oct 2025"),
    ],
)
def test_distance_in_time(delta: timedelta, says: str) -> None:
    assert moments.relative(NOW + delta, NOW) == says


def test_instants_are_utc_whatever_they_came_as() -> None:
    east = NOW.astimezone(tz=None).replace(tzinfo=None)
    assert moments.iso(NOW) == "2026-11-21T12:00:00Z"
    assert moments.moment(NOW) == "21 Nov 2026, 12:00 UTC"
    assert moments.as_utc(east).tzinfo is UTC
    assert [moments.duration(s) for s in (None, 0.34, 12.34, 72)] == [
        "", "340 ms", "12.3 s", "1 min 12 s",
    ]  # fmt: skip


def test_a_day_ends_with_its_last_second() -> None:
    assert end_of_day("x", "2026-12-31") == datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert end_of_day("x", "") is None
    with pytest.raises(Invalid, match="no day"):
        end_of_day("x", "31.12.2026")


def test_prose_keeps_paragraphs_and_code_and_nothing_else() -> None:
    html = str(prose("One `a<b`\nline.\n\n- x\n- <b>y</b>\n\n## Head"))
    assert html == (
        "<p>One <code>a&lt;b</code> line.</p>\n<ul><li>x</li><li>&lt;b&gt;y&lt;/b&gt;</li></ul>"
        "\n<p>Head</p>"
    )


def test_facts_are_grouped_and_said_in_words() -> None:
    found = grouped({"b": 1, "retry": {"maxAttempts": 5, "on": [429, 503]}, "none": None, "x": {}})
    assert found == (
        ("", (("B", "1"),)),
        ("Retry", (("Max attempts", "5"), ("On", "429; 503"))),
    )
    assert words("latency_p95_ms") == "Latency p95 ms"


def test_a_sidecar_that_cannot_be_read_leaves_its_sentence() -> None:
    assert "contract.yaml" in governed("id: [").problem
    assert "No contract.yaml" in governed("  ").problem


def test_uses_of_an_expectation_survive_odd_shapes() -> None:
    body = {"uses": [{"operation": "get", "reads": ["a"]}, 7, {"channel": "c", "sends": []}]}
    assert [(u.kind, u.target, u.reads, u.sends) for u in uses(body)] == [
        ("operation", "get", ("a",), None),
        ("channel", "c", None, ()),
    ]
    assert uses({"uses": "everything"}) == ()


def test_a_summary_is_shown_as_far_as_it_goes() -> None:
    summary = {
        "requests": 1228,
        "coverage": {"operations": {"declared": 6, "exercised": 5}},
        "operations": [
            {"operation": "GET /a", "requests": 3, "declared": ["200", "4XX", "503"], "p95": 0.004,
             "statuses": {"200": 1, "404": 1, "500": 1}},
        ],
        "checks": {"not_a_server_error": 7},
    }  # fmt: skip
    found = tried(summary)
    assert found.counts == (("Requests sent", "1,228"), ("Operations exercised", "5 of 6"))
    [row] = found.operations
    assert row.statuses == (("200", 1, True), ("404", 1, True), ("500", 1, False))
    assert row.unseen == ("503",)
    assert found.checks == (("Not a server error", 7),)
    assert tried({"operations": "x", "checks": 1, "coverage": []}).counts == ()
    events = {"progress": {"phase": {"phase": "fuzzing"}, "failure": {"failure": {"title": "T"}}}}
    assert progress(events) == (("Phase", "fuzzing"), ("Last failure", "T"))
