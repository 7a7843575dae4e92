"""What must hold for all schemas: no lie in either direction, and nothing breaks itself."""

from __future__ import annotations

import time
import warnings
from collections import Counter
from random import Random
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.schema import Containment
from tests.unit.schema import generation
from tests.unit.schema.pairs import ask

SEEDS = st.integers(0, 2**32)
QUICK = settings(
    max_examples=150,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class Pair:
    """Two schemas, the engine's answer and four validators to judge it."""

    def __init__(self, writer: Any, reader: Any) -> None:
        self.writer, self.reader = writer, reader
        self.answer: Containment = ask(writer, reader)
        self._writers = (_fast(writer), jsonschema.Draft202012Validator(writer))
        self._readers = (_fast(reader), jsonschema.Draft202012Validator(reader))

    def breaks(self, value: Any) -> bool:
        """Whether all validators take the value for the writer and refuse it for the reader."""
        return all(v.is_valid(value) for v in self._writers) and not any(
            v.is_valid(value) for v in self._readers
        )


def _fast(schema: Any) -> Any:
    return jsonschema_rs.Draft202012Validator(schema)


def _pair(seed: int) -> Pair:
    r = Random(seed)
    depth = r.choice((1, 2, 2, 3))
    writer = generation.root(r, depth)
    if r.random() < 0.6:
        return Pair(writer, generation.changed_root(r, writer, depth))
    reader = generation.root(r, depth)
    return Pair(writer, {**reader, "$defs": writer["$defs"]})


def _hold(pair: Pair, seed: int, tries: int) -> None:
    answer = pair.answer
    if answer.verdict == "compatible":
        r = Random(seed)
        for _ in range(tries):
            value = generation.value(r)
            assert not pair.breaks(value), (pair.writer, pair.reader, value)
    elif answer.verdict == "breaking":
        assert answer.breaks
        for found in answer.breaks:
            assert pair.breaks(found.witness), (pair.writer, pair.reader, found)
            assert found.error
    else:
        assert answer.unknowns


@QUICK
@given(SEEDS)
def test_no_answer_is_a_lie(seed: int) -> None:
    _hold(_pair(seed), seed, 60)


@QUICK
@given(SEEDS)
def test_nothing_breaks_itself(seed: int) -> None:
    schema = generation.root(Random(seed), 3)
    assert ask(schema, schema).verdict == "compatible"


@QUICK
@given(SEEDS)
def test_rewriting_changes_nothing(seed: int) -> None:
    r = Random(seed)
    schema = generation.root(r, 2)
    other = generation.rewritten(r, schema)
    for one, two in ((schema, other), (other, schema)):
        answer = ask(one, two)
        assert answer.verdict == "compatible", (one, two, answer)


@QUICK
@given(SEEDS)
def test_rewriting_either_side_keeps_the_answer(seed: int) -> None:
    pair = _pair(seed)
    again = Pair(pair.writer, generation.rewritten(Random(seed), pair.reader))
    if "unknown" not in (pair.answer.verdict, again.answer.verdict):
        assert again.answer.verdict == pair.answer.verdict, (pair.writer, pair.reader)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_campaign(capsys: pytest.CaptureFixture[str]) -> None:
    """Many pairs, within half an hour: no lie, and hardly an open question."""
    counts: Counter[str] = Counter()
    end = time.monotonic() + 1_800
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for seed in range(30_000):
            if time.monotonic() > end:
                break
            pair = _pair(seed)
            _hold(pair, seed, 150)
            counts[pair.answer.verdict] += 1
    with capsys.disabled():
        print(dict(counts))
    assert counts.total() >= 5_000
    assert counts["unknown"] <= 0.01 * counts.total()
