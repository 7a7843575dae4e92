"""Messages against event contracts: every check with messages that pass and that fail."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from conformance.events import CHECKS, EventSuite, Message, check
from conformance.events.source import Seen
from conformance.evidence import Outcome, Run
from contracts.documents import from_data, load
from tests.unit.conformance.library_events import (
    COUNTED,
    LIBRARY,
    MASTERS,
    ORDERS,
    RECEIPTS,
    STATUS,
    STOCK,
    counted,
    example,
    moved,
    run,
    stream,
    with_data,
    without,
)

CHANGED = example(MASTERS, "supplierChanged")


def transfer(*deltas: float) -> list[Message]:
    events = [
        with_data(
            {**example(STOCK, "inventoryTransferred"), "id": f"t{n}", "sequence": str(n).zfill(20)},
            delta=delta,
        )
        for n, delta in enumerate(deltas, 1)
    ]
    return stream(*events, address="wms.inventory.transferred")


ORDER_LINE = example(ORDERS, "purchaseOrderApproved")
CASES: list[tuple[str, str, list[Message], bool]] = [
    ("readable", "a good line", stream(counted()), False),
    ("readable", "a broken line", [Message(None, None, 1, problem="is not JSON")], True),
    ("channel", "known by its address", stream(counted()), False),
    ("channel", "known by its type", stream(counted(), address=None), False),
    ("channel", "unknown address", stream(counted(), address="wms.receipt.guessed"), True),
    ("message", "the type of the channel", stream(counted()), False),
    ("message", "a type of another channel", stream(counted(type="x.y.v1")), True),
    ("payload", "as declared", stream(counted()), False),
    ("payload", "location is no GLN", stream(with_data(counted(), location="here")), True),
    ("payload", "a field is missing", stream(without(counted(), "subject")), True),
    ("envelope", "complete", stream(counted()), False),
    ("envelope", "no id", stream(without(counted(), "id")), True),
    ("envelope", "time is no instant", stream(counted(time="yesterday")), True),
    ("envelope", "not an object", stream([1]), True),
    ("duplicates", "two ids", stream(counted(id="a"), counted(id="b")), False),
    ("duplicates", "one id, two sources", stream(counted(), counted(source="/wms/b")), False),
    ("duplicates", "the same again", stream(counted(), counted()), True),
    (
        "ordering",
        "counting up",
        stream(counted(id="a", sequence="1".zfill(20)), counted(id="b", sequence="2".zfill(20))),
        False,
    ),
    (
        "ordering",
        "counting down",
        stream(counted(id="a", sequence="2".zfill(20)), counted(id="b", sequence="1".zfill(20))),
        True,
    ),
    (
        "sequence",
        "two keys",
        stream(
            counted(id="a", sequence="1".zfill(20)),
            with_data(
                counted(id="b", sequence="7".zfill(20), partitionkey="PO-2"), poNumber="PO-2"
            ),
        ),
        False,
    ),
    (
        "sequence",
        "a gap",
        stream(counted(id="a", sequence="1".zfill(20)), counted(id="b", sequence="3".zfill(20))),
        True,
    ),
    ("partition_key", "as declared", stream(counted(), key="PO-2026-0417"), False),
    ("partition_key", "another attribute", stream(counted(partitionkey="GR-1")), True),
    ("partition_key", "another key at the broker", stream(counted(), key="GR-1"), True),
    ("correlation", "present", stream(counted(causationid="e1")), False),
    ("correlation", "missing", stream(without(counted(), "correlationid")), True),
    ("correlation", "malformed cause", stream(counted(causationid="a b")), True),
    (
        "causation",
        "another event of the transaction",
        stream(counted(id="a"), counted(id="b", causationid="a")),
        False,
    ),
    (
        "causation",
        "read before its cause",
        stream(counted(id="b", causationid="a"), counted(id="a")),
        False,
    ),
    ("causation", "itself", stream(counted(id="a", causationid="a")), True),
    (
        "causation",
        "of another transaction, read before its cause",
        stream(counted(id="b", causationid="a", correlationid="x"), counted(id="a")),
        True,
    ),
    (
        "causation",
        "later than its effect",
        stream(
            counted(id="a", time="2026-03-02T08:15:31.000Z"),
            counted(id="b", causationid="a", time="2026-03-02T08:15:30.000Z"),
        ),
        True,
    ),
    ("event_style", "fat with its state", stream(counted()), False),
    ("event_style", "fat without its lines", stream(with_data(counted(), lines=[])), True),
    ("event_style", "thin", stream(CHANGED, address=None), False),
    (
        "event_style",
        "thin with a record",
        stream(with_data(CHANGED, record={"legalName": "x"}), address=None),
        True,
    ),
    ("control_total", "both halves", transfer(-500, 500), False),
    ("control_total", "one half is short", transfer(-500, 499), True),
    ("control_total", "the other half is not read", transfer(-500), False),
    ("lateness", "in time", stream(counted(), received_at="2026-03-02T08:15:40Z"), False),
    ("lateness", "late", stream(counted(), received_at="2026-03-02T09:15:40Z"), True),
    ("lateness", "not known when it came", stream(counted()), False),
    (
        "dead_letter",
        "explained",
        stream(counted(), address=f"{COUNTED}.dlq", headers={"x-dead-letter-reason": "no order"}),
        False,
    ),
    ("dead_letter", "unexplained", stream(counted(), address=f"{COUNTED}.dlq"), True),
    (
        "state_transitions",
        "allowed",
        stream(moved("approved", "transmitted", 1), moved("transmitted", "shipped", 2), address=STATUS),
        False,
    ),
    ("state_transitions", "back", stream(moved("posted", "approved", 1), address=STATUS), True),
    (
        "state_transitions",
        "a step is missing",
        stream(moved("approved", "transmitted", 1), moved("shipped", "fullyReceived", 2), address=STATUS),
        True,
    ),
    ("known_order_line", "order not seen", stream(counted()), False),
    ("known_order_line", "the line is there", stream(ORDER_LINE, counted(), address=None), False),
    (
        "known_order_line",
        "the line is not there",
        stream(
            ORDER_LINE,
            with_data(counted(), lines=[{"lineNumber": "7", "receivedQuantity": 1, "uom": "EA"}]),
            address=None,
        ),
        True,
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "messages", "fails"),
    [(c[0], c[2], c[3]) for c in CASES],
    ids=[f"{c[0]}: {c[1]}" for c in CASES],
)
def test_checks(name: str, messages: list[Message], fails: bool) -> None:
    found = run(messages, freshness=60.0)
    failed = [f for f in found.failures if f.check == name]
    assert bool(failed) is fails, found.failures
    if not fails and name != "dead_letter":
        assert found.outcome is Outcome.PASSED, found.failures


BALANCE = from_data(
    {
        "asyncapi": "3.0.0",
        "channels": {
            "posted": {
                "address": "finance.journal.posted",
                "messages": {"posted": {"payload": {"type": "object"}}},
            }
        },
    },
    name="posting.yaml",
)


def sides(credit: str) -> list[dict[str, Any]]:
    return [
        {"account": "140000", "side": "debit", "amount": "10.00", "currency": "EUR"},
        {"account": "191100", "side": "credit", "amount": credit, "currency": "EUR"},
    ]


def test_a_journal_of_the_library_is_balanced() -> None:
    document = load(LIBRARY / "finance/posting-events/1.0.0.asyncapi.yaml")
    event = example(document, "journalPosted")
    assert check(EventSuite(), [document], stream(event, address=None)).failures == ()
    short = with_data(event, lines=sides("9.99"))
    found = check(EventSuite(), [document], stream(short, address=None))
    assert [f.check for f in found.failures] == ["balanced_posting"]


@pytest.mark.parametrize(
    ("there", "address", "fails"),
    [
        (Seen("a.dlq", "stream A"), "a.dlq", False),
        (Seen("a.dlq", "is not there", missing=True), "a.dlq", True),
        (Seen("a.dlq", "stream A"), "a.nowhere", True),
    ],
)
def test_dead_letters_have_somewhere_to_go(there: Seen, address: str, fails: bool) -> None:
    message = {"payload": {"type": "object"}}
    channels = {
        "a": {"address": "a", "x-dead-letter": address, "messages": {"m": message}},
        "d": {"address": "a.dlq", "x-dead-letter-of": "a", "messages": {"m": message}},
    }
    document = from_data({"asyncapi": "3.0.0", "channels": channels}, name="a.yaml")
    event = {"specversion": "1.0", "id": "1", "source": "/a", "type": "a.v1"}
    found = check(EventSuite(), [document], stream(event, address="a"), seen=[there])
    assert [f.check for f in found.failures] == (["dead_letter_address"] if fails else [])


def test_parts_add_up_in_one_message() -> None:
    rule = {"of": "data.lines[].amount", "total": "data.total"}
    channel = {"address": "a", "x-control-total": rule, "messages": {"m": {"payload": {}}}}
    document = from_data({"asyncapi": "3.0.0", "channels": {"a": channel}}, name="a.yaml")
    head = {"specversion": "1.0", "source": "/a", "type": "a.v1"}
    lines = [{"amount": "0.10"}, {"amount": "0.20"}]
    for total, fails in (("0.30", False), ("0.31", True)):
        event = {**head, "id": total, "data": {"total": total, "lines": lines}}
        found = check(EventSuite(), [document], stream(event, address="a"))
        assert [f.check for f in found.failures] == (["control_total"] if fails else [])


def test_no_order_comes_back_from_its_end() -> None:
    def told(status: str, at: str) -> dict[str, Any]:
        event = example(ORDERS, "purchaseOrderChanged")
        return with_data({**event, "id": status, "time": at}, status=status)

    end = moved("approved", "cancelled", 1) | {"time": "2026-03-02T08:00:00Z"}
    later, earlier = "2026-03-02T09:00:00Z", "2026-03-02T07:00:00Z"
    for status, at, fails in (
        ("approved", later, True),
        ("approved", earlier, False),
        ("cancelled", later, False),
    ):
        messages = [*stream(end, address=STATUS), *stream(told(status, at), address=None)]
        found = run(messages, checks=("state_transitions",))
        assert bool(found.failures) is fails, (status, at)


@pytest.mark.parametrize(("credit", "fails"), [("10.00", False), ("9.99", True)])
def test_debits_equal_credits(credit: str, fails: bool) -> None:
    event = {
        "specversion": "1.0",
        "id": "1",
        "source": "/gl",
        "type": "finance.journal.posted.v1",
        "data": {
            "lines": [
                {"debit": {"amount": "10.00", "currency": "EUR"}},
                {"credit": {"amount": credit, "currency": "EUR"}},
            ]
        },
    }
    found = check(EventSuite(), [BALANCE], stream(event, address="finance.journal.posted"))
    assert [f.check for f in found.failures] == (["balanced_posting"] if fails else [])


def test_every_check_has_a_passing_and_a_failing_case() -> None:
    outcomes = {name: {c[3] for c in CASES if c[0] == name} for name in CHECKS}
    outcomes["balanced_posting"] = outcomes["dead_letter_address"] = {True, False}
    assert all(found == {True, False} for found in outcomes.values()), outcomes


def test_every_example_of_the_library_passes() -> None:
    messages = []
    for document in (ORDERS, RECEIPTS, STOCK):
        for name in document.get("/components/messages"):
            event = example(document, name)
            event["causationid"] = "e0"
            messages.append(Message(None, event, len(messages) + 1))
    found = run(messages, checks=("channel", "message", "payload", "envelope", "partition_key"))
    assert found.failures == ()
    assert found.requests == len(messages)


def test_a_message_must_match_exactly_one() -> None:
    twins = from_data(
        {
            "asyncapi": "3.0.0",
            "channels": {
                "c": {
                    "address": "c",
                    "messages": {
                        "a": {"payload": {"type": "object"}},
                        "b": {"payload": {"required": ["id"]}},
                    },
                }
            },
        },
        name="twins.yaml",
    )
    event = {"specversion": "1.0", "id": "1", "source": "/s", "type": "t"}
    found = check(EventSuite(), [twins], stream(event, address="c"))
    assert [f.check for f in found.failures] == ["message"]
    assert "2 messages: a, b" in found.failures[0].message


def test_one_broken_serializer_is_one_failure_with_its_line() -> None:
    broken = [
        with_data(
            counted(id=f"e{n}"), lines=[{"lineNumber": "1", "receivedQuantity": "5", "uom": "EA"}]
        )
        for n in range(400)
    ]
    found = run(stream(*broken))
    payload = [f for f in found.failures if f.check == "payload"]
    assert len(payload) == 1
    assert payload[0].count == 400
    assert payload[0].place is not None
    assert payload[0].place.line is not None
    assert payload[0].example["id"] == "e0"
    told = found.to_json()
    assert Run.from_json(json.loads(json.dumps(told))).to_json() == told


def test_restricted_fields_are_not_kept() -> None:
    event = with_data(counted(), lines="wrong", location="5412345000013")
    found = run(stream(event), restricted=frozenset({"location"}))
    assert "5412345000013" not in json.dumps(found.failures[0].to_json())


def test_nothing_seen_proves_nothing() -> None:
    found = run([])
    assert found.outcome is Outcome.INCONCLUSIVE
    assert any("no message was seen on" in note for note in found.warnings)


def test_checking_is_fast_enough() -> None:
    events = [counted(id=f"e{n}", sequence=f"{n + 1:020d}") for n in range(5000)]
    lines = [Message(COUNTED, event, n) for n, event in enumerate(events)]
    started = time.process_time()
    found = run(lines)
    took = time.process_time() - started
    assert found.outcome is Outcome.PASSED
    assert len(lines) / took > 10_000, "messages per second of one core"
