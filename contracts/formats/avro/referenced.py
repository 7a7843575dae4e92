"""Named types that other Avro documents define, written in where they are first used.

Source: Apache Avro 1.12.0 specification, Names: a name is defined before it is used, once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.documents import Document, pointer
from contracts.documents.published import Published
from contracts.errors import InvalidContract
from contracts.formats.avro.schema import DEEPEST, PRIMITIVES
from contracts.lean_dataclasses import dataclass, field
from contracts.verdict import Json

_INNER = ("items", "values")


@dataclass(frozen=True, slots=True)
class Definition:
    """A named type as it stands in a referenced document."""

    document: Document
    at: str
    space: str
    """The namespace around it."""


def bundle_avro(document: Document, published: Mapping[str, Published]) -> Document:
    """One schema that defines every type it uses; itself if it uses no other document's.

    Raises:
        InvalidContract: two referenced documents define one name differently, or a schema is
            nested too deeply.
    """
    known: dict[str, Definition] = {}
    for one in published.values():
        for full, definition in _definitions(one.document):
            other = known.setdefault(full, definition)
            if other.document.get(other.at) != definition.document.get(definition.at):
                raise InvalidContract(
                    f"{other.document.name} and {definition.document.name} define {full} "
                    "differently; refer to one of them",
                    source=document.name,
                )
    writing = _Writing(known)
    own = {full for full, _ in _definitions(document)}
    writing.defined |= own
    data = writing.schema(document, document.data, "", "", "", 0)
    if not writing.origins:
        return document
    origins = {"": (document, ""), **writing.origins}
    return Document(data, name=document.name, syntax="json", path=document.path, origins=origins)


def named_type(document: Document, name: str, at: str = "") -> Document | None:
    """One named type of a document as a schema of its own; None if there is none of that name.

    ``at``: where the schemas stand in the document.

    Raises:
        InvalidContract: it is nested too deeply.
    """
    known = dict(_definitions(document, at))
    full = next((full for full in known if name in (full, full.rpartition(".")[2])), None)
    if full is None:
        return None
    found = known[full]
    writing = _Writing(known)
    data = writing.named(full, "", "", 0)
    origins = {**writing.origins, "": (document, found.at)}
    return Document(data, name=document.name, syntax="json", path=document.path, origins=origins)


@dataclass(slots=True)
class _Writing:
    known: Mapping[str, Definition]
    defined: set[str] = field(default_factory=set)
    origins: dict[str, tuple[Document, str]] = field(default_factory=dict)

    def schema(
        self, source: Document, value: Json, was: str, at: str, space: str, depth: int
    ) -> Json:
        """A schema that stood at ``was`` of its source, as it must read at ``at``."""
        if depth > DEEPEST:
            raise InvalidContract(
                f"Avro schemas nested deeper than {DEEPEST}; name them apart",
                source=source.name,
                pointer=was,
            )
        if isinstance(value, str):
            return self.named(value, at, space, depth)
        if isinstance(value, list):
            return [
                self.schema(
                    source, part, pointer.join(was, n), pointer.join(at, n), space, depth + 1
                )
                for n, part in enumerate(value)
            ]
        if not isinstance(value, dict):
            return value
        return self._object(source, value, was, at, space, depth)

    def _object(
        self, source: Document, value: dict[str, Json], was: str, at: str, space: str, depth: int
    ) -> Json:
        kind = value.get("type")
        named = _full_name(value, space)
        inner_space = _space(value, space) if named else space
        changed = dict(value)
        for key in ("type", *_INNER):
            if key in value and (key != "type" or not isinstance(kind, str) or named is None):
                changed[key] = self.schema(
                    source,
                    value[key],
                    pointer.join(was, key),
                    pointer.join(at, key),
                    inner_space,
                    depth + 1,
                )
        listed = value.get("fields")
        if named and isinstance(listed, list):
            changed["fields"] = [
                self._field(
                    source,
                    member,
                    pointer.join(was, "fields", n),
                    pointer.join(at, "fields", n),
                    inner_space,
                    depth,
                )
                for n, member in enumerate(listed)
            ]
        return changed

    def _field(
        self, source: Document, member: Json, was: str, at: str, space: str, depth: int
    ) -> Json:
        if not isinstance(member, dict) or "type" not in member:
            return member
        inner = self.schema(
            source,
            member["type"],
            pointer.join(was, "type"),
            pointer.join(at, "type"),
            space,
            depth + 1,
        )
        return {**member, "type": inner}

    def named(self, name: str, at: str, space: str, depth: int) -> Json:
        """The name, or its definition where it is used for the first time."""
        if name in PRIMITIVES:
            return name
        candidates = [name] if "." in name or not space else [f"{space}.{name}", name]
        if any(full in self.defined for full in candidates):
            return name
        full = next((full for full in candidates if full in self.known), None)
        if full is None:
            return name
        found = self.known[full]
        value = found.document.get(found.at)
        self.defined.update(name for name, _ in _definitions(found.document, found.at, found.space))
        self.origins[at] = (found.document, found.at)
        written = self.schema(found.document, value, found.at, at, found.space, depth + 1)
        space, _, short = full.rpartition(".")
        return {**written, "name": short, "namespace": space}


def _definitions(
    document: Document, at: str = "", space: str = ""
) -> Iterator[tuple[str, Definition]]:
    """Every named type of a document under its full name."""
    stack: list[tuple[str, Json, str, int]] = [(at, document.get(at), space, 0)]
    while stack:
        here, value, around, depth = stack.pop()
        if depth > DEEPEST:
            continue
        if isinstance(value, list):
            stack.extend(
                (pointer.join(here, n), part, around, depth + 1) for n, part in enumerate(value)
            )
        if not isinstance(value, dict):
            continue
        full = _full_name(value, around)
        inner = around
        if full is not None:
            yield full, Definition(document, here, around)
            inner = _space(value, around)
        stack.extend(
            (pointer.join(here, key), value[key], inner, depth + 1)
            for key in ("type", *_INNER)
            if isinstance(value.get(key), dict | list)
        )
        listed = value.get("fields")
        for n, member in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(member, dict) and isinstance(member.get("type"), dict | list):
                stack.append(
                    (pointer.join(here, "fields", n, "type"), member["type"], inner, depth + 1)
                )


def _full_name(value: Mapping[str, Json], space: str) -> str | None:
    name = value.get("name")
    if value.get("type") not in {"record", "error", "enum", "fixed"} or not isinstance(name, str):
        return None
    if "." in name:
        return name
    around = _space(value, space)
    return f"{around}.{name}" if around else name


def _space(value: Mapping[str, Json], space: str) -> str:
    name, stated = value.get("name"), value.get("namespace")
    if isinstance(name, str) and "." in name:
        return name.rpartition(".")[0]
    return stated if isinstance(stated, str) else space
