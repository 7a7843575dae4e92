"""Recorded exchanges in the forms they come in: HAR, JSON lines with bodies, access logs without.

A line is an object. With bodies: ``{"request": {method, url, headers, body}, "response": {status,
headers, body}}``, or the same flat (``method``, ``url`` or ``path``, ``status``, ``requestBody``,
``responseBody``, ``requestHeaders``, ``responseHeaders``). Without bodies: what nginx writes with
``log_format … escape=json`` under the names of its variables (``request_method``,
``request_uri`` or ``request``, ``status``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from conformance.evidence import RecordedRequest, RecordedResponse
from conformance.http.traffic import Exchange, har_exchanges
from contracts.errors import DocumentUnreadable

KNOWN = "a HAR, JSON lines with request and response, or nginx's JSON access log"


@dataclass(slots=True)
class Recording:
    """``skipped`` lines were no exchange; they are counted while the exchanges are read."""

    content: bytes
    name: str
    read: int = 0
    skipped: int = 0
    reasons: dict[str, int] = field(default_factory=dict)

    def exchanges(self) -> Iterator[Exchange]:
        """The exchanges in their order.

        Raises:
            DocumentUnreadable: nothing in it is an exchange.
        """
        for exchange in self._found():
            self.read += 1
            yield exchange
        if self.read == 0:
            why = f" ({next(iter(self.reasons))})" if self.reasons else ""
            raise DocumentUnreadable(f"holds no exchange{why}; give {KNOWN}", source=self.name)

    def notes(self) -> tuple[str, ...]:
        """What was left out."""
        return tuple(
            f"{self.name}: {count} line{'s' if count > 1 else ''} left out: {why}"
            for why, count in self.reasons.items()
        )

    def _found(self) -> Iterator[Exchange]:
        if _is_archive(self.content):
            yield from har_exchanges(self.content, self.name)
            return
        for line in self.content.splitlines():
            if not line.strip():
                continue
            try:
                yield _read(orjson.loads(line))
            except orjson.JSONDecodeError:
                self._skip("is not JSON")
            except _NoExchange as error:
                self._skip(str(error))

    def _skip(self, why: str) -> None:
        self.skipped += 1
        self.reasons[why] = self.reasons.get(why, 0) + 1


class _NoExchange(ValueError):
    """A line says too little."""


def _is_archive(content: bytes) -> bool:
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    first, _, rest = head.partition(b"\n")
    if not head.startswith(b"{") or b'"log"' not in head:
        return False
    try:
        line = orjson.loads(first)
    except ValueError:
        return True  # one object over several lines
    return "log" in line and not rest.strip()


def _read(line: Any) -> Exchange:
    if not isinstance(line, Mapping):
        raise _NoExchange("is no JSON object")
    sent, came = line.get("request"), line.get("response")
    if isinstance(sent, Mapping) and isinstance(came, Mapping):
        return _nested(sent, came, line)
    return _flat(line)


def _nested(sent: Mapping[str, Any], came: Mapping[str, Any], line: Mapping[str, Any]) -> Exchange:
    request = RecordedRequest(
        _method(sent.get("method")),
        _address(sent),
        _headers(sent.get("headers")),
        _text(sent.get("body")),
    )
    seconds = _seconds(came.get("elapsed") or line.get("duration"))
    headers = _headers(came.get("headers"))
    return request, RecordedResponse(
        _status(came.get("status") or came.get("statusCode")),
        headers,
        _text(came.get("body")),
        seconds,
    )


def _flat(line: Mapping[str, Any]) -> Exchange:
    stated = line.get("request")
    words = stated.split() if isinstance(stated, str) else []
    method = line.get("method") or line.get("request_method") or (words[0] if words else None)
    url = line.get("request_uri") or (words[1] if len(words) > 1 else None)
    address = str(url) if url else _address(line)
    request = RecordedRequest(
        _method(method),
        address,
        _headers(line.get("requestHeaders")),
        _text(line.get("requestBody") or line.get("request_body") or None),
    )
    return request, RecordedResponse(
        _status(line.get("status")),
        _headers(line.get("responseHeaders")),
        _text(line.get("responseBody")),
        _seconds(line.get("request_time") or line.get("duration")),
    )


def _method(value: Any) -> str:
    if not isinstance(value, str) or not value.isalpha():
        raise _NoExchange("names no method")
    return value.upper()


def _address(line: Mapping[str, Any]) -> str:
    for name in ("url", "path", "uri", "target"):
        value = line.get(name)
        if isinstance(value, str) and value:
            query = line.get("query") or line.get("args")
            return (
                f"{value}?{query}"
                if isinstance(query, str) and query and "?" not in value
                else value
            )
    raise _NoExchange("names no address")


def _status(value: Any) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit() and 100 <= int(text) <= 599):
        raise _NoExchange("has no status")
    return int(text)


def _seconds(value: Any) -> float:
    try:
        return max(0.0, float(value))
    except (TypeError, ValueError):
        return 0.0


def _headers(value: Any) -> tuple[tuple[str, str], ...]:
    if isinstance(value, Mapping):
        return tuple((str(n), str(v)) for n, v in value.items())
    if not isinstance(value, list):
        return ()
    pairs = [
        (item.get("name"), item.get("value")) if isinstance(item, Mapping) else tuple(item)
        for item in value
        if isinstance(item, Mapping) or (isinstance(item, list) and len(item) == 2)
    ]
    return tuple((str(n), str(v)) for n, v in pairs)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return orjson.dumps(value).decode()
