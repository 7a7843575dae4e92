"""A payload as the HTTP message that carries it, the way a user would meet it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode

from contracts.documents.canonical import readable_json
from contracts.elision import in_short
from contracts.formats.contract import Element, Sample
from contracts.formats.openapi.parameters import WHOLE_QUERY
from contracts.verdict import Json

STATUS_OF_RANGE = {"1XX": "100", "2XX": "200", "3XX": "300", "4XX": "400", "5XX": "500"}
URLENCODED = "application/x-www-form-urlencoded"
CALLS = ("callback", "webhook", "operation")
"""What a message belongs to, the innermost first."""


def show(element: Element, payload: Json, _sample: Sample) -> str | None:
    """The request or response in which ``payload`` is the value of ``element``."""
    response = element.up("response") or element.up("awaited-response")
    call = next((found for kind in CALLS if (found := element.up(kind)) is not None), None)
    if call is None:
        return None
    if response is not None:
        return _response(element, payload, response, call)
    return _request(element, payload, call)


def request(
    call: Element,
    values: Sequence[tuple[Element, Json]],
    odd: Element | None = None,
    text: str = "",
) -> str:
    """A request with these parameters and this body; ``text`` stands in the query or form."""
    path, body = str(call.facts["path"]), ""
    query: list[str] = []
    headers: list[str] = []
    for element, value in values:
        where, name = element.facts.get("in"), str(element.facts.get("name"))
        if where is None:
            body = _message("", element, value)
        elif where == "path":
            path = path.replace("{" + name + "}", quote(_named(element, value), safe=""))
        elif where in {"query", WHOLE_QUERY}:
            query.append(_query(element, name, value))
        else:
            head = f"Cookie: {name}=" if where == "cookie" else f"{name}: "
            headers.append(head + _named(element, value))
    if odd is not None and "in" in odd.facts:
        query.append(text)
    elif odd is not None:
        body = f"\nContent-Type: {odd.facts['media_type']}\n\n{text}"
    line = f"{call.facts['method']} {path}" + (f"?{'&'.join(query)}" if query else "")
    return "\n".join([line, *headers]) + body


def _response(element: Element, payload: Json, response: Element, call: Element) -> str:
    status = str(response.facts.get("status", ""))
    status = STATUS_OF_RANGE.get(status, status)
    head = f"{call.label} → {'any other status' if status == 'default' else status}"
    if "in" in element.facts:
        return f"{head}\n{element.facts['name']}: {_named(element, payload)}"
    return _message(head, element, payload)


def _request(element: Element, payload: Json, call: Element) -> str:
    method, path = call.facts["method"], call.facts["path"]
    where, name = element.facts.get("in"), str(element.facts.get("name", ""))
    if where is None:
        return _message(f"{method} {path}", element, payload)
    if where == "path":
        return f"{method} {path.replace('{' + name + '}', quote(_text(payload), safe=''))}"
    if where in {"query", WHOLE_QUERY}:
        return f"{method} {path}?{_query(element, name, payload)}"
    if where == "cookie":
        return f"{method} {path}\nCookie: {name}={_named(element, payload)}"
    return f"{method} {path}\n{name}: {_named(element, payload)}"


def _query(element: Element, name: str, payload: Json) -> str:
    payload = in_short(payload)
    media_type = element.facts.get("media_type")
    if element.facts.get("in") == WHOLE_QUERY:
        form = media_type == URLENCODED and isinstance(payload, Mapping)
        return _form(payload) if form else quote(_named(element, payload), safe="")
    if media_type is not None:
        return urlencode({name: _named(element, payload)})
    if isinstance(payload, list) and element.facts.get("explode"):
        return urlencode([(name, _text(item)) for item in payload]) or f"{name}="
    if isinstance(payload, Mapping) and element.facts.get("style") == "deepObject":
        return urlencode([(f"{name}[{key}]", _text(value)) for key, value in payload.items()])
    if isinstance(payload, Mapping) and element.facts.get("explode"):
        return urlencode([(key, _text(value)) for key, value in payload.items()])
    return urlencode({name: _text(payload)}, safe=",")


def _message(head: str, element: Element, payload: Json) -> str:
    media_type = str(element.facts.get("media_type", "application/json"))
    if media_type.startswith(URLENCODED) and isinstance(payload, Mapping):
        body = _form(payload)
    elif "json" in media_type or "*" in media_type or not isinstance(payload, str):
        body = readable_json(payload, indent=2)
    else:
        body = _text(payload)
    return f"{head}\nContent-Type: {media_type}\n\n{body}"


def _form(payload: Mapping[str, Json]) -> str:
    return urlencode({key: _text(value) for key, value in payload.items()})


def _named(element: Element, value: Json) -> str:
    """The value of a parameter or header as it stands there."""
    media_type = element.facts.get("media_type")
    return readable_json(value) if media_type and "json" in media_type else _text(value)


def _text(value: Json) -> str:
    """A value as it stands in a URL or header (OpenAPI style ``simple``)."""
    value = in_short(value)
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(map(_text, value))
    if isinstance(value, Mapping):
        return ",".join(f"{key},{_text(member)}" for key, member in value.items())
    return readable_json(value)
