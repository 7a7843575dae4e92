"""Traffic that already exists, of either kind, held against what its contract says."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

from conformance.evidence import Contract, Run
from contracts.errors import UnsupportedFormat

MESSAGE_CHECKS = ("readable", "channel", "message", "payload", "envelope", "undocumented_field")
"""What a capture shows of drift; order, repeats and the like are the matter of event suites."""


def drift(document: Contract, recordings: Sequence[tuple[str, bytes]], *, base: str = "") -> Run:
    """Undocumented operations, parameters, codes, fields and values in recordings (name, bytes).

    Of an OpenAPI document: HAR, JSON lines with bodies, access logs without; of an AsyncAPI
    document: captures of messages. ``base`` is cut off paths.

    Raises:
        DocumentUnreadable: a recording holds nothing of the kind.
        UnsupportedFormat: the document describes neither calls nor messages.
    """
    data = document.data if isinstance(document.data, dict) else {}
    source = ", ".join(name for name, _ in recordings)
    if "openapi" in data:
        return _of_calls(document, recordings, base, source)
    if "asyncapi" in data:
        return _of_messages(document, recordings, source)
    raise UnsupportedFormat(
        "describes neither calls nor messages; drift needs OpenAPI or AsyncAPI",
        source=document.name,
    )


def _of_calls(
    document: Contract, recordings: Sequence[tuple[str, bytes]], base: str, source: str
) -> Run:
    from conformance.http.recordings import Recording
    from conformance.http.traffic import check_traffic

    found = [Recording(content, name) for name, content in recordings]
    return check_traffic(
        document,
        (exchange for recording in found for exchange in recording.exchanges()),
        base=base,
        source=source,
        notes=lambda: [note for recording in found for note in recording.notes()],
    )


def _of_messages(document: Contract, recordings: Sequence[tuple[str, bytes]], source: str) -> Run:
    from conformance.events import EventSuite, check
    from conformance.events.capture import captured

    messages = (
        message for name, content in recordings for message in captured(io.BytesIO(content), name)
    )
    suite = EventSuite(name="traffic", checks=MESSAGE_CHECKS)
    found = check(suite, [document], messages, source=source)
    silent = tuple(w for w in found.warnings if not w.startswith("no message was seen on"))
    return replace(found, warnings=silent)
