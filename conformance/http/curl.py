"""A request as a command for a shell."""

from __future__ import annotations

import shlex

from conformance.evidence import REDACTED, RecordedRequest

_LEFT_OUT = frozenset(
    {
        "host",
        "content-length",
        "connection",
        "accept-encoding",
        "user-agent",
        "x-schemathesis-testcaseid",
    }
)


def curl(request: RecordedRequest) -> str:
    """A ``curl`` command that repeats the request; secrets become shell variables to fill in."""
    parts = ["curl", "-sS", "-i", "-X", request.method]
    for name, value in request.headers:
        if name.lower() in _LEFT_OUT or (name.lower() == "accept" and value == "*/*"):
            continue
        if REDACTED in value:
            scheme = value.partition(REDACTED)[0]
            parts += ["-H", shlex.quote(f"{name}: {scheme}") + '"$TOKEN"']
        else:
            parts += ["-H", shlex.quote(f"{name};" if not value else f"{name}: {value}")]
    if request.body is not None:
        parts += ["--data-raw", shlex.quote(request.body)]
    parts.append(shlex.quote(request.url))
    return " ".join(parts)
