"""The whole document: which exchanges it offers, each with its fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from registry.web.outline.fields import Field, Schemas, escape

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace", "query")
MOST_ENTRIES = 1000


@dataclass(frozen=True, slots=True)
class Payload:
    """One body or message: what it is called and the fields it has."""

    title: str
    description: str = ""
    media_type: str = ""
    schema_name: str = ""
    fields: tuple[Field, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An operation of an API, an operation on a channel, or the schema itself."""

    anchor: str
    verb: str
    """``get``, ``post`` … ``send``, ``receive`` or ``schema``."""
    name: str
    title: str = ""
    description: str = ""
    deprecated: bool = False
    line: int | None = None
    parameters: tuple[Field, ...] = ()
    inputs: tuple[Payload, ...] = ()
    outputs: tuple[Payload, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """What a reader wants to know of a document at a glance."""

    title: str
    description: str
    entries: tuple[Entry, ...]
    cut: bool = False
    """Whether something was left out because there is too much."""


def outline(data: Any, format_: str, line_of: Callable[[str], int | None]) -> Outline:
    """The outline of a parsed document of ``format_``."""
    schemas = Schemas(data, line_of)
    document: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
    info = mapping(document.get("info"))
    readers = {"openapi": openapi, "asyncapi": asyncapi, "pact": pact}
    found: list[Entry] = []
    for entry in readers.get(format_, bare_schema)(document, schemas):
        found.append(entry)
        if len(found) >= MOST_ENTRIES or schemas.exhausted:
            break
    return Outline(
        title=str(info.get("title") or document.get("title") or ""),
        description=str(info.get("description") or document.get("description") or ""),
        entries=tuple(found),
        cut=schemas.exhausted or len(found) >= MOST_ENTRIES,
    )


def mapping(value: Any) -> Mapping[str, Any]:
    """``value`` if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def text(value: Any) -> str:
    """``value`` as one string; empty for anything else."""
    return value if isinstance(value, str) else ""


def openapi(document: Mapping[str, Any], schemas: Schemas) -> Iterator[Entry]:
    """One entry for every operation of OpenAPI ``paths`` and ``webhooks``."""
    for section in ("paths", "webhooks"):
        for path, item in mapping(document.get(section)).items():
            base = f"/{section}/{escape(str(path))}"
            target, at, _ = schemas.follow(item, base)
            for method in METHODS:
                operation = target.get(method)
                if isinstance(operation, Mapping):
                    yield openapi_operation(method, str(path), target, operation, at, schemas)


def pact(document: Mapping[str, Any], schemas: Schemas) -> Iterator[Entry]:
    """One entry for every interaction and message that a consumer was tested with."""
    for section in ("interactions", "messages"):
        listed = document.get(section)
        for at, item in enumerate(listed if isinstance(listed, list) else ()):
            request = mapping(mapping(item).get("request"))
            response = mapping(mapping(item).get("response"))
            states = item.get("providerStates") if isinstance(item, Mapping) else None
            given = [text(mapping(s).get("name")) for s in states or () if mapping(s).get("name")]
            state = text(mapping(item).get("providerState")) or ", ".join(given)
            status = response.get("status")
            called = text(request.get("path")) or text(mapping(item).get("description"))
            yield Entry(
                anchor=f"{section}-{at}",
                verb=text(request.get("method")).lower() or "message",
                name=called,
                title=text(mapping(item).get("description")),
                description=" · ".join(
                    filter(
                        None,
                        (f"given {state}" if state else "", f"answers {status}" if status else ""),
                    )
                ),
                line=schemas.line(f"/{section}/{at}"),
            )


def openapi_operation(
    method: str,
    path: str,
    item: Mapping[str, Any],
    operation: Mapping[str, Any],
    base: str,
    schemas: Schemas,
) -> Entry:
    """One operation with its parameters, request bodies and responses."""
    at = f"{base}/{method}"
    body, body_at, _ = schemas.follow(operation.get("requestBody"), f"{at}/requestBody")
    outputs: list[Payload] = []
    for status, response in mapping(operation.get("responses")).items():
        target, where, _ = schemas.follow(response, f"{at}/responses/{escape(str(status))}")
        outputs += contents(str(status), target, where, schemas)
    return Entry(
        anchor=anchor(text(operation.get("operationId")) or f"{method}-{path}"),
        verb=method,
        name=path,
        title=text(operation.get("summary")),
        description=text(operation.get("description")),
        deprecated=operation.get("deprecated") is True,
        line=schemas.line(at),
        parameters=(
            *openapi_parameters(item.get("parameters"), f"{base}/parameters", schemas),
            *openapi_parameters(operation.get("parameters"), f"{at}/parameters", schemas),
        ),
        inputs=tuple(contents("Request body", body, body_at, schemas)) if body else (),
        outputs=tuple(outputs),
    )


def openapi_parameters(items: Any, base: str, schemas: Schemas) -> Iterator[Field]:
    """Parameters as fields; the place they travel in is a constraint."""
    for index, item in enumerate(items if isinstance(items, list) else []):
        target, at, _ = schemas.follow(item, f"{base}/{index}")
        field = schemas.field(
            text(target.get("name")) or "?",
            target.get("schema") or {},
            f"{at}/schema",
            required=target.get("required") is True,
        )
        yield Field(
            name=field.name,
            type=field.type,
            required=field.required,
            description=text(target.get("description")) or field.description,
            constraints=(f"in {text(target.get('in')) or '?'}", *field.constraints),
            deprecated=target.get("deprecated") is True,
            line=schemas.line(at),
        )


def contents(title: str, target: Mapping[str, Any], at: str, schemas: Schemas) -> Iterator[Payload]:
    """One payload for each media type of a request body or response."""
    media = mapping(target.get("content"))
    description = text(target.get("description"))
    if not media:
        yield Payload(title, description, line=schemas.line(at))
    for name, value in media.items():
        where = f"{at}/content/{escape(str(name))}/schema"
        schema = mapping(value).get("schema")
        _, _, ref = schemas.follow(schema, where)
        yield Payload(
            title, description, str(name), ref, schemas.fields(schema, where), schemas.line(at)
        )


def asyncapi(document: Mapping[str, Any], schemas: Schemas) -> Iterator[Entry]:
    """One entry for every operation of AsyncAPI 3, or every channel of AsyncAPI 2."""
    operations = mapping(document.get("operations"))
    for name, value in operations.items():
        operation, at, _ = schemas.follow(value, f"/operations/{escape(str(name))}")
        channel, channel_at, _ = schemas.follow(operation.get("channel"), f"{at}/channel")
        declared = operation.get("messages")
        pairs = (
            [(m, f"{at}/messages/{i}") for i, m in enumerate(declared)]
            if isinstance(declared, list)
            else [
                (m, f"{channel_at}/messages/{escape(str(k))}")
                for k, m in mapping(channel.get("messages")).items()
            ]
        )
        yield Entry(
            anchor=anchor(str(name)),
            verb=text(operation.get("action")) or "send",
            name=text(channel.get("address")) or str(name),
            title=text(operation.get("title")) or text(operation.get("summary")),
            description=text(operation.get("description")) or text(channel.get("description")),
            line=schemas.line(at),
            outputs=tuple(message(m, where, schemas) for m, where in pairs),
        )
    if not operations:
        yield from asyncapi_channels(document, schemas)


def asyncapi_channels(document: Mapping[str, Any], schemas: Schemas) -> Iterator[Entry]:
    """Channels by themselves: AsyncAPI 2, or a document without operations."""
    for name, value in mapping(document.get("channels")).items():
        base = f"/channels/{escape(str(name))}"
        channel, at, _ = schemas.follow(value, base)
        found = [
            (m, f"{at}/messages/{escape(str(k))}")
            for k, m in mapping(channel.get("messages")).items()
        ]
        for verb in ("publish", "subscribe"):
            part = mapping(channel.get(verb)).get("message")
            if part is not None:
                found.append((part, f"{at}/{verb}/message"))
        yield Entry(
            anchor=anchor(str(name)),
            verb="channel",
            name=text(channel.get("address")) or str(name),
            title=text(channel.get("title")),
            description=text(channel.get("description")),
            line=schemas.line(base),
            outputs=tuple(message(m, where, schemas) for m, where in found),
        )


def message(value: Any, at: str, schemas: Schemas) -> Payload:
    """One message with the fields of its payload."""
    target, where, ref = schemas.follow(value, at)
    payload = target.get("payload")
    inner = f"{where}/payload"
    if isinstance(payload, Mapping) and "schemaFormat" in payload:
        payload, inner = payload.get("schema"), f"{inner}/schema"
    return Payload(
        title=text(target.get("title")) or text(target.get("name")) or ref or "Message",
        description=text(target.get("summary")) or text(target.get("description")),
        media_type=text(target.get("contentType")),
        fields=schemas.fields(payload, inner),
        line=schemas.line(where),
    )


def bare_schema(document: Mapping[str, Any], schemas: Schemas) -> Iterator[Entry]:
    """The document itself as one schema, then its named definitions."""
    title = text(document.get("title")) or "Schema"
    yield Entry(
        anchor="schema",
        verb="schema",
        name=title,
        line=schemas.line(""),
        outputs=(Payload(title, fields=schemas.fields(document, ""), line=schemas.line("")),),
    )


def anchor(name: str) -> str:
    """``name`` as a fragment: letters, digits, dashes."""
    kept = "".join(c if c.isalnum() else "-" for c in name)
    return "op-" + "-".join(part for part in kept.split("-") if part)[:80]
