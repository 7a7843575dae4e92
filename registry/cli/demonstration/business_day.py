"""A business day on the reference services, and their events held against the contracts."""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from pathlib import Path

import httpx

from conformance.events import EventSuite, check, read_capture
from conformance.evidence import Outcome
from conformance.reference.story import StoryBroken, company_at, day
from contracts.documents import load
from contracts.governance.shelf import Library
from registry.cli.demonstration.screen import Screen
from registry.cli.demonstration.services import TOKEN_VARIABLE, Started

FRESHNESS = 60.0
"""Seconds that an operational event may take (profile O)."""

LEDGER = "finance"
"""Its journals are played by the ERP, which keeps the ledger."""


def live_a_day(
    services: Sequence[Started], captures: Path, library: Library, screen: Screen
) -> None:
    """Orders move from requisition to match; every message the systems sent is checked."""
    token = os.environ[TOKEN_VARIABLE]
    urls = {service.system: service.url for service in services}
    headers = {"Authorization": f"Bearer {token}"}
    with (
        screen.waiting("a business day") as ticker,
        httpx.Client(headers=headers, timeout=30, trust_env=False) as client,
    ):
        ticker.tell("orders, receipts, stock")
        try:
            states = day(company_at(urls, client), uuid.uuid4().hex[:6].upper())
        except (StoryBroken, httpx.HTTPError) as error:
            screen.say(f"   the business day broke off: {error}")
            return
    screen.say(f"   a business day: orders ended {', '.join(states)}")
    documents = [
        load(shelved.current.path)
        for shelved in library.contracts
        if shelved.current is not None
        and shelved.current.path.name.endswith(".asyncapi.yaml")
        and shelved.sidecar.provider in {*urls, LEDGER}
    ]
    messages = (
        message for system in urls for message in read_capture(captures / f"{system}.jsonl")
    )
    found = check(EventSuite(freshness=FRESHNESS), documents, messages, source=str(captures))
    used = found.coverage["operations"]["exercised"]
    word = "keep" if found.outcome is Outcome.PASSED else "do not keep"
    screen.say(
        f"   {found.requests} messages on {used} channels {word} {len(documents)} event contracts"
    )
    for failure in found.failures:
        screen.say(f"     ✗ {failure.title}: {failure.operation}: {failure.message}")
