"""Sidecars: what is refused and with which sentence, defaults of profiles, what comes out again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import yaml

from contracts.documents import load
from contracts.errors import InvalidContract
from contracts.governance.sidecar import Sidecar, load_sidecar, sidecar_problems
from contracts.governance.vocabulary import Classification, Profile

GOOD = """\
id: erp.goods-receipt
provider: erp
owner: erp-inventory
profile: T
classification: I
consumers:
  - system: wms
    uses:
      - operation: postGoodsReceipt
        sends: [lines[].lot]
versions:
  - {version: 1.0.0, document: 1.0.0.openapi.yaml}
x-cost-centre: CC4711
"""


def read(text: str) -> Sidecar:
    return load_sidecar(load(text.encode(), name="contract.yaml"))


def test_a_small_sidecar_is_read() -> None:
    sidecar = read(GOOD.replace("[lines[].lot]", '["lines[].lot"]'))
    assert sidecar.classification is Classification.INTERNAL
    assert sidecar.extensions == {"x-cost-centre": "CC4711"}
    (expectation,) = sidecar.expectations()
    assert expectation.sends({"postGoodsReceipt"}, "/lines/0/lot")
    again = load_sidecar(load(yaml.safe_dump(sidecar.to_json()).encode(), name="again.yaml"))
    assert again == sidecar


@pytest.mark.parametrize(
    ("old", "new", "place", "sentence"),
    [
        ("owner:", "ownr:", "contract.yaml:3 at /ownr", "did you mean 'owner'?"),
        ("    uses:", "    usse:", "contract.yaml:8 at /consumers/0/usse", "did you mean 'uses'?"),
        ("profile: T", "whatever: T", "contract.yaml:4 at /whatever", "your own keys start with 'x-'"),
        ("owner: erp-inventory\n", "", "contract.yaml:1", "'owner' is missing; add it"),
        ("profile: T", "profile: Z", "contract.yaml:4 at /profile", "'Q', 'T', 'O', 'F', 'M' or 'D'"),
        ("version: 1.0.0", "version: 1.0", "contract.yaml:12 at /versions/0/version", "put it in quotes"),
        ("version: 1.0.0", "version: v1", "contract.yaml:12 at /versions/0/version", "is not possible here"),
        ("id: erp.goods-receipt", "id: Goods Receipt", "contract.yaml:1 at /id", "is not possible here"),
        ("classification: I", "classification: secret", "contract.yaml:5 at /classification", "'public', 'internal'"),
        ("operation: post", "operation: a\n        channel: post", "contract.yaml:9 at /consumers/0/uses/0", "exactly one of"),
        ("[lines[].lot]", '["lines[0].lot"]', "contract.yaml:10 at /consumers/0/uses/0/sends/0", "is not a field path"),
        ("  - system: wms\n", "  - system: wms\n  - system: wms\n", "contract.yaml:6 at /consumers", "listed twice"),
        ("profile: T", "profile: T\ncriticality: 4", "contract.yaml:5 at /criticality", "less than or equal to 3"),
        ("profile: T", "profile: T\nlifecycle: {status: deprecated}", "contract.yaml:5 at /lifecycle", "add 'deprecated'"),
        ("profile: T", "profile: T\nsla: {latencyP95Ms: soon}", "contract.yaml:5 at /sla/latencyP95Ms", "valid integer"),
        ("profile: T", "profile: T\npattern: {kind: sync, reason: x}", "contract.yaml:5 at /pattern/kind", "'synchronous-api'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(
    old: str, new: str, place: str, sentence: str
) -> None:
    good = GOOD.replace("[lines[].lot]", '["lines[].lot"]') if "lot]" not in old else GOOD
    assert old in good
    with pytest.raises(InvalidContract) as caught:
        read(good.replace(old, new, 1))
    assert str(caught.value).startswith(f"{place}: ")
    assert sentence in str(caught.value)


def test_every_problem_is_told_at_once_and_missing_keys_last() -> None:
    text = "id: Bad Id\nownr: x\ncriticality: 9\n"
    problems = sidecar_problems(load(text.encode(), name="contract.yaml"))
    assert [problem.pointer for problem in problems] == ["/id", "/ownr", "/criticality", None, None]


@pytest.mark.parametrize(
    ("text", "sentence"), [("[]", "not a list"), ("words", "not text"), ("", "not nothing")]
)
def test_no_mapping_no_sidecar(text: str, sentence: str) -> None:
    with pytest.raises(InvalidContract, match=sentence):
        load_sidecar(load(text.encode() or b"null", name="contract.yaml"))


def of(profile: str, **more: Any) -> Sidecar:
    return Sidecar.model_validate(
        {"id": "a.b", "provider": "a", "owner": "t", "profile": profile, **more}
    )


def test_profiles_bring_their_policies() -> None:
    query, transaction = of("Q"), of("T").effective_policies
    assert query.effective_sla.latency_p95_ms == 300
    assert query.effective_policies.cache is not None
    assert query.effective_policies.cache.max_age == timedelta(seconds=60)
    assert transaction.idempotency is not None
    assert transaction.idempotency.retention == timedelta(days=7)
    assert transaction.retry is not None
    assert transaction.retry.attempts == 5
    finance = of("F").effective_policies
    assert finance.replay is not None
    assert finance.deduplication is not None
    assert (finance.replay.window, finance.replay.approvals) == (timedelta(days=35), 2)
    assert finance.deduplication.window == timedelta(days=45)
    assert of("O").effective_policies.dead_letter is not None
    assert of("D").effective_sla.latency_p95_ms is None


@pytest.mark.parametrize("profile", Profile)
def test_every_profile_stands_on_its_own(profile: Profile) -> None:
    sidecar = of(profile.value)
    assert sidecar.profile == (profile,)
    assert sidecar.effective_policies.reconciliation or profile is Profile.QUERY


def test_what_is_stated_wins_and_the_first_profile_next() -> None:
    both = of("M+T", sla={"latencyP95Ms": 1000}, policies={"retry": {"attempts": 1}})
    assert both.profile == (Profile.MASTER_DATA, Profile.TRANSACTION)
    assert both.effective_sla.latency_p95_ms == 1000
    assert both.effective_sla.availability == 99.9
    rules = both.effective_policies
    assert rules.retry is not None
    assert rules.retry.attempts == 1
    assert rules.retry.longest == timedelta(hours=36)
    assert rules.reconciliation is not None
    assert rules.reconciliation.schedule == "nightly"
