"""The proposed versions break some consumers and not others, each for a reason it declared."""

from __future__ import annotations

import pytest

from contracts import compare
from contracts.governance.shelf import read_library
from contracts.verdict import Report

LIBRARY = read_library()


def proposal(name: str) -> Report:
    contract = LIBRARY.contract(name)
    assert contract is not None
    assert contract.current is not None
    (proposed,) = contract.proposals
    expectations = contract.sidecar.expectations()
    return compare(contract.current.path, proposed.path, consumers=expectations)


@pytest.mark.parametrize(
    ("name", "broken", "unharmed"),
    [
        ("erp.purchase-order", {"procurement", "wms"}, {"portal", "finance", "analytics"}),
        ("erp.goods-receipt", {"procurement", "wms"}, {"portal", "analytics"}),
    ],
)
def test_who_is_broken_and_who_is_not(name: str, broken: set[str], unharmed: set[str]) -> None:
    report = proposal(name)
    said = {consumer: found.verdict.value for consumer, found in report.consumers.items()}
    assert said == {
        **dict.fromkeys(broken, "breaking"),
        **dict.fromkeys(unharmed, "compatible"),
    }, [(f.rule, f.consumers) for f in report.breaking]


@pytest.mark.parametrize("name", ["erp.purchase-order", "erp.goods-receipt"])
def test_every_break_of_a_payload_is_shown_by_a_payload(name: str) -> None:
    report = proposal(name)
    assert report.verdict.value == "breaking"
    assert report.recommended_bump.value == "major"
    shown = [finding for finding in report.breaking if finding.witness is not None]
    assert len(shown) >= 3
    assert all(finding.old and finding.old.line for finding in shown)
