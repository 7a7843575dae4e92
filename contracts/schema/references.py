"""Where references lead: within a document, to metaschemas, into other files, by dynamic scope."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urljoin

from contracts.schema.dialects import Dialect, dialect_of
from contracts.schema.locations import Location, SchemaAt, locate, scope_with
from contracts.schema.resources import (
    RECURSIVE,
    References,
    Resource,
    SchemaDocument,
    Source,
    anchors,
    dynamic_names,
    identifier,
    schemas_in,
)
from contracts.verdict import Json, Place

_BUNDLED = "/x-interlock/"
"""Where a bundle holds other files (:mod:`contracts.documents.bundling`)."""


class Unresolved(LookupError):
    """A reference that leads nowhere we may go; the message is the reason."""


class Elsewhere(Unresolved):
    """A reference to another document that cannot be had; ``address`` is the same for the same."""

    def __init__(self, reason: str, address: tuple[str, str]) -> None:
        super().__init__(reason)
        self.address = address


def _address(at: Location, ref: str) -> tuple[str, str]:
    """What a reference names, and the file beside which it is, if that matters."""
    uri = urljoin(at.resource.uri, ref) if at.resource.uri else ref
    return uri, "" if "://" in uri else at.place().file


def _index(source: Source) -> dict[str, Resource]:
    if source.resources is None:
        found: dict[str, Resource] = {}
        for raw, pointer in schemas_in(source.document.data, ""):
            if identifier(raw, source.dialect) is not None:
                at = locate(source, pointer)
                found.setdefault(at.resource.uri, at.resource)
        source.resources = found
        source.followed.clear()
    return source.resources


def follow(at: Location, ref: Json, sources: Sources) -> Location:
    """The schema that a ``$ref`` leads to.

    Raises:
        Unresolved: nothing there, or not reachable.
    """
    if not isinstance(ref, str):
        raise Unresolved("the reference is not a string")
    if not ref.startswith("#") or at.scope or at.resource.source.scopes:
        return _followed(at, ref, sources)
    known, name = (
        at.resource.source.followed,
        (at.resource.pointer, at.resource.uri, at.dialect, ref),
    )
    if name not in known:
        known[name] = _followed(at, ref, sources)
    found: Location = known[name]
    return found


def _followed(at: Location, ref: str, sources: Sources) -> Location:
    resource, fragment = _resource_for(at, ref, sources)
    try:
        if fragment == "" or fragment.startswith("/"):
            found = locate(resource.source, resource.pointer + fragment, at.scope)
        elif (anchor := anchors(resource).get(fragment)) is not None:
            found = locate(resource.source, anchor, at.scope)
        else:
            raise Unresolved(f"there is no anchor {fragment!r}")
    except Unresolved:
        raise
    except LookupError:
        raise Unresolved(f"{ref!r} points to nothing") from None
    found.scope = scope_with(scope_with(at.scope, resource), found.resource)
    if found.resource.source is at.resource.source and not at.resource.source.resources:
        found.dialect = at.dialect if "$schema" not in _dict(found.raw) else found.dialect
    return found


def _dict(raw: Json) -> dict[str, Json]:
    return raw if isinstance(raw, dict) else {}


def _resource_for(at: Location, ref: str, sources: Sources) -> tuple[Resource, str]:
    address, _, fragment = ref.partition("#")
    fragment = unquote(fragment)
    if not address:
        inside = at.resource.source.bundle and fragment.startswith(_BUNDLED)
        return (_whole(at.resource.source) if inside else at.resource), fragment
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


def _whole(source: Source) -> Resource:
    """A document as one resource, whatever ``$id`` it has inside."""
    return Resource(source, "", "")


def follow_dynamic(at: Location, keyword: str, ref: Json, sources: Sources) -> Location:
    """The schema that ``$dynamicRef`` or ``$recursiveRef`` leads to in this dynamic scope.

    Raises:
        Unresolved: nothing there, or not reachable.
    """
    static = follow(at, ref, sources)
    if keyword == "$recursiveRef":
        name = RECURSIVE if _dict(static.raw).get("$recursiveAnchor") is True else ""
    else:
        name = unquote(str(ref).partition("#")[2])
        if _dict(static.raw).get("$dynamicAnchor") != name:
            name = ""
    if not name or name.startswith("/"):
        return static
    for resource in static.scope:
        target = dynamic_names(resource).get(name)
        if target is not None:
            found = locate(resource.source, target, at.scope)
            found.scope = scope_with(static.scope, found.resource)
            return found
    return static


class Sources:
    """The documents of one comparison."""

    def __init__(self) -> None:
        self._sources: dict[int, Source] = {}
        self._metaschemas: dict[str, Source] = {}
        self.answers: dict[Any, Any] = {}
        """What has been found out about their schemas, for the next one who asks."""

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
                raise Elsewhere(f"{ref!r} leads to another document", _address(at, ref))
            source.references = Resolver(source.document)

        try:
            document, pointer = source.references.resolve(ref, at.pointer, within=source.document)
        except ContractError as error:
            raise Elsewhere(error.message, _address(at, ref)) from None
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
