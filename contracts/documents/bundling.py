"""Several files → one document, with every reference inside it.

Each file that is pulled in stands whole under ``/x-interlock/<path below the root>``; references
to it are rewritten; nothing is inlined, so cycles between files stay cycles of references, and
sharing stays sharing. Lines and names of the original files remain known to the document.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from contracts.documents import pointer
from contracts.documents.document import Document
from contracts.documents.limits import Limits
from contracts.documents.references import Resolver, objects
from contracts.errors import ReferenceUnresolved
from contracts.late_patterns import late
from contracts.verdict import Json

if TYPE_CHECKING:
    from pathlib import Path

SCHEME = "interlock:"
"""Begins the address of a published contract, which a registry resolves and nobody else."""
BUNDLED = "x-interlock"
"""The member of the root object that holds the files; an extension in every format.

Not ``x-bundled``: schemathesis bundles there itself and takes references there for its own.
"""


_REF_OUTWARD = late(rb"\$ref[\"']?\s*:\s*[\"']?[^#\"'\s{]")
"""A reference that may leave the document, in JSON or YAML text (``{``: a property's schema)."""


def bundle(
    document: Document,
    root: Path | None = None,
    *,
    strict: bool = False,
    published: Collection[str] = (),
    limits: Limits = Limits(),  # noqa: B008
) -> Document:
    """One document that needs no other file; the document itself if it needs none already.

    References that lead to the network, out of ``root`` or to nothing stay as they are, to be
    judged where they matter; so do those to published contracts, by their address or by one of
    the names in ``published``.

    Raises:
        ReferenceUnresolved: ``strict``, and a reference cannot be pulled in (the published
            metaschemas need not be).
    """
    if not isinstance(document.data, dict) or not _REF_OUTWARD.search(document.raw):
        return document
    required = _Everything() if strict else ()
    return _Bundle(Resolver(document, root, limits=limits), required, published).build()


def bundled(resolver: Resolver, required: Collection[str]) -> Document:
    """The resolver's document with every document that it opens inside.

    Raises:
        ReferenceUnresolved: a reference to one of the ``required`` addresses leads to nothing.
    """
    if not isinstance(resolver.document.data, dict):
        return resolver.document
    return _Bundle(resolver, required, None).build()


class _Everything(Collection[str]):
    """Every address but those of the published metaschemas."""

    def __contains__(self, address: object) -> bool:
        return "json-schema.org/" not in str(address)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class _Bundle:
    """``published``: names that are left alone, None to resolve these too."""

    def __init__(
        self, resolver: Resolver, required: Collection[str], published: Collection[str] | None
    ) -> None:
        self._resolver = resolver
        self._required = required
        self._published = published
        self._keys: dict[int, str] = {}
        self._queue: list[Document] = []

    def build(self) -> Document:
        main = self._resolver.document
        data = self._rewritten(main)
        files: dict[str, Json] = {}
        origins: dict[str, tuple[Document, str]] = {}
        for document in self._queue:  # grows while files are rewritten
            key = self._keys[id(document)]
            files[key] = _anonymous(self._rewritten(document))
            origins[pointer.join("", BUNDLED, key)] = (document, "")
        if not files:
            return main
        assert isinstance(data, dict)
        origins[""] = (main, "")
        merged = {**data, BUNDLED: {**data.get(BUNDLED, {}), **files}}
        return Document(merged, name=main.name, syntax=main.syntax, path=main.path, origins=origins)

    def _rewritten(self, document: Document) -> Json:
        """The values of a file with references as they must read in the bundle."""
        if b"$ref" not in document.raw:
            return document.data
        own = self._keys.get(id(document))
        changes: dict[str, str] = {}
        nested: set[str] = set()
        for schema, at in objects(document.data):
            if at and _has_base(schema, document.data):
                nested.add(at)
            ref = schema.get("$ref")
            if isinstance(ref, str):
                if ref.startswith("#") and nested and _inside(at, nested):
                    continue  # it speaks of the resource that it stands in
                new = self._reference(ref, at, document, own)
                if new != ref:
                    changes[pointer.join(at, "$ref")] = new
        return _replaced(document.data, changes)

    def _reference(self, ref: str, at: str, document: Document, own: str | None) -> str:
        address = ref.partition("#")[0]
        if not address and own is None:
            return ref
        left = self._published
        if address and left is not None and (address.startswith(SCHEME) or address in left):
            return ref
        try:
            target, where = self._resolver.resolve(ref, at, within=document)
        except ReferenceUnresolved:
            named = self._named(ref, at, document)
            if named is None and address in self._required:
                raise
            return named or ref
        if target is self._resolver.document:
            return pointer.to_fragment(where)
        return pointer.to_fragment(pointer.join("", BUNDLED, self._key(target)) + where)

    def _named(self, ref: str, at: str, document: Document) -> str | None:
        """A reference to a definition that the file knows by name: Avro, Protocol Buffers."""
        address, _, fragment = ref.partition("#")
        name = pointer.from_fragment(fragment).lstrip("/")
        if not address or not name:
            return None
        try:
            target, _ = self._resolver.resolve(address, at, within=document)
        except ReferenceUnresolved:
            return None
        if target is self._resolver.document or not _defines(target, name):
            return None
        return pointer.to_fragment(pointer.join("", BUNDLED, self._key(target), name))

    def _key(self, document: Document) -> str:
        key = self._keys.get(id(document))
        if key is None:
            key = self._resolver.key_of(document)
            self._keys[id(document)] = key
            self._queue.append(document)
        return key


_AVRO = frozenset({"record", "enum", "fixed", "error"})


def _defines(document: Document, name: str) -> bool:
    """Whether a file defines a type by its name and not by where it stands."""
    short = name.rpartition(".")[2]
    if document.syntax == "proto":
        return any(f".{name}".endswith(f".{own}") for own in document.data["messages"])
    defined = (one for one, _ in objects(document.data) if str(one.get("type")) in _AVRO)
    return any(one.get("name") in (name, short) for one in defined)


def _inside(at: str, places: set[str]) -> bool:
    """Whether a pointer leads to one of the places, or below."""
    while at and at not in places:
        at = at.rpartition("/")[0]
    return bool(at)


def _has_base(schema: dict[str, Json], root: Json) -> bool:
    """Whether a schema is a resource of its own (2020-12 core 8.2.1; ``id`` in draft 4)."""
    name = schema.get("$id")
    if name is None and isinstance(root, dict) and "draft-04" in str(root.get("$schema")):
        name = schema.get("id")
    return isinstance(name, str) and not name.startswith("#")


def _replaced(data: Json, changes: dict[str, str]) -> Json:
    """A copy along the changed paths; everything else is shared with the original."""
    if not changes:
        return data
    copies: dict[str, Json] = {"": _copy(data)}
    for at, text in changes.items():
        tokens = pointer.split(at)
        here, value = "", copies[""]
        for token in tokens[:-1]:
            here = pointer.join(here, token)
            index: str | int = token if isinstance(value, dict) else int(token)
            if here not in copies:
                copies[here] = _copy(value[index])
                value[index] = copies[here]
            value = copies[here]
        value[tokens[-1]] = text
    return copies[""]


def _anonymous(data: Json) -> Json:
    """Without the ``$id`` of the file, which would make the bundle's pointers relative to it."""
    if not isinstance(data, dict):
        return data
    name = "id" if "draft-04" in str(data.get("$schema")) else "$id"
    if isinstance(data.get(name), str):
        return {keyword: value for keyword, value in data.items() if keyword != name}
    return data


def _copy(value: Json) -> Json:
    return value.copy() if isinstance(value, (dict, list)) else value
