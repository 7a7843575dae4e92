from __future__ import annotations

import pytest

from contracts.governance.statemachine import StateMachine
from contracts.governance.states import MACHINES, machine


@pytest.mark.parametrize("item", MACHINES, ids=lambda item: item.name)
def test_every_canonical_machine_is_sound(item: StateMachine) -> None:
    assert item.problems() == ()


@pytest.mark.parametrize(
    ("name", "now", "then", "allowed"),
    [
        ("procure-to-pay", "posted", "approved", False),
        ("procure-to-pay", "transmitted", "matched", False),
        ("procure-to-pay", "approved", "fullyReceived", False),
        ("procure-to-pay", "transmitted", "shipped", True),
        ("procure-to-pay", "acknowledged", "partiallyReceived", True),
        ("procure-to-pay", "partiallyReceived", "partiallyReceived", True),
        ("procure-to-pay", "partiallyReceived", "matched", True),
        ("procure-to-pay", "disputed", "matched", True),
        ("procure-to-pay", "shipped", "cancelled", False),
        ("invoice", "paid", "disputed", False),
        ("shipment", "delivered", "inTransit", False),
        ("shipment", "booked", "exception", True),
        ("receipt", "posted", "reversed", True),
        ("receipt", "reversed", "posted", False),
        ("requisition", "nowhere", "approved", False),
    ],
)
def test_transitions_follow_the_canonical_workflow(
    name: str, now: str, then: str, allowed: bool
) -> None:
    found = machine(name)
    assert found is not None
    assert found.allowed(now, then) is allowed


def test_a_bad_machine_is_told_what_is_wrong_with_it() -> None:
    bad = StateMachine(
        name="bad",
        initial="a",
        transitions={"a": ("b",), "c": ("a",), "d": ("a",)},
        final=frozenset({"d", "e"}),
    )
    assert bad.problems() == (
        "bad: 'c' cannot be reached from 'a'",
        "bad: 'd' cannot be reached from 'a'",
        "bad: 'd' is final but leads to 'a'",
        "bad: 'b' is a dead end and not declared final",
        "bad: final state 'e' is not a state of it",
    )


def test_vendor_values_without_a_canonical_state_are_listed() -> None:
    receipt = machine("receipt")
    assert receipt is not None
    vendor = {"POSTED": "posted", "STORNO": None, "CHECKED": "verified"}
    assert receipt.unmapped(vendor) == ("STORNO", "CHECKED")
