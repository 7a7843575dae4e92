"""Several files → one document, with every reference inside it.

Each file that is pulled in stands whole under ``/x-bundled/<path below the root>``, and references
to it are rewritten; nothing is inlined, so cycles between files stay cycles of references, and
sharing stays sharing. Lines and names of the original files remain known to the document.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from contracts.documents import pointer
from contracts.documents.document import Document
from contracts.documents.limits import Limits
from contracts.documents.references import Resolver, objects
from contracts.errors import ReferenceUnresolved
from contracts.verdict import Json

if TYPE_CHECKING:
    from pathlib import Path

BUNDLED = "x-bundled"
"""The member of the root object that holds the files; an extension in every format."""


_REF_OUTWARD = re.compile(rb"\$ref[\"']?\s*:\s*[\"']?[^#\"'\s]")
"""A reference that may leave the document, in JSON or YAML text."""


def bundle(
    document: Document,
    root: Path | None = None,
    *,
    strict: bool = False,
    limits: Limits = Limits(),  # noqa: B008
) -> Document:
    """One document that needs no other file; the document itself if it needs none already.

    References that lead to the network, out of ``root`` or to nothing stay as they are, to be
    judged where they matter.

    Raises:
        ReferenceUnresolved: ``strict``, and a reference cannot be pulled in (the published
            metaschemas need not be).
    """
    if not isinstance(document.data, dict) or not _REF_OUTWARD.search(document.raw):
        return document
    return _Bundle(Resolver(document, root, limits=limits), strict=strict).build()


class _Bundle:
    def __init__(self, resolver: Resolver, *, strict: bool) -> None:
        self._resolver = resolver
        self._strict = strict
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
        for schema, at in objects(document.data):
            ref = schema.get("$ref")
            if isinstance(ref, str):
                new = self._reference(ref, at, document, own)
                if new != ref:
                    changes[pointer.join(at, "$ref")] = new
        return _replaced(document.data, changes)

    def _reference(self, ref: str, at: str, document: Document, own: str | None) -> str:
        if ref.startswith("#") and own is None:
            return ref
        try:
            target, where = self._resolver.resolve(ref, at, within=document)
        except ReferenceUnresolved:
            if self._strict and "json-schema.org/" not in ref:
                raise
            return ref
        if target is self._resolver.document:
            return pointer.to_fragment(where)
        return pointer.to_fragment(pointer.join("", BUNDLED, self._key(target)) + where)

    def _key(self, document: Document) -> str:
        key = self._keys.get(id(document))
        if key is None:
            path = self._resolver.path_of(document)
            main = self._resolver.path_of(self._resolver.document)
            assert path is not None
            assert main is not None
            key = os.path.relpath(path, main.parent).replace(os.sep, "/")
            self._keys[id(document)] = key
            self._queue.append(document)
        return key


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
    if isinstance(data, dict) and isinstance(data.get("$id"), str):
        return {name: value for name, value in data.items() if name != "$id"}
    return data


def _copy(value: Json) -> Json:
    return value.copy() if isinstance(value, (dict, list)) else value
