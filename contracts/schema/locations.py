"""Where a schema stands: the document, its resource and the dynamic scope it was reached in."""

from __future__ import annotations

from urllib.parse import urljoin

from contracts.lean_dataclasses import dataclass
from contracts.schema.dialects import Dialect, dialect_of
from contracts.schema.resources import (
    References,
    Resource,
    SchemaDocument,
    Source,
    dynamic_names,
    escape,
    identifier,
    step_through,
    tokens_of,
)
from contracts.verdict import Json, Place


@dataclass(frozen=True, slots=True)
class SchemaAt:
    """A schema where it stands: the document, an RFC 6901 pointer and the dialect in force."""

    document: SchemaDocument
    pointer: str
    dialect: Dialect
    references: References | None = None


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
        if not self.scope:
            return (self.resource.source.number, self.pointer, ())
        scope = tuple((r.source.number, r.pointer) for r in self.scope)
        return (self.resource.source.number, self.pointer, scope)

    def place(self, *tokens: str | int) -> Place:
        """Where it stands, for the reader of a report."""
        place: Place = self.resource.source.document.place(self.pointer_to(*tokens))
        return place

    def pointer_to(self, *tokens: str | int) -> str:
        """The pointer to something inside."""
        found = self.pointer
        for token in tokens:
            found = f"{found}/{escape(token) if isinstance(token, str) else token}"
        return found

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


def _enter_resource(at: Location) -> None:
    raw = at.raw
    if not isinstance(raw, dict):
        return
    if "$schema" in raw and isinstance(raw["$schema"], str):
        at.dialect = dialect_of(raw["$schema"]) or at.dialect
    name = identifier(raw, at.dialect)
    if name is not None and at.pointer != at.resource.pointer:
        uri = urljoin(at.resource.uri, name)
        at.resource = Resource(at.resource.source, at.pointer, uri)
    elif name is not None and not at.resource.uri:
        at.resource = Resource(at.resource.source, at.pointer, name)
    at.scope = scope_with(at.scope, at.resource)


def scope_with(scope: tuple[Resource, ...], resource: Resource) -> tuple[Resource, ...]:
    if not resource.source.scopes or not dynamic_names(resource):
        return scope
    here = (resource.source.number, resource.pointer)
    if any((r.source.number, r.pointer) == here for r in scope):
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
