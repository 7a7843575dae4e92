"""A payload as the message that carries it, the way a user would meet it."""

from __future__ import annotations

from contracts.documents.canonical import readable_json
from contracts.elision import in_short
from contracts.formats.contract import Element, Sample
from contracts.verdict import Json

WAYS = ("send", "receive", "sent", "received")
"""Operations, and the directions of what a document only defines."""
WRITTEN_AS = {"avro": "avro/binary", "protobuf": "application/x-protobuf"}
"""Schema language → content type where nobody states one."""


def show(element: Element, payload: Json, sample: Sample) -> str | None:
    """The message in which ``payload`` is the value of ``element``; None where it is none.

    ``sample`` fills in what the message holds besides.
    """
    if element.kind == "channel-parameter":
        name, address = element.facts["name"], element.facts["address"]
        return str(address).replace("{" + str(name) + "}", _plain(payload)) if address else None
    message = element.up("message")
    operation = next((found for kind in WAYS if (found := element.up(kind)) is not None), None)
    if message is None or operation is None:
        owner = operation or element.up("channel")
        field = element.facts.get("binding")
        return f"{owner.label}\n{field}: {_text(payload)}" if owner and field else None
    name = message.facts["name"] or message.facts["key"]
    answer = "reply to " if element.up("reply") is not None else ""
    lines = [f"{answer}{operation.label}: {name}"]
    if element.facts.get("binding") is not None:
        lines.append(f"{element.facts['binding']}: {_text(payload)}")
    headers = _part(message, "headers", element, payload, sample)
    body = _part(message, "payload", element, payload, sample)
    if headers is not None:
        lines.append(f"headers: {headers}")
    if message.facts["payload"]:
        lines.append(f"content-type: {_content_type(message)}")
    return "\n".join([*lines, "", body] if body is not None else lines)


def _part(message: Element, name: str, of: Element, value: Json, sample: Sample) -> str | None:
    """The headers or the payload of a message; None where nobody describes them."""
    part = next((e for e in message.children if e.facts.get("part") == name), None)
    if part is None:
        return None
    found = value if part is of else sample(part)
    if found is None and part is not of:
        return None
    return _text(found, indent=2 if part is of else None)


def _content_type(message: Element) -> str:
    language = str(message.facts["payload_format"])
    stated = message.facts["content_type"]
    return str(stated or WRITTEN_AS.get(language, "application/json"))


def _text(value: Json, indent: int | None = 2) -> str:
    return readable_json(value, indent=indent)


def _plain(value: Json) -> str:
    return str(in_short(value)) if isinstance(value, str) else readable_json(value)
