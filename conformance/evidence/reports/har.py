"""The exchanges that show each failure, as HAR 1.2: any browser's network panel opens it."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from conformance.evidence.failure import Failure, RecordedRequest, RecordedResponse
from conformance.evidence.reports.text import place
from conformance.evidence.run import Run
from contracts.reports.hostile import visible

UNKNOWN = -1
"""What HAR 1.2 says where a size is not known."""


def render(run: Run) -> str:
    """One entry a failure that has a request; secrets were taken out before."""
    entries = [_entry(run, f, f.request) for f in run.failures if f.request is not None]
    log = {
        "version": "1.2",
        "creator": {"name": "Interlock conformance", "version": run.tools.get("interlock", "")},
        "comment": visible(
            f"{run.contract} against {run.target}, suite {run.suite}, seed {run.seed}: "
            f"{run.outcome.value}"
        ),
        "entries": entries,
    }
    return json.dumps({"log": log}, indent=2, ensure_ascii=False) + "\n"


def _entry(run: Run, failure: Failure, request: RecordedRequest) -> dict[str, Any]:
    response = failure.response
    elapsed = round(response.elapsed * 1000, 3) if response is not None else 0
    return {
        "startedDateTime": run.started_at,
        "time": elapsed,
        "request": _request(request),
        "response": _response(response),
        "cache": {},
        "timings": {"send": 0, "wait": elapsed, "receive": 0},
        "comment": visible(
            f"{failure.check}: {failure.title}: {failure.operation} {place(failure)}"
        ),
        "_cause": failure.cause,
        "_count": failure.count,
    }


def _request(request: RecordedRequest) -> dict[str, Any]:
    query = parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
    told: dict[str, Any] = {
        "method": request.method,
        "url": request.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(request.headers),
        "queryString": _pairs(query),
        "headersSize": UNKNOWN,
        "bodySize": len((request.body or "").encode("utf-8", "replace")),
    }
    if request.body is not None:
        told["postData"] = {
            "mimeType": request.header("Content-Type") or "",
            "text": request.body,
        }
    return told


def _response(response: RecordedResponse | None) -> dict[str, Any]:
    status = response.status if response is not None else 0
    body = (response.body or "") if response is not None else ""
    size = len(body.encode("utf-8", "replace"))
    return {
        "status": status,
        "statusText": HTTPStatus(status).phrase if status in _PHRASES else "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(response.headers) if response is not None else [],
        "content": {
            "size": size,
            "mimeType": (response.header("Content-Type") or "") if response is not None else "",
            "text": body,
        },
        "redirectURL": (response.header("Location") or "") if response is not None else "",
        "headersSize": UNKNOWN,
        "bodySize": size,
    }


_PHRASES = frozenset(status.value for status in HTTPStatus)


def _pairs(pairs: Any) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]
