"""Messages held against their event contracts, one after the other, in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from conformance.events.checker import Checker
from conformance.events.message import Message
from conformance.events.plan import EventSuite
from conformance.events.source import Seen
from conformance.evidence import Contract, Heading, Run


def check(
    suite: EventSuite,
    documents: Iterable[Contract],
    messages: Iterable[Message],
    *,
    source: str = "capture",
    seen: Iterable[Seen] = (),
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Run:
    """Check messages against the AsyncAPI documents whose channels they are on.

    ``seen`` is filled by the source while it is read: which addresses a broker has.
    """
    known = list(documents)
    started = now()
    checker = Checker(suite, known)
    for message in messages:
        checker.take(message)
    checker.finish(seen)
    names = ", ".join(document.name for document in known)
    heading = Heading(suite.name, names, known[0].sha256 if known else "", source)
    return checker.run(heading, started, now())
