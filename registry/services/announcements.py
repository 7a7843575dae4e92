"""An event in a person's words: what happened, whom it hurts, where to look."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from registry.domain import OutboxEvent

HAPPENED = {
    "version.proposed": "{contract} {version} is proposed",
    "version.published": "{contract} {version} is published",
    "version.deprecated": "{contract} {version} is deprecated",
    "version.retired": "{contract} {version} is retired",
    "version.sunset-near": "The sunset of {contract} {version} is near",
    "version.sunset-overdue": "The sunset of {contract} {version} is overdue",
    "run.finished": "Conformance of {contract} in {environment}: {status}",
    "contract.updated": "{contract} has a new sidecar",
    "waiver.requested": "A waiver of {contract} {from} to {to} is asked for",
    "waiver.approved": "A waiver of {contract} is signed",
    "waiver.revoked": "A waiver of {contract} is revoked",
    "deployment.recorded": "{system} {version} runs in {environment}",
    "deployment.ended": "{system} {version} runs no longer in {environment}",
    "webhook.test": "Interlock can reach you",
}


@dataclass(frozen=True, slots=True)
class Announcement:
    """One line, facts, and an address (empty where the registry does not know its own)."""

    subject: str
    facts: tuple[tuple[str, str], ...]
    link: str

    @property
    def text(self) -> str:
        """Plain text, for a mail."""
        lines = [self.subject + ".", ""]
        lines += [f"{name}: {value}" for name, value in self.facts]
        return "\n".join([*lines, "", self.link] if self.link else lines) + "\n"

    @property
    def message(self) -> bytes:
        """The body that incoming webhooks of Slack take: text, and blocks of mrkdwn."""
        facts = [f"*{_escaped(name)}:* {_escaped(value)}" for name, value in self.facts]
        head = f"*{_escaped(self.subject)}*" + (f"\n<{self.link}|Open>" if self.link else "")
        blocks = [_block(head), *([_block("\n".join(facts))] if facts else [])]
        body = {"text": _escaped(self.subject), "blocks": blocks}
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def announcement_of(event: OutboxEvent, base: str) -> Announcement:
    """``base``: the address of the registry, with or without a slash at its end."""
    given: dict[str, Any] = {**event.payload}
    template = HAPPENED.get(event.type, "{type}: {subject}")
    known = _Known({"type": event.type, "subject": event.subject, **given})
    subject = " ".join(template.format_map(known).split())[:200]
    if breaks := given.get("breaks"):
        subject += f": breaks {', '.join(map(str, breaks))}"[:200]
    elif given.get("verdict") == "unknown":
        subject += ": whether it breaks is not known"
    root = base.rstrip("/") if base.startswith(("https://", "http://")) else ""
    return Announcement(subject, tuple(_facts(event)), root and root + _path(event))


def _facts(event: OutboxEvent) -> Iterator[tuple[str, str]]:
    names = {
        "verdict": "Verdict",
        "baseline": "Compared with",
        "sunset_at": "Sunset",
        "users": "Still used by",
        "environment": "Environment",
        "failures": "Failures",
        "actor": "By",
        "reason": "Why",
        "message": "Says",
    }
    for name, label in names.items():
        value = event.payload.get(name)
        if value not in (None, "", [], ()):
            shown = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
            yield label, " ".join(shown.split())[:500]
    yield "When", f"{event.at:%Y-%m-%d %H:%M} UTC"


def _path(event: OutboxEvent) -> str:
    kind, _, name = event.subject.partition(":")
    contract = quote(str(event.payload.get("contract", "")), safe="")
    if kind == "version" and contract:
        return f"/contracts/{contract}/versions/{quote(name.partition('@')[2], safe='@.')}"
    if kind == "run":
        return f"/runs/{quote(name, safe='')}"
    if kind == "waiver":
        return f"/waivers#{quote(name, safe='')}"
    return f"/contracts/{contract}" if contract else "/"


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def _block(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:2900]}}


def _escaped(text: str) -> str:
    """The three characters that Slack reads as its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
