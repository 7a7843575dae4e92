"""What several processes saw, as one account of the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from conformance.http.latency import percentile

_GRAVEST = ("cancelled", "no token", "login lost", "target gone", "target hangs", "time budget")


def merged(accounts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One account of several; empty for none."""
    if not accounts:
        return {}
    if len(accounts) == 1:
        return dict(accounts[0])
    stopped = {str(a.get("stopped", "")) for a in accounts}
    tools: dict[str, Any] = {}
    for account in accounts:
        tools |= account.get("tools", {})
    return {
        "stopped": next((s for s in _GRAVEST if s in stopped), ""),
        "trouble": next((a["trouble"] for a in accounts if a.get("trouble")), ""),
        "operations": _operations(accounts),
        "errors": _once(accounts, "errors"),
        "warnings": _once(accounts, "warnings"),
        "requests": sum(int(a.get("requests", 0)) for a in accounts),
        "refused": sum(int(a.get("refused", 0)) for a in accounts),
        "checks": dict(sum((Counter(a.get("checks", {})) for a in accounts), Counter())),
        "duration": max(float(a.get("duration", 0.0)) for a in accounts),
        "signed_in": any(a.get("signed_in") for a in accounts),
        "tools": tools,
    }


def _once(accounts: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
    found: list[Any] = []
    for account in accounts:
        found += [item for item in account.get(name, ()) if item not in found]
    return found


def _operations(accounts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    times: dict[str, list[float]] = {}
    for account in accounts:
        for label, samples in account.get("samples", {}).items():
            times.setdefault(label, []).extend(samples)
        for result in account.get("operations", ()):
            label = result["operation"]
            found[label] = _sum(found[label], result) if label in found else dict(result)
    for label, samples in times.items():
        if label in found:
            found[label]["p95"] = percentile(samples)
    return list(found.values())


def _sum(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    statuses = Counter(one["statuses"]) + Counter(other["statuses"])
    return {
        **one,
        "requests": one["requests"] + other["requests"],
        "statuses": {code: statuses[code] for code in sorted(statuses)},
        "failures": max(one["failures"], other["failures"]),
        "skipped": None if statuses else one["skipped"] or other["skipped"],
        "p95": max((p for p in (one["p95"], other["p95"]) if p is not None), default=None),
        "unanswered": one.get("unanswered", 0) + other.get("unanswered", 0),
        "constraints": [
            max(pair) for pair in zip(*(_counts(r) for r in (one, other)), strict=True)
        ],
    }


def _counts(result: Mapping[str, Any]) -> list[int]:
    return result.get("constraints") or [0, 0, 0]
