"""Documents as sources of schemas: resources, identifiers, anchors (2020-12 core §4.3.5, §8.2)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import urldefrag

from contracts.lean_dataclasses import dataclass, field
from contracts.schema.dialects import Dialect
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


@dataclass(eq=False, slots=True)
class Source:
    """A document as the engine keeps it during a comparison."""

    document: Any
    references: References | None
    number: int
    dialect: Dialect
    resources: dict[str, Resource] | None = None
    followed: dict[Any, Any] = field(default_factory=dict)
    """Where local references lead, as far as somebody has followed them."""

    @property
    def scopes(self) -> bool:
        """Whether its references may depend on how a schema was reached."""
        rules = self.dialect.rules
        return rules.draft >= 2019 and not rules.openapi

    @property
    def bundle(self) -> bool:
        """Whether it holds other files, to which it refers from its root."""
        return bool(getattr(self.document, "origins", None))


@dataclass(frozen=True, slots=True)
class Resource:
    """A schema resource (2020-12 core §4.3.5): the root that ``#`` and anchors refer to."""

    source: Source
    pointer: str
    uri: str


def escape(token: str) -> str:
    """A reference token of RFC 6901."""
    if "/" in token or "~" in token:
        return token.replace("~", "~0").replace("/", "~1")
    return token


def tokens_of(pointer: str) -> list[str]:
    """The reference tokens of an RFC 6901 pointer."""
    parts = pointer.split("/")[1:]
    if "~" in pointer:
        return [part.replace("~1", "/").replace("~0", "~") for part in parts]
    return parts


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


def identifier(raw: Json, dialect: Dialect) -> str | None:
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


_OPAQUE_KEYWORDS = frozenset({"const", "enum", "default", "examples", "example"})


def schemas_in(raw: Json, pointer: str) -> Iterator[tuple[dict[str, Json], str]]:
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


def _own_schemas(resource: Resource) -> Iterator[tuple[dict[str, Json], str]]:
    """The schemas of one resource, without those of resources embedded in it."""
    source = resource.source
    root = step_through(source.document.data, tokens_of(resource.pointer))
    embedded = ""
    for raw, pointer in schemas_in(root, resource.pointer):
        if embedded and pointer.startswith(embedded):
            continue
        if pointer != resource.pointer and identifier(raw, source.dialect) is not None:
            embedded = pointer + "/"
            continue
        yield raw, pointer


@lru_cache(maxsize=512)
def anchors(resource: Resource) -> dict[str, str]:
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


RECURSIVE = "\0recursive"


@lru_cache(maxsize=512)
def dynamic_names(resource: Resource) -> dict[str, str]:
    """Dynamic anchors of one resource; ``$recursiveAnchor`` of its root under a reserved name."""
    source = resource.source
    if not source.scopes:
        return {}
    found: dict[str, str] = {}
    for raw, pointer in _own_schemas(resource):
        if isinstance(raw.get("$dynamicAnchor"), str):
            found.setdefault(raw["$dynamicAnchor"], pointer)
        if raw.get("$recursiveAnchor") is True and pointer == resource.pointer:
            found[RECURSIVE] = pointer
    return found
