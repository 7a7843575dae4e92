"""The process that looks for drift: document and recordings on stdin, evidence on stdout."""

from __future__ import annotations

import base64
import sys
from typing import Any

from conformance.drift.looking import drift
from conformance.process.child import Channel, serve
from contracts.documents import load
from contracts.errors import ContractError


def main() -> int:
    """Look through the job read from stdin."""
    return serve(_look)


def _look(job: dict[str, Any], channel: Channel) -> int:
    recordings = [(name, base64.b64decode(content)) for name, content in job["recordings"]]
    try:
        document = load(base64.b64decode(job["document"]), name=job["name"])
        found = drift(document, recordings, base=job["base"])
    except ContractError as error:
        channel.send("refused", message=str(error))
        return 0
    channel.send("finished", run=found.to_json())
    return 0


if __name__ == "__main__":
    sys.exit(main())
