"""The operations of an OpenAPI document, with the place of everything a failure can point to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from contracts.verdict import Json

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def escape(token: str) -> str:
    """One reference token of a JSON pointer (RFC 6901 §3)."""
    return token.replace("~", "~0").replace("/", "~1")


def unescape(token: str) -> str:
    """The inverse of :func:`escape`."""
    return token.replace("~1", "/").replace("~0", "~")


def at(document: Json, pointer: str) -> Json:
    """The value at a pointer, or None where it points to nothing."""
    value = document
    for token in pointer.split("/")[1:] if pointer else ():
        name = unescape(token)
        if isinstance(value, Mapping):
            value = value.get(name)
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def follow(document: Json, pointer: str) -> tuple[Json, str]:
    """The value at a pointer with local ``$ref`` followed, and the place it really stands."""
    seen: set[str] = set()
    value = at(document, pointer)
    while isinstance(value, Mapping) and isinstance(value.get("$ref"), str):
        ref = value["$ref"]
        if not ref.startswith("#") or ref in seen:
            break
        seen.add(ref)
        pointer = ref[1:]
        value = at(document, pointer)
    return value, pointer


def walk(document: Json, pointer: str, tokens: list[str]) -> str:
    """Follow a schema path through ``$ref``; stops where the document ends."""
    for token in tokens:
        if token == "$ref":  # noqa: S105
            continue
        value, place = follow(document, pointer)
        known = isinstance(value, dict) and token in value
        if not known and not (isinstance(value, list) and token.isdigit()):
            return place
        pointer = f"{place}/{escape(token)}"
    return pointer


@dataclass(frozen=True, slots=True)
class Parameter:
    """A declared request parameter."""

    name: str
    location: str
    required: bool
    pointer: str
    schema: Json = None


@dataclass(frozen=True, slots=True)
class DeclaredResponse:
    """A declared answer: its media types and headers, by lower-case name."""

    status: str
    pointer: str
    content: Mapping[str, str]
    """Media type → pointer of its schema."""
    headers: Mapping[str, str]
    """Lower-case header name → pointer."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path."""

    label: str
    method: str
    path: str
    operation_id: str | None
    pointer: str
    parameters: tuple[Parameter, ...]
    responses: Mapping[str, DeclaredResponse]
    body: str | None
    deprecated: bool
    security: tuple[tuple[str, ...], ...]
    """Alternatives of security scheme names; ``((),)`` or nothing means open."""
    extensions: Mapping[str, Json] = field(default_factory=dict)
    own_security: bool = False
    """Whether it says itself who may call it, not the document as a whole."""

    def parameter(self, name: str, location: str = "header") -> Parameter | None:
        """A parameter by name; header names in any case."""
        for parameter in self.parameters:
            same = parameter.name.lower() == name.lower()
            if parameter.location == location and (parameter.name == name or same):
                return parameter
        return None

    def response(self, status: int) -> DeclaredResponse | None:
        """What the contract says about a status code: itself, its class, or the default."""
        for key in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
            if key in self.responses:
                return self.responses[key]
        return None


def operations(document: Mapping[str, Json]) -> tuple[Operation, ...]:
    """Every operation, in the document's order; malformed parts are left out, not fatal."""
    paths = document.get("paths")
    if not isinstance(paths, Mapping):
        return ()
    found: list[Operation] = []
    for path in paths:
        item, base = follow(document, f"/paths/{escape(str(path))}")
        if not isinstance(item, Mapping):
            continue
        found += [
            _operation(document, str(path), method, item, base)
            for method in METHODS
            if isinstance(item.get(method), Mapping)
        ]
    return tuple(found)


def credential_headers(document: Mapping[str, Json]) -> frozenset[str]:
    """The headers that carry credentials as the document declares them, lower case."""
    components = document.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, Mapping) else None
    names: set[str] = set()
    for scheme in schemes.values() if isinstance(schemes, Mapping) else ():
        if not isinstance(scheme, Mapping):
            continue
        if scheme.get("type") != "apiKey":
            names.add("authorization")
        elif scheme.get("in") == "header":
            names.add(str(scheme.get("name")).lower())
    return frozenset(names)


def _operation(
    document: Mapping[str, Json], path: str, method: str, item: Mapping[str, Json], base: str
) -> Operation:
    pointer = f"{base}/{method}"
    data = item[method]
    shared = {(p.name, p.location): p for p in _parameters(document, base)}
    shared.update({(p.name, p.location): p for p in _parameters(document, pointer)})
    security = data.get("security", document.get("security"))
    return Operation(
        label=f"{method.upper()} {path}",
        method=method.upper(),
        path=path,
        operation_id=data.get("operationId"),
        pointer=pointer,
        parameters=tuple(shared.values()),
        responses={r.status: r for r in _responses(document, pointer)},
        body=f"{pointer}/requestBody" if "requestBody" in data else None,
        deprecated=bool(data.get("deprecated")),
        security=_security(security),
        extensions={k: v for k, v in data.items() if str(k).startswith("x-")},
        own_security="security" in data,
    )


def _security(value: Json) -> tuple[tuple[str, ...], ...]:
    if not isinstance(value, list):
        return ()
    return tuple(tuple(str(n) for n in item) for item in value if isinstance(item, Mapping))


def _parameters(document: Mapping[str, Json], pointer: str) -> Iterator[Parameter]:
    listed = at(document, f"{pointer}/parameters")
    for index in range(len(listed) if isinstance(listed, list) else 0):
        value, place = follow(document, f"{pointer}/parameters/{index}")
        if isinstance(value, Mapping) and isinstance(value.get("name"), str):
            yield Parameter(
                name=value["name"],
                location=str(value.get("in")),
                required=bool(value.get("required")),
                pointer=place,
                schema=follow(document, f"{place}/schema")[0],
            )


def _responses(document: Mapping[str, Json], pointer: str) -> Iterator[DeclaredResponse]:
    declared = at(document, f"{pointer}/responses")
    for status in declared if isinstance(declared, Mapping) else ():
        value, place = follow(document, f"{pointer}/responses/{escape(str(status))}")
        if not isinstance(value, Mapping):
            continue
        content, headers = value.get("content"), value.get("headers")
        yield DeclaredResponse(
            status=str(status),
            pointer=place,
            content={
                str(m).lower(): f"{place}/content/{escape(str(m))}/schema"
                for m in (content if isinstance(content, Mapping) else ())
            },
            headers={
                str(h).lower(): follow(document, f"{place}/headers/{escape(str(h))}")[1]
                for h in (headers if isinstance(headers, Mapping) else ())
            },
        )
