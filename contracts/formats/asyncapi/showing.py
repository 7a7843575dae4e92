"""A payload as the message that carries it, the way a user would meet it."""

from __future__ import annotations

import json
from decimal import Decimal

from contracts.formats.contract import Element
from contracts.verdict import Json


def show(element: Element, payload: Json) -> str | None:
    """The message in which ``payload`` is the value of ``element``; None where it is none."""
    message = element.up("message")
    operation = element.up("send") or element.up("receive")
    if message is None or operation is None:
        return None
    body = json.dumps(payload, indent=2, ensure_ascii=False, default=_exact)
    name = message.facts["name"] or message.facts["key"]
    answer = "reply to " if element.up("reply") is not None else ""
    head = f"{answer}{operation.label}: {name}"
    if element.kind == "headers":
        return f"{head}\nheaders: {body}"
    if element.kind == "message-key":
        return f"{head}\nkey: {body}"
    return f"{head}\ncontent-type: {element.facts.get('media_type')}\n\n{body}"


def _exact(value: object) -> float | str:
    return float(value) if isinstance(value, Decimal) else str(value)
