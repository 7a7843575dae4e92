"""Write down a change: the audit entry and the outbox event, in the change's own transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from registry.domain import OutboxEvent, Principal
from registry.domain.encode import to_json
from registry.domain.identifiers import new_id
from registry.services.ports import Store


def record(
    store: Store,
    caller: Principal,
    now: datetime,
    action: str,
    subject: str,
    *,
    before: Any = None,
    after: Any = None,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
    announce: bool = True,
) -> None:
    """Audit ``action`` on ``subject`` and put it into the outbox.

    ``before`` and ``after`` are the changed value; only their hashes are kept.
    """
    facts = dict(to_json(details or {}))
    store.audit.append(
        at=now,
        actor=caller.name,
        action=action,
        subject=subject,
        before=fingerprint(before),
        after=fingerprint(after),
        reason=reason,
        details=facts,
    )
    if announce:
        payload = {"actor": caller.name, "reason": reason, **facts}
        store.outbox.add(OutboxEvent(new_id("evt"), now, action, subject, payload))


def fingerprint(value: Any) -> str:
    """SHA-256 of the value's canonical JSON; empty for None."""
    if value is None:
        return ""
    text = json.dumps(to_json(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
