"""The run as lines: the run without its parts, then each operation, failure and error."""

from __future__ import annotations

import json

from conformance.evidence.run import Run


def render(run: Run) -> str:
    """One JSON object a line, each with its ``kind``."""
    whole = run.to_json()
    parts = {
        kind: whole.pop(name)
        for kind, name in (
            ("operation", "operations"),
            ("failure", "failures"),
            ("error", "errors"),
        )
    }
    lines = [{"kind": "run", **whole}]
    lines += [{"kind": kind, **item} for kind, items in parts.items() for item in items]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
