"""What a whole ``interlock diff`` costs, as ratios to its floor in the same run, and how it grows."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import orjson
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from openapi_documents import changed, document
from ratios import CASES, case, measured

pytestmark = pytest.mark.long


class Bound(NamedTuple):
    """Times the floor, beside 0.5 ms for each changed place; peak memory by the files' size."""

    time: float
    memory: float = 0.0


BOUNDS = {
    "JSON Schema, 1 change": Bound(3),
    "10 operations": Bound(3.5),
    "10 operations, YAML": Bound(3.5),
    "1,500 operations, equal": Bound(2, 9),
    "1,500 operations": Bound(3, 9),
    "1,500 operations, YAML": Bound(3, 13),
    "a ring of 1,500 components": Bound(7, 13),
    "500 components, all reach all": Bound(9, 20),
    "300 components in unions": Bound(11, 23),
    "1,000 components, all broken": Bound(10, 21),
    "2,000 members, all changed": Bound(20),
}
"""What was measured (docs/engine.md) and half as much again; the aims are 3 and 12."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", CASES)
def test_a_diff_costs_a_small_multiple_of_its_floor(name: str, tmp_path: Path) -> None:
    one, bound = case(name), BOUNDS[name]
    size, _, floor, whole = measured(one, tmp_path)
    assert whole.seconds <= bound.time * floor.seconds + 0.0005 * one.changes
    if size > 1_000_000:
        assert whole.memory <= bound.memory * size


def processor_time() -> float:
    """Seconds that this process has computed: other load does not count."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def fastest(action: Callable[[], object], times: int = 3) -> float:
    durations = []
    for _ in range(times):
        begin = processor_time()
        action()
        durations.append(processor_time() - begin)
    return min(durations)


def test_time_grows_with_the_document_and_no_faster() -> None:
    from contracts import compare

    times = []
    for operations in (250, 1000):
        first = orjson.dumps(document(operations))
        second = orjson.dumps(changed(orjson.loads(first)))
        times.append(fastest(lambda one=first, two=second: compare(one, two)))  # type: ignore[misc]
    assert times[1] <= 8 * times[0]
