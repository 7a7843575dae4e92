"""What the policies promise, on generated pairs: each only ever moves the answer one way."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.schema import Budget, Dialect, Options
from tests.unit.schema.campaign.changes import changed
from tests.unit.schema.campaign.dialects import URI, said_in
from tests.unit.schema.campaign.schemas import Maker
from tests.unit.schema.pairs import ask

SEEDS = st.integers(0, 2**32)
QUICK = settings(
    max_examples=80,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
PLAIN = Options()
DECLARED = Options(declared_members_only=True)
TOLERANT = Options(tolerant_reader=True)
ASSERTING_WRITER = Options(writer_format="asserted")
ASSERTING_READER = Options(reader_format="asserted")
ALL = (PLAIN, DECLARED, TOLERANT, ASSERTING_WRITER, Options.for_api())
OLDER = {
    Dialect.DRAFT6: {"if", "then", "else"},
    Dialect.DRAFT7: {"minContains", "maxContains", "unevaluatedProperties", "unevaluatedItems"},
}


def _pair(seed: int) -> tuple[Any, Any]:
    r = Random(seed)
    maker = Maker(r, formats=True)
    writer = maker.document(2)
    return writer, changed(r, maker, writer)


def _verdicts(seed: int, *options: Options) -> list[str]:
    writer, reader = _pair(seed)
    return [str(ask(writer, reader, options=each).verdict) for each in options]


@QUICK
@given(SEEDS)
def test_a_writer_who_promises_more_breaks_no_more(seed: int) -> None:
    plain, declared, asserting = _verdicts(seed, PLAIN, DECLARED, ASSERTING_WRITER)
    if plain == "compatible":
        assert declared == asserting == "compatible", _pair(seed)


@QUICK
@given(SEEDS)
def test_a_reader_who_asserts_formats_forgives_no_more(seed: int) -> None:
    plain, asserting = _verdicts(seed, PLAIN, ASSERTING_READER)
    if plain == "breaking":
        assert asserting == "breaking", _pair(seed)


@QUICK
@given(SEEDS)
def test_under_every_policy_nothing_breaks_itself(seed: int) -> None:
    schema, _ = _pair(seed)
    for options in ALL:
        assert ask(schema, schema, options=options).verdict == "compatible", (schema, options)


@QUICK
@given(SEEDS)
def test_a_schema_said_in_two_drafts_is_one_schema(seed: int) -> None:
    r = Random(seed)
    schema = Maker(r).document(2)
    one, other = r.sample((*OLDER, Dialect.DRAFT201909, Dialect.DRAFT202012), 2)
    words = OLDER[Dialect.DRAFT6] | OLDER[Dialect.DRAFT7]
    if any(f"'{word}'" in repr(schema) for word in words):
        return
    sides = [{"$schema": URI[d], **said_in(d, schema)} for d in (one, other)]
    assert ask(*sides, one, PLAIN, other).verdict == "compatible", sides


@pytest.mark.parametrize(
    "budget", [Budget(steps=20), Budget(seconds=0.0005), Budget(depth=1), Budget(total_seconds=0.0)]
)
@pytest.mark.parametrize("seed", range(25))
def test_a_spent_budget_is_unknown_with_a_reason_and_never_a_lie(seed: int, budget: Budget) -> None:
    writer, reader = _pair(seed)
    answer = ask(writer, reader, options=Options(budget=budget))
    if answer.verdict == "unknown":
        assert answer.unknowns
        assert all(unknown.keyword and unknown.reason for unknown in answer.unknowns)
    else:
        assert answer.verdict == ask(writer, reader).verdict
