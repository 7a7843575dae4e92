"""The run as one JSON document."""

from __future__ import annotations

import json

from conformance.evidence.run import Run


def render(run: Run) -> str:
    """Everything, indented; :meth:`Run.from_json` reads it back."""
    return json.dumps(run.to_json(), indent=2, ensure_ascii=False) + "\n"
