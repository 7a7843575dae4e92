"""A sidecar as the contract page shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.errors import ContractError


@dataclass(frozen=True, slots=True)
class AuthorityRow:
    """Who has the say over a group of fields."""

    object: str
    group: str
    fields: tuple[str, ...]
    owner: str
    role: str
    note: str


@dataclass(frozen=True, slots=True)
class Use:
    """One operation, channel or message that a consumer uses."""

    kind: str
    target: str
    reads: tuple[str, ...] | None
    sends: tuple[str, ...] | None


Groups = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""Headings with (label, text) rows below them."""


@dataclass(frozen=True, slots=True)
class Governed:
    """What the sidecar says, ready for the page."""

    facts: Groups
    sla: Groups
    policies: Groups
    authority: tuple[AuthorityRow, ...]
    links: tuple[tuple[str, str], ...]
    problem: str = ""


def governed(text: str) -> Governed:
    """The sidecar's facts; a sidecar that cannot be read leaves its sentence."""
    from contracts.documents import load
    from contracts.governance.sidecar import load_sidecar

    if not text.strip():
        return Governed((), (), (), (), (), "No contract.yaml is stored for this contract.")
    try:
        sidecar = load_sidecar(load(text.encode(), name="contract.yaml"))
    except ContractError as error:
        return Governed((), (), (), (), (), str(error))
    plain = sidecar.to_json()
    rows = tuple(
        AuthorityRow(
            object=item.object,
            group=item.group,
            fields=item.fields,
            owner=item.owner,
            role=str(item.role),
            note=item.control or item.survivorship or "",
        )
        for item in sidecar.authority
    )
    return Governed(
        facts=_facts(plain),
        sla=grouped(sidecar.effective_sla.model_dump(mode="json", exclude_none=True)),
        policies=grouped(sidecar.effective_policies.model_dump(mode="json", exclude_none=True)),
        authority=rows,
        links=tuple((link.title, link.url) for link in sidecar.links),
    )


def _facts(plain: Mapping[str, Any]) -> Groups:
    wanted = (
        "purpose", "pattern", "layer", "domain", "profile", "instances", "steward",
        "businessOwner", "businessImpact", "support", "regulations", "personalData",
        "residency", "lifecycle", "compatibility", "states", "events", "wraps",
    )  # fmt: skip
    return grouped({key: plain[key] for key in wanted if key in plain})


def grouped(values: Mapping[str, Any]) -> Groups:
    """Facts under the heading of their first word; plain ones come first, under none."""
    single = {k: v for k, v in values.items() if not isinstance(v, Mapping)}
    found = [("", tuple(flat(single)))]
    found += [(words(k), tuple(flat(v))) for k, v in values.items() if isinstance(v, Mapping)]
    return tuple((title, rows) for title, rows in found if rows)


def uses(body: Mapping[str, Any]) -> tuple[Use, ...]:
    """What an expectation says that the consumer uses."""
    found: list[Use] = []
    items = body.get("uses")
    for item in items if isinstance(items, Sequence) and not isinstance(items, str) else ():
        if not isinstance(item, Mapping):
            continue
        kind = next((k for k in ("operation", "channel", "message") if item.get(k)), "")
        found.append(
            Use(kind, str(item.get(kind, "")), _names(item, "reads"), _names(item, "sends"))
        )
    return (*found, *_tested(body.get("pact")))


def _tested(pact: Any) -> Iterator[Use]:
    """The interactions of a Pact, by what they call or by their description."""
    if not isinstance(pact, Mapping):
        return
    for item in (*pact.get("interactions", ()), *pact.get("messages", ())):
        request = item.get("request")
        call = request if isinstance(request, Mapping) and "path" in request else {}
        named = f"{call.get('method', '')} {call.get('path', '')}".strip()
        yield Use("interaction", named or str(item.get("description", "")), None, None)


def _names(item: Mapping[str, Any], key: str) -> tuple[str, ...] | None:
    value = item.get(key)
    return tuple(str(v) for v in value) if isinstance(value, (list, tuple)) else None


def flat(value: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Nested facts as (label, text) pairs; empty ones are left out."""
    for key, item in value.items():
        label = f"{before} › {words(key)}" if before else words(key)
        if isinstance(item, Mapping):
            yield from flat(item, label)
        elif isinstance(item, (list, tuple)):
            if item:
                yield label, "; ".join(_one(part) for part in item)
        elif item not in (None, ""):
            yield label, _one(item)


def _one(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(
            f"{words(k)}: {_one(v)}" for k, v in value.items() if v not in (None, "", [])
        )
    if isinstance(value, (list, tuple)):
        return ", ".join(_one(part) for part in value)
    return str(value)


def words(key: str) -> str:
    """``latencyP95Ms`` and ``latency_p95_ms`` as ``Latency p95 ms``."""
    spaced = "".join(f" {c.lower()}" if c.isupper() else c for c in key.replace("_", " "))
    return spaced[:1].upper() + spaced[1:]
