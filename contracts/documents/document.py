"""A document that has been read: its values, its identity and where everything stands."""

from __future__ import annotations

import os.path
from collections.abc import Mapping
from typing import Protocol

from contracts.digest import sha256
from contracts.documents import pointer as pointers
from contracts.documents.canonical import canonical_json
from contracts.errors import ReferenceUnresolved
from contracts.verdict import Json, Place


class Positions(Protocol):
    """Knows the lines of one text."""

    def line(self, tokens: tuple[str, ...]) -> int | None:
        """The one-based line of a value, or of its nearest ancestor that exists."""


class Document:
    """Values with their source. The values are shared and must not be changed.

    ``syntax`` is ``json`` or ``yaml`` for text and ``data`` for values that were given parsed;
    ``size`` is in bytes; ``path`` is the file it was read from, if any; ``origins`` says for a
    bundle which other document a part of it came from; ``repeated`` says which name a JSON
    object has twice, where the last one counts.
    """

    __slots__ = (
        "_found",
        "_positions",
        "_raw",
        "_sha256",
        "data",
        "name",
        "origins",
        "path",
        "repeated",
        "syntax",
    )

    def __init__(
        self,
        data: Json,
        *,
        name: str,
        syntax: str,
        raw: bytes | None = None,
        path: str | None = None,
        origins: Mapping[str, tuple[Document, str]] | None = None,
        repeated: str = "",
    ) -> None:
        self.data = data
        self.name = name
        self.syntax = syntax
        self.path = path
        self.origins = origins or {}
        self.repeated = repeated
        self._found: dict[str, Json] = {}
        self._raw = raw
        self._sha256: str | None = None
        self._positions: Positions | None = None

    def __repr__(self) -> str:
        return f"Document({self.name!r}, {self.syntax})"

    @property
    def raw(self) -> bytes:
        """The bytes as they were read; canonical JSON for values that were given parsed."""
        return canonical_json(self.data) if self._raw is None else self._raw

    @property
    def size(self) -> int:
        """Bytes of :attr:`raw`."""
        return len(self.raw)

    @property
    def sha256(self) -> str:
        """Hexadecimal SHA-256 of :attr:`raw`: the identity of the content."""
        if self._sha256 is None:
            self._sha256 = sha256(self.raw)
        return self._sha256

    def get(self, pointer: str) -> Json:
        """The value at a JSON pointer (RFC 6901).

        Raises:
            ReferenceUnresolved: nothing stands there.
        """
        known = self._found.get(pointer)
        if known is not None:
            return known
        try:
            found = pointers.resolve(self.data, pointers.split(pointer))
            self._found[pointer] = found
            return found
        except LookupError:
            raise ReferenceUnresolved(
                "nothing stands there; check the pointer's spelling",
                source=self.name,
                pointer=pointer,
            ) from None

    def find(self, pointer: str, default: Json = None) -> Json:
        """The value at a JSON pointer, or ``default``."""
        try:
            return pointers.resolve(self.data, pointers.split(pointer))
        except LookupError:
            return default

    def line(self, pointer: str) -> int | None:
        """The line of a member's name or an item; of the nearest ancestor if it is missing.

        Positions are computed when first asked for. None for values without a text.
        """
        part = self._origin(pointer)
        if part is not None:
            document, inner = part
            return document.line(inner)
        if self._raw is None:
            return None
        if self._positions is None:
            self._positions = self._find_positions(self._raw)
        return self._positions.line(pointers.split(pointer))

    def place(self, pointer: str) -> Place:
        """Pointer, line, source and value of a spot; the value is None if nothing is there.

        For a part of a bundle, pointer, line and source are those of the original file.
        """
        part = self._origin(pointer)
        document, inner = part or (self, pointer)
        file = ""
        if document.path and self.path and document.path != self.path:
            file = os.path.relpath(document.path, os.path.dirname(self.path)).replace(os.sep, "/")  # noqa: PTH120
        return Place(inner, document.line(inner), document.name, self.find(pointer), file)

    def original(self, source: str | None) -> Document | None:
        """The document of that name that :meth:`place` speaks of; itself or one it came from."""
        if source == self.name:
            whole = self.origins.get("")
            return whole[0] if whole is not None else self
        return next((d for d, _ in self.origins.values() if d.name == source), None)

    def file(self, pointer: str) -> Document:
        """The document of the file in which a spot stands: itself, but for parts of a bundle."""
        part = self._origin(pointer)
        return self if part is None else part[0]

    def amended(self, data: Json, origins: Mapping[str, tuple[Document, str]]) -> Document:
        """The same document with other values; ``origins`` says where new parts stand."""
        document = Document(
            data,
            name=self.name,
            syntax=self.syntax,
            raw=self._raw,
            path=self.path,
            origins={**self.origins, **origins},
        )
        document._sha256 = self.sha256
        return document

    def _origin(self, pointer: str) -> tuple[Document, str] | None:
        if not self.origins:
            return None
        prefix = pointer
        while prefix not in self.origins:
            if not prefix:
                return None
            prefix = pointers.parent(prefix)
        document, base = self.origins[prefix]
        inner = base + pointer[len(prefix) :]
        return document._origin(inner) or (document, inner)

    def _find_positions(self, raw: bytes) -> Positions:
        if self.syntax == "json":
            from contracts.documents.json_positions import JsonPositions

            return JsonPositions(raw, self.data)
        if self.syntax == "proto":
            from contracts.documents.proto_syntax import ProtoPositions

            return ProtoPositions(raw, self.name)
        from contracts.documents.yaml_positions import YamlPositions

        return YamlPositions(raw, self.data)
