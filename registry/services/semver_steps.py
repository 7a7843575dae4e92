"""Whether a version's number is the step that its changes ask for (semver.org, 2.0.0)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contracts.verdict import Bump, Report, Verdict
from registry.domain import Number, Problem
from registry.services.baselines import is_major, next_major


def too_small(number: Number, against: str, found: Report, places: Sequence[str]) -> str | None:
    """Why a number cannot be taken after one that it breaks, which may run in some places."""
    if found.verdict is not Verdict.BREAKING or is_major(Number.parse(against), number):
        return None
    count = len(found.breaking)
    runs = f", which runs in {', '.join(places)}," if places else ""
    return (
        f"it breaks {against}{runs} in {count} place{'s' * (count != 1)}, and {number} is no "
        f"major step; publish it as {next_major(Number.parse(against))}"
    )


def step_problems(number: Number, baseline: Number, report: Report) -> Iterator[Problem]:
    """What to look at in a step from the version before, which keeps nobody from taking it."""
    if report.verdict is Verdict.UNKNOWN and not is_major(baseline, number):
        text = f"whether it breaks {baseline} could not be decided; the gate will ask"
        yield Problem("unknown-compatibility", "warning", text)
    minor = number.major == baseline.major and number.minor == baseline.minor
    if report.recommended_bump is Bump.MINOR and minor:
        text = f"it adds to {baseline}: a minor step, and {number} is a patch"
        yield Problem("bump-too-small", "warning", text)
