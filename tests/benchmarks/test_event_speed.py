"""Messages a second from a capture, as a ratio to bare parsing and validation; constant memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

import contracts
from conformance.events import EventSuite, check, read_capture
from conformance.events.channels import Channels
from conformance.evidence import Outcome
from contracts.documents import load

ROOT = Path(contracts.__file__).parents[1]
DOCUMENT = load(ROOT / "contracts/library/wms/goods-receipt-events/1.0.0.asyncapi.yaml")
ADDRESS = "wms.receipt.counted"
MESSAGES, KEYS = 60_000, 50
pytestmark = pytest.mark.long


def line(number: int, example: dict[str, Any]) -> bytes:
    """One captured message of about a kilobyte; every check finds something to look at."""
    key = f"PO-{number % KEYS}"
    event = {
        **example,
        "id": f"e{number}",
        "sequence": f"{number // KEYS + 1:020d}",
        "partitionkey": key,
        "data": {**example["data"], "poNumber": key},
    }
    around = {"address": ADDRESS, "key": key, "receivedAt": "2026-03-02T08:15:31Z"}
    return orjson.dumps({**around, "message": event}) + b"\n"


def example() -> dict[str, Any]:
    found = DOCUMENT.get("/components/messages/receiptCounted/examples/0/payload")
    padded: dict[str, Any] = json.loads(json.dumps(found))
    padded["data"]["sscc"] = padded["data"]["sscc"] * 6
    return padded


def seconds(action: Callable[[], object]) -> float:
    """The fastest of three, in time of the processor: other load does not count."""
    taken = []
    for _ in range(3):
        begin = time.process_time()
        action()
        taken.append(time.process_time() - begin)
    return min(taken)


def test_twenty_thousand_messages_a_second(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capture = tmp_path / "day.jsonl"
    sample = example()
    capture.write_bytes(b"".join(line(number, sample) for number in range(MESSAGES)))
    size = capture.stat().st_size / MESSAGES
    assert 900 < size < 1200
    validator = Channels([(DOCUMENT.name, DOCUMENT.data)]).by_address[ADDRESS].messages[0].validator

    def bare() -> None:
        with capture.open("rb") as file:
            assert all(validator.is_valid(orjson.loads(text)["message"]) for text in file)

    def whole() -> None:
        found = check(EventSuite(freshness=60), [DOCUMENT], read_capture(capture))
        assert (found.outcome, found.requests) == (Outcome.PASSED, MESSAGES), found.failures

    floor, ours = seconds(bare), seconds(whole)
    with capsys.disabled():
        print(
            f"\n{MESSAGES / ours:,.0f} messages/s of {size:.0f} bytes with every check; "
            f"parsing and validation alone {MESSAGES / floor:,.0f}; ratio {floor / ours:.2f}"
        )
    assert MESSAGES / ours >= 20_000
    assert floor / ours >= 0.25


def grown(messages: int) -> int:
    """Kilobytes that a process needs at its highest for so many messages."""
    command = [sys.executable, __file__, str(messages)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, check=True, cwd=ROOT, capture_output=True, text=True, env=environment
    )
    return int(done.stdout)


def test_a_million_messages_need_no_more_memory_than_a_quarter() -> None:
    quarter, million = grown(250_000), grown(1_000_000)
    assert million < quarter * 1.1


def main(messages: int) -> None:
    from conformance.events.capture import _line

    sample = example()
    stream = (_line(line(number, sample), number) for number in range(messages))
    found = check(EventSuite(freshness=60), [DOCUMENT], stream)
    assert (found.outcome, found.requests) == (Outcome.PASSED, messages), found.failures
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    main(int(sys.argv[1]))
