"""A list walked page by page is the whole list, nothing twice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from conformance.evidence import Failure, RecordedRequest, Severity, cause_id
from conformance.http.operations import Operation, Parameter
from conformance.http.probes.seeds import Finding, Seeds, Sender
from contracts.verdict import Json, Place

SIZES = ("limit", "pageSize", "page_size", "pagesize", "size", "top", "$top", "per_page", "perPage")
CURSORS = (
    *("cursor", "pageToken", "page_token", "after", "continuation", "continuationToken"),
    *("$skiptoken", "starting_after", "nextToken", "next_token", "marker"),
)
OFFSETS = ("offset", "skip", "$skip", "start", "startIndex")
PAGES = ("page", "pageNumber", "page_number")
NEXT = (
    *("nextCursor", "nextPageToken", "next_cursor", "next_page_token", "next", "cursor"),
    *("continuation", "continuationToken", "nextToken", "next_token"),
)
MOST_PAGES = 60
PAGE = 3


@dataclass(frozen=True, slots=True)
class _Walk:
    """How one asks for the next page: by a cursor the system gives, an offset or a number."""

    parameter: Parameter
    kind: str

    def after(self, pages: int, items: int, token: str | None) -> str | None:
        """The parameter's value after so many pages and items; None at the end."""
        if self.kind == "cursor":
            return token
        return str(items) if self.kind == "offset" else str(pages + self._first)

    @property
    def _first(self) -> int:
        return 0 if 0 in _hints(self.parameter) else 1


def pagination_complete(operation: Operation, seeds: Seeds, send: Sender) -> Iterator[Finding]:
    """Walking with a small page ends, repeats nothing and loses nothing of one large page."""
    size = _parameter(operation, SIZES)
    walk = _walk(operation)
    if operation.method != "GET" or size is None or walk is None or not seeds.answers:
        return
    start = replace(seeds.answers[0].request, url=_bare(operation, seeds.answers[0].request.url))
    most = _largest(size)
    whole, more = _page(send, _query(start, {size.name: str(most)}))
    if whole is None or len(whole) <= PAGE:
        return
    page = max(PAGE, -(-len(whole) // (MOST_PAGES // 2)))
    walked, last, ended = _walked(start, size, walk, page, len(whole), send)
    if walked is None:
        return
    complete = more is None and (walk.kind == "cursor" or len(whole) < most)
    if not complete:  # there is more than one large page: its beginning has to agree
        if len(walked) < len(whole) and not ended:
            return
        whole = whole[: len(walked)]
    fault = _fault(whole, walked)
    if fault:
        yield Finding(
            Failure(
                check="pagination_complete",
                title="Pages lose or repeat entries",
                message=f"{fault}, walking in pages of {page}",
                operation=operation.label,
                severity=Severity.HIGH,
                cause=cause_id("pagination_complete", operation.label),
                place=Place(walk.parameter.pointer),
            ),
            last,
            send(last),
        )


def _walked(
    start: RecordedRequest, size: Parameter, walk: _Walk, page: int, enough: int, send: Sender
) -> tuple[list[str] | None, RecordedRequest, bool]:
    """Entries page by page until there are ``enough``, the last request, whether it was the end."""
    walked: list[str] = []
    request = _query(start, {size.name: str(page)})
    for pages in range(1, MOST_PAGES + 1):
        items, token = _page(send, request)
        if items is None:
            return None, request, False
        walked += items
        value = walk.after(pages, len(walked), token)
        if value is None or not items or (walk.kind != "cursor" and len(items) < page):
            return walked, request, True
        if len(walked) > enough + page:
            break
        request = _query(start, {size.name: str(page), walk.parameter.name: value})
    return walked, request, False


def _walk(operation: Operation) -> _Walk | None:
    for kind, names in (("cursor", CURSORS), ("offset", OFFSETS), ("page", PAGES)):
        parameter = _parameter(operation, names)
        if parameter is not None and (kind != "page" or {0, 1} & set(_hints(parameter))):
            return _Walk(parameter, kind)
    return None


def _hints(parameter: Parameter) -> list[Json]:
    """What the contract says about the first page's number."""
    schema = parameter.schema if isinstance(parameter.schema, Mapping) else {}
    given = [schema.get("minimum"), schema.get("default")]
    return [n for n in given if isinstance(n, int) and not isinstance(n, bool)]


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


def _bare(operation: Operation, url: str) -> str:
    """The address without optional parameters; a required tenant or a key in the query stays."""
    optional = {p.name for p in operation.parameters if p.location == "query" and not p.required}
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query) if pair[0] not in optional]
    return urlunsplit(parts._replace(query=urlencode(kept)))


def _query(request: RecordedRequest, values: Mapping[str, str]) -> RecordedRequest:
    parts = urlsplit(request.url)
    query = dict(parse_qsl(parts.query))
    query.update(values)
    return replace(request, url=urlunsplit(parts._replace(query=urlencode(query))))
