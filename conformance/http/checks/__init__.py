"""Interlock's own checks: pure functions from one answer to the promises it broke."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from conformance.evidence import Failure
from conformance.http.answer import Answer
from conformance.http.checks.correlation import correlation_id_echoed
from conformance.http.checks.deprecation import deprecation_announced
from conformance.http.checks.problem import problem_details
from conformance.http.checks.throttling import retry_after_on_throttling

Check = Callable[[Answer], Iterator[Failure]]

ANSWER_CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        problem_details,
        correlation_id_echoed,
        deprecation_announced,
        retry_after_on_throttling,
    )
}
"""Checks that look at every answer, by the name suites use."""
