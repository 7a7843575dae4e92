"""A list walked page by page is the whole list, nothing twice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from conformance.evidence import Failure, RecordedRequest, Severity, cause_id
from conformance.http.operations import Operation, Parameter
from conformance.http.probes.seeds import Finding, Seeds, Sender
from contracts.verdict import Json, Place

SIZES = ("limit", "pageSize", "page_size", "size", "top")
CURSORS = ("cursor", "pageToken", "page_token", "after", "continuation")
NEXT = ("nextCursor", "nextPageToken", "next_cursor", "next_page_token", "next")
MOST_PAGES = 60
PAGE = 3


def pagination_complete(operation: Operation, seeds: Seeds, send: Sender) -> Iterator[Finding]:
    """Walking with a small page ends, repeats nothing and loses nothing of one large page."""
    size = _parameter(operation, SIZES)
    cursor = _parameter(operation, CURSORS)
    if operation.method != "GET" or size is None or cursor is None or not seeds.answers:
        return
    start = replace(seeds.answers[0].request, url=_bare(seeds.answers[0].request.url))
    whole, whole_next = _page(send, _query(start, {size.name: str(_largest(size))}))
    if whole is None or whole_next is not None or len(whole) <= PAGE:
        return
    walked: list[str] = []
    request = _query(start, {size.name: str(PAGE)})
    for _ in range(MOST_PAGES):
        items, token = _page(send, request)
        if items is None:
            return
        walked += items
        if token is None or len(walked) > 2 * len(whole) + PAGE:
            break
        request = _query(start, {size.name: str(PAGE), cursor.name: token})
    fault = _fault(whole, walked)
    if fault:
        yield Finding(
            Failure(
                check="pagination_complete",
                title="Pages lose or repeat entries",
                message=f"{fault}, walking in pages of {PAGE}",
                operation=operation.label,
                severity=Severity.HIGH,
                cause=cause_id("pagination_complete", operation.label),
                place=Place(cursor.pointer),
            ),
            request,
            send(request),
        )


def _fault(whole: list[str], walked: list[str]) -> str | None:
    repeated = len(walked) - len(set(walked))
    if repeated:
        return f"{repeated} of {len(walked)} entries came more than once"
    lost = [item for item in whole if item not in set(walked)]
    if lost:
        return f"{len(lost)} of {len(whole)} entries of the whole list never came"
    return None


def _page(send: Sender, request: RecordedRequest) -> tuple[list[str] | None, str | None]:
    response = send(request)
    if response is None or response.status != 200:
        return None, None
    try:
        body = json.loads(response.body or "")
    except ValueError:
        return None, None
    items, token = _items(body), None
    if isinstance(body, Mapping):
        token = next((str(body[n]) for n in NEXT if body.get(n)), None)
    if items is None:
        return None, None
    return [json.dumps(item, sort_keys=True) for item in items], token


def _items(body: Json) -> list[Json] | None:
    if isinstance(body, list):
        return body
    if isinstance(body, Mapping):
        lists = [value for value in body.values() if isinstance(value, list)]
        return lists[0] if len(lists) == 1 else None
    return None


def _parameter(operation: Operation, names: tuple[str, ...]) -> Parameter | None:
    found = (operation.parameter(name, "query") for name in names)
    return next((p for p in found if p is not None), None)


def _largest(size: Parameter) -> int:
    top = size.schema.get("maximum") if isinstance(size.schema, Mapping) else None
    return int(top) if isinstance(top, int | float) else 100


def _bare(url: str) -> str:
    return urlunsplit(urlsplit(url)._replace(query=""))


def _query(request: RecordedRequest, values: Mapping[str, str]) -> RecordedRequest:
    parts = urlsplit(request.url)
    query = dict(parse_qsl(parts.query))
    query.update(values)
    return replace(request, url=urlunsplit(parts._replace(query=urlencode(query))))
