"""Where a schema stands, and where its references lead: resources, anchors, dynamic scope."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import unquote, urldefrag, urljoin

from contracts.schema.dialects import Dialect, dialect_of
from contracts.verdict import Json, Place


class SchemaDocument(Protocol):
    """What the engine needs of a :class:`contracts.documents.Document`."""

    @property
    def data(self) -> Json: ...
    @property
    def name(self) -> str: ...
    def place(self, pointer: str) -> Place: ...


class References(Protocol):
    """Resolves references that leave a document (:class:`contracts.documents.Resolver`)."""

    def resolve(
        self, ref: str, base_pointer: str = "", *, within: Any = None
    ) -> tuple[Any, str]: ...


@dataclass(frozen=True, slots=True)
class SchemaAt:
    """A schema where it stands: the document, an RFC 6901 pointer and the dialect in force."""

    document: SchemaDocument
    pointer: str
    dialect: Dialect
    references: References | None = None


@dataclass(eq=False, slots=True)
class Source:
    """A document as the engine keeps it during a comparison."""

    document: Any
    references: References | None
    number: int
    dialect: Dialect
    resources: dict[str, Resource] | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """A schema resource (2020-12 core §4.3.5): the root that ``#`` and anchors refer to."""

    source: Source
    pointer: str
    uri: str


class Location:
    """A schema, its resource and the dynamic scope it was reached in."""

    __slots__ = ("dialect", "pointer", "raw", "resource", "scope")

    def __init__(
        self,
        resource: Resource,
        pointer: str,
        raw: Json,
        dialect: Dialect,
        scope: tuple[Resource, ...] = (),
    ) -> None:
        self.resource = resource
        self.pointer = pointer
        self.raw = raw
        self.dialect = dialect
        self.scope = scope

    @property
    def identity(self) -> tuple[int, str, tuple[tuple[int, str], ...]]:
        """Equal for the same schema in the same dynamic scope."""
        scope = tuple((r.source.number, r.pointer) for r in self.scope)
        return (self.resource.source.number, self.pointer, scope)

    def place(self, *tokens: str | int) -> Place:
        """Where it stands, for the reader of a report."""
        place: Place = self.resource.source.document.place(self.pointer_to(*tokens))
        return place

    def pointer_to(self, *tokens: str | int) -> str:
        """The pointer to something inside."""
        return self.pointer + "".join(f"/{escape(str(token))}" for token in tokens)

    def child(self, *tokens: str | int) -> Location:
        """A subschema of this schema.

        Raises:
            LookupError: there is none.
        """
        return self._enter(step_through(self.raw, tokens), self.pointer_to(*tokens))

    def _enter(self, raw: Json, pointer: str) -> Location:
        found = Location(self.resource, pointer, raw, self.dialect, self.scope)
        _enter_resource(found)
        return found


def escape(token: str) -> str:
    """A reference token of RFC 6901."""
    return token.replace("~", "~0").replace("/", "~1")


def tokens_of(pointer: str) -> list[str]:
    """The reference tokens of an RFC 6901 pointer."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def step_through(data: Json, tokens: Any) -> Json:
    """The value below ``data``; raises LookupError if there is none."""
    for token in tokens:
        if isinstance(data, dict):
            data = data[token]
        elif isinstance(data, list):
            data = data[int(token) if str(token).isdigit() else _missing(token)]
        else:
            _missing(token)
    return data


def _missing(token: Any) -> Any:
    raise KeyError(token)


def _identifier(raw: Json, dialect: Dialect) -> str | None:
    """The ``$id`` that makes a schema a resource of its own."""
    if not isinstance(raw, dict):
        return None
    rules = dialect.rules
    name = raw.get("id" if rules.draft == 4 and not rules.openapi else "$id")
    if not isinstance(name, str) or name.startswith("#"):
        return None
    if not rules.siblings and "$ref" in raw:
        return None
    return urldefrag(name)[0]


def _enter_resource(at: Location) -> None:
    raw = at.raw
    if not isinstance(raw, dict):
        return
    if "$schema" in raw and isinstance(raw["$schema"], str):
        at.dialect = dialect_of(raw["$schema"]) or at.dialect
    name = _identifier(raw, at.dialect)
    if name is not None and at.pointer != at.resource.pointer:
        uri = urljoin(at.resource.uri, name)
        at.resource = Resource(at.resource.source, at.pointer, uri)
    elif name is not None and not at.resource.uri:
        at.resource = Resource(at.resource.source, at.pointer, name)
    at.scope = _scope_with(at.scope, at.resource)


def _scope_with(scope: tuple[Resource, ...], resource: Resource) -> tuple[Resource, ...]:
    here = (resource.source.number, resource.pointer)
    if any((r.source.number, r.pointer) == here for r in scope):
        return scope
    if not _dynamic_names(resource):
        return scope
    return (*scope, resource)


def locate(source: Source, pointer: str, scope: tuple[Resource, ...] = ()) -> Location:
    """The schema at a pointer of a document, in the resource it belongs to.

    Raises:
        LookupError: there is nothing.
    """
    raw = source.document.data
    at = Location(Resource(source, "", ""), "", raw, source.dialect, scope)
    tokens = tokens_of(pointer)
    if not tokens:
        _enter_resource(at)
        return at
    if source.dialect.rules.openapi:
        at.raw, at.pointer = step_through(raw, tokens), pointer
        _enter_resource(at)
        return at
    _enter_resource(at)
    for token in tokens:
        at.raw = step_through(at.raw, (token,))
        at.pointer = f"{at.pointer}/{escape(token)}"
        at.scope = scope
        _enter_resource(at)
    return at


_OPAQUE_KEYWORDS = frozenset({"const", "enum", "default", "examples", "example"})


def _schemas(raw: Json, pointer: str) -> Iterator[tuple[dict[str, Json], str]]:
    """Everything that may be a schema in a document, without what is certainly data."""
    stack = [(raw, pointer, False)]
    while stack:
        value, at, names = stack.pop()
        if isinstance(value, dict):
            if not names:
                yield value, at
            for name, item in value.items():
                if isinstance(item, (dict, list)) and (names or name not in _OPAQUE_KEYWORDS):
                    inside = not names and name in (
                        "properties",
                        "patternProperties",
                        "$defs",
                        "definitions",
                    )
                    stack.append((item, f"{at}/{escape(name)}", inside))
        elif isinstance(value, list):
            stack.extend((item, f"{at}/{i}", False) for i, item in enumerate(value))


def _index(source: Source) -> dict[str, Resource]:
    if source.resources is None:
        found: dict[str, Resource] = {}
        for raw, pointer in _schemas(source.document.data, ""):
            if _identifier(raw, source.dialect) is not None:
                at = locate(source, pointer)
                found.setdefault(at.resource.uri, at.resource)
        source.resources = found
    return source.resources


def _own_schemas(resource: Resource) -> Iterator[tuple[dict[str, Json], str]]:
    """The schemas of one resource, without those of resources embedded in it."""
    source = resource.source
    root = step_through(source.document.data, tokens_of(resource.pointer))
    embedded = ""
    for raw, pointer in _schemas(root, resource.pointer):
        if embedded and pointer.startswith(embedded):
            continue
        if pointer != resource.pointer and _identifier(raw, source.dialect) is not None:
            embedded = pointer + "/"
            continue
        yield raw, pointer


@lru_cache(maxsize=512)
def _anchors(resource: Resource) -> dict[str, str]:
    """Plain-name anchors of one resource and the pointers they stand for."""
    found: dict[str, str] = {}
    for raw, pointer in _own_schemas(resource):
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(raw.get(keyword), str):
                found.setdefault(raw[keyword], pointer)
        for keyword in ("$id", "id"):
            name = raw.get(keyword)
            if isinstance(name, str) and name.startswith("#"):
                found.setdefault(name[1:], pointer)
    return found


_RECURSIVE = "\0recursive"


@lru_cache(maxsize=512)
def _dynamic_names(resource: Resource) -> dict[str, str]:
    """Dynamic anchors of one resource; ``$recursiveAnchor`` of its root under a reserved name."""
    source = resource.source
    if source.dialect.rules.openapi or source.dialect.rules.draft < 2019:
        return {}
    found: dict[str, str] = {}
    for raw, pointer in _own_schemas(resource):
        if isinstance(raw.get("$dynamicAnchor"), str):
            found.setdefault(raw["$dynamicAnchor"], pointer)
        if raw.get("$recursiveAnchor") is True and pointer == resource.pointer:
            found[_RECURSIVE] = pointer
    return found


class Unresolved(LookupError):
    """A reference that leads nowhere we may go; the message is the reason."""


def follow(at: Location, ref: Json, sources: Sources) -> Location:
    """The schema that a ``$ref`` leads to.

    Raises:
        Unresolved: nothing there, or not reachable.
    """
    if not isinstance(ref, str):
        raise Unresolved("the reference is not a string")
    resource, fragment = _resource_for(at, ref, sources)
    try:
        if fragment == "" or fragment.startswith("/"):
            found = locate(resource.source, resource.pointer + fragment, at.scope)
        elif (anchor := _anchors(resource).get(fragment)) is not None:
            found = locate(resource.source, anchor, at.scope)
        else:
            raise Unresolved(f"there is no anchor {fragment!r}")
    except Unresolved:
        raise
    except LookupError:
        raise Unresolved(f"{ref!r} points to nothing") from None
    found.scope = _scope_with(_scope_with(at.scope, resource), found.resource)
    if found.resource.source is at.resource.source and not at.resource.source.resources:
        found.dialect = at.dialect if "$schema" not in _dict(found.raw) else found.dialect
    return found


def _dict(raw: Json) -> dict[str, Json]:
    return raw if isinstance(raw, dict) else {}


def _resource_for(at: Location, ref: str, sources: Sources) -> tuple[Resource, str]:
    address, _, fragment = ref.partition("#")
    fragment = unquote(fragment)
    if not address:
        return at.resource, fragment
    uri = urljoin(at.resource.uri, address) if at.resource.uri else address
    if uri == at.resource.uri:
        return at.resource, fragment
    for source in (at.resource.source, *sources.known()):
        known = _index(source).get(uri) or _index(source).get(address)
        if known is not None:
            return known, fragment
    meta = sources.metaschema(uri)
    if meta is not None:
        return meta, fragment
    outside = sources.outside(at, ref)
    return Resource(outside[0], "", ""), outside[1]


def follow_dynamic(at: Location, keyword: str, ref: Json, sources: Sources) -> Location:
    """The schema that ``$dynamicRef`` or ``$recursiveRef`` leads to in this dynamic scope.

    Raises:
        Unresolved: nothing there, or not reachable.
    """
    static = follow(at, ref, sources)
    if keyword == "$recursiveRef":
        name = _RECURSIVE if _dict(static.raw).get("$recursiveAnchor") is True else ""
    else:
        name = unquote(str(ref).partition("#")[2])
        if _dict(static.raw).get("$dynamicAnchor") != name:
            name = ""
    if not name or name.startswith("/"):
        return static
    for resource in static.scope:
        target = _dynamic_names(resource).get(name)
        if target is not None:
            found = locate(resource.source, target, at.scope)
            found.scope = _scope_with(static.scope, found.resource)
            return found
    return static


class Sources:
    """The documents of one comparison."""

    def __init__(self) -> None:
        self._sources: dict[int, Source] = {}
        self._metaschemas: dict[str, Source] = {}

    def known(self) -> tuple[Source, ...]:
        """Metaschemas met so far: they refer to each other by URI."""
        return tuple(self._metaschemas.values())

    def of(self, document: SchemaDocument, references: References | None, d: Dialect) -> Source:
        """The source of a document; the same one every time."""
        source = self._sources.get(id(document))
        if source is None:
            named = dialect_of(_dict(document.data).get("$schema")) or d
            source = Source(document, references, len(self._sources), named)
            self._sources[id(document)] = source
        return source

    def start(self, schema: SchemaAt) -> Location:
        """The location of a schema given from outside.

        Raises:
            LookupError: its pointer leads nowhere.
        """
        source = self.of(schema.document, schema.references, schema.dialect)
        at = locate(source, schema.pointer)
        if "$schema" not in _dict(at.raw) and "$schema" not in _dict(source.document.data):
            at.dialect = schema.dialect
        return at

    def outside(self, at: Location, ref: str) -> tuple[Source, str]:
        """A reference into another file, through the document's resolver."""
        source = at.resource.source
        from contracts.documents import Document, Resolver
        from contracts.errors import ContractError

        if source.references is None:
            if not isinstance(source.document, Document):
                raise Unresolved(f"{ref!r} leads to another document")
            source.references = Resolver(source.document)

        try:
            document, pointer = source.references.resolve(ref, at.pointer, within=source.document)
        except ContractError as error:
            raise Unresolved(error.message) from None
        return self.of(document, source.references, at.dialect), pointer

    def metaschema(self, uri: str) -> Resource | None:
        """One of the published metaschemas, which need no network."""
        if "json-schema.org/" not in uri:
            return None
        source = self._metaschemas.get(uri)
        if source is None:
            from jsonschema_specifications import REGISTRY

            contents = REGISTRY.get(uri) or REGISTRY.get(uri + "#")
            if contents is None:
                return None
            document = _Published(contents.contents, uri)
            source = self.of(document, None, Dialect.DRAFT202012)
            self._metaschemas[uri] = source
        return Resource(source, "", uri)


class _Published:
    """A metaschema as a document."""

    def __init__(self, data: Json, name: str) -> None:
        self.data = data
        self.name = name

    def place(self, pointer: str) -> Place:
        """Its pointer; there are no lines."""
        return Place(pointer, None, self.name)
