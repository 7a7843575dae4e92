"""Where a ``$ref`` leads: inside a document or into a file beside it, never to the network.

RFC 3986 references with JSON pointers (RFC 6901) or plain-name anchors as fragments. Files are
read only below one root directory, after symbolic links have been resolved. References between
schema *resources* (``$id`` scopes, dynamic anchors) are the schema engine's matter; here an
absolute ``$id`` is only recognised so that a bundled copy is found instead of the network.
"""

from __future__ import annotations

import os.path
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from contracts.documents import pointer
from contracts.documents.document import Document
from contracts.documents.limits import Limits
from contracts.documents.loading import load
from contracts.errors import DocumentUnreadable, ReferenceUnresolved
from contracts.verdict import Json

if TYPE_CHECKING:
    from pathlib import Path

MOST_FILES = 10_000
"""Files that one document may pull in."""

_OPAQUE = frozenset({"const", "default", "enum", "example", "examples", "value"})
_NAMED = frozenset(
    {
        *("$defs", "definitions", "dependentSchemas", "patternProperties", "properties"),
        *("schemas", "responses", "parameters", "headers", "requestBodies", "securitySchemes"),
        *("links", "callbacks", "paths", "pathItems", "webhooks", "content", "encoding"),
        *("channels", "operations", "messages", "messageTraits", "operationTraits", "servers"),
    }
)
"""Members whose own members have names that somebody chose: a response named ``default``."""


class Resolver:
    """Resolves the references of one document and of the files it pulls in.

    ``root`` is the directory that no reference may leave; by default the one of the document's
    file, and nothing outside the document for one that was not read from a file.
    """

    def __init__(
        self,
        document: Document,
        root: Path | None = None,
        *,
        limits: Limits = Limits(),  # noqa: B008
    ) -> None:
        self.document = document
        self._limits = limits
        self.root = root
        self._path: Path | None = None
        self._knows_files = False
        self._files: dict[Path, Document] = {}
        self._paths: dict[int, Path] = {}
        self._names: dict[int, dict[str, str]] = {}
        self._opened: dict[tuple[int, str], Document] = {}
        self._directories: dict[tuple[Path, str], Path] = {}
        self._local: dict[tuple[int, str], str] = {}
        self._bytes = 0

    def resolve(
        self, ref: str, base_pointer: str = "", *, within: Document | None = None
    ) -> tuple[Document, str]:
        """The document and the pointer that ``ref``, standing at ``base_pointer``, leads to.

        ``within`` is the document that holds the reference, if it is not the resolver's own
        but one that an earlier answer named. One step only: what stands at the target may be a
        reference again (see :meth:`follow`).

        Raises:
            ReferenceUnresolved: nothing there, not reachable, or not allowed.
        """
        holder = within or self.document
        known = self._local.get((id(holder), ref))
        if known is not None:
            return holder, known
        try:
            document, target = self._resolve(ref, holder, base_pointer)
            if ref.startswith("#"):
                self._local[id(holder), ref] = target
            return document, target
        except Unresolvable as error:
            place = holder.place(base_pointer)
            raise ReferenceUnresolved(
                f"{ref!r} {error}", source=place.source, line=place.line, pointer=place.pointer
            ) from None

    def follow(self, at: str, *, within: Document | None = None) -> tuple[Document, str]:
        """Where a chain of Reference Objects beginning at a pointer ends.

        Raises:
            ReferenceUnresolved: a link leads nowhere, or the chain is a cycle.
        """
        document = within or self.document
        seen: set[tuple[int, str]] = set()
        while True:
            value = document.get(at)
            if not isinstance(value, dict) or not isinstance(value.get("$ref"), str):
                return document, at
            if (id(document), at) in seen:
                raise ReferenceUnresolved(
                    "the reference leads back to itself; point it to a definition",
                    source=document.name,
                    line=document.line(at),
                    pointer=at,
                )
            seen.add((id(document), at))
            document, at = self.resolve(value["$ref"], at, within=document)

    def path_of(self, document: Document) -> Path | None:
        """The resolved path of a document that this resolver has opened."""
        self._look_at_files()
        return self._paths.get(id(document))

    def _look_at_files(self) -> None:
        """Find out where the document lies; most documents refer to no other file."""
        if self._knows_files:
            return
        self._knows_files = True
        self._path = _path(self.document)
        if self.root is not None:
            self.root = self.root.resolve()
        elif self._path is not None:
            self.root = self._path.parent
        if self._path is not None:
            self._files[self._path] = self.document
            self._paths[id(self.document)] = self._path

    def key_of(self, document: Document) -> str:
        """What a file that was opened is called in a bundle: its path from the main document's."""
        path, main = self.path_of(document), self.path_of(self.document)
        assert path is not None
        assert main is not None
        return os.path.relpath(path, main.parent).replace(os.sep, "/")

    def _resolve(self, ref: str, holder: Document, at: str) -> tuple[Document, str]:
        address, _, fragment = ref.partition("#")
        document = self._at(address, holder, at) if address else holder
        fragment = pointer.from_fragment(fragment)
        base = ""
        if address and document is holder:
            base = self._identified(holder).get(address.rstrip("#"), "")
        if fragment and not fragment.startswith("/"):
            found = self._identified(document).get("#" + fragment)
            if found is None:
                raise Unresolvable(f"names no $anchor {fragment!r} in {document.name}")
            return document, found
        target = base + fragment
        if document.find(target, _Nothing) is _Nothing:
            raise Unresolvable(f"points to nothing in {document.name}; check its spelling")
        return document, target

    def _at(self, address: str, holder: Document, at: str) -> Document:
        file = holder.file(at)
        known = self._opened.get((id(file), address))
        if known is None:
            known = self._opened[id(file), address] = self._open(address, holder, file)
        return known

    def _open(self, address: str, holder: Document, file: Document) -> Document:
        if address in self._identified(holder):
            return holder
        parts = urlsplit(address)
        if parts.scheme == "interlock":
            raise Unresolvable(
                "is a published contract, which the registry resolves; ask it with interlock "
                "check, or save what interlock document --bundle gives"
            )
        self._look_at_files()
        base = self._paths.get(id(holder)) if file is holder else _path(file)
        if parts.scheme or parts.netloc:
            beside = _beside(address, file, base)
            if beside is None:
                return self._copy_of(address, base)
            address = beside
        if base is None or self.root is None:
            raise Unresolvable(
                "refers to another file, but this document was not read from one; bundle it first"
            )
        try:
            path = self._real_path(base, unquote(address))
        except (OSError, ValueError, RuntimeError):
            raise Unresolvable("is not a usable path") from None
        return self._file(path)

    def _copy_of(self, address: str, base: Path | None) -> Document:
        """The file of that name beside the document, if it calls itself what the address says."""
        name = unquote(address.rpartition("/")[2])
        for found in (name, f"{name}.json") if base is not None and name else ():
            assert base is not None
            path = (base.parent / found).resolve()
            if path.is_file():
                document = self._file(path)
                if self._identified(document).get(address) == "":
                    return document
        raise Unresolvable(
            "leads out of the local files, and nothing is fetched; "
            "save a copy beside the document and refer to that"
        )

    def _file(self, path: Path) -> Document:
        if path in self._files:
            return self._files[path]
        assert self.root is not None
        if not path.is_relative_to(self.root):
            raise Unresolvable(
                f"leads out of the directory {self.root}; keep files below it, or name a --root"
            )
        return self._read(path)

    def _real_path(self, holder: Path, address: str) -> Path:
        """The file that an address in a file means; each directory is looked up once."""
        directory, name = os.path.split(address)
        at = (holder.parent, directory)
        if at not in self._directories:
            self._directories[at] = (holder.parent / directory).resolve()
        path = self._directories[at] / name
        return path if path in self._files else path.resolve()

    def _read(self, path: Path) -> Document:
        if len(self._files) >= MOST_FILES:
            raise Unresolvable(f"would be file number {MOST_FILES + 1}; bundle the document")
        assert self.root is not None
        name = self._name_of(path)
        try:
            document = load(path, name=name, limits=self._limits)
        except DocumentUnreadable as error:
            raise Unresolvable(f"leads to a document that cannot be read ({error})") from None
        self._bytes += document.size
        if self._bytes + self.document.size > self._limits.bytes:
            raise Unresolvable(
                f"makes the document larger than {self._limits.bytes:,} bytes; split it"
            )
        self._files[path] = document
        self._paths[id(document)] = path
        return document

    def _name_of(self, path: Path) -> str:
        """How findings call a file: beside the document's own name, as the user wrote that."""
        if self._path is None or self.root is None:
            return path.name
        from pathlib import Path

        given = Path(self.document.path or "").parent
        try:
            return str(given / path.relative_to(self._path.parent))
        except ValueError:
            return str(path.relative_to(self.root))

    def _identified(self, document: Document) -> dict[str, str]:
        """Absolute ``$id``s and, with ``#`` before them, plain-name anchors → pointers."""
        known = self._names.get(id(document))
        if known is None:
            known = {}
            for schema, at in objects(document.data):
                for name in _names_of(schema):
                    known.setdefault(name, at)
            self._names[id(document)] = known
        return known


def _beside(address: str, file: Document, path: Path | None) -> str | None:
    """Where the file lies that an absolute address names, seen from a file that has a ``$id``.

    The ``$id`` of a schema is the base of its references (JSON Schema 2020-12 core 8.2.1): what
    stands in the same directory of addresses, or below, stands there among the files, under a
    name with the same ending beyond its address. None if it is elsewhere, or no such file.
    """
    if path is None or not isinstance(file.data, dict):
        return None
    own = file.data.get("$id", file.data.get("id"))
    if not isinstance(own, str) or "://" not in own:
        return None
    directory, _, name = own.partition("#")[0].rpartition("/")
    if not address.startswith(f"{directory}/"):
        return None
    ending = path.name.removeprefix(name) if name and path.name.startswith(name) else ""
    relative = address.removeprefix(f"{directory}/")
    for found in (relative, relative + ending):
        if found and (path.parent / unquote(found)).is_file():
            return found
    return None


def _path(document: Document) -> Path | None:
    from pathlib import Path

    return Path(document.path).resolve() if document.path else None


class Unresolvable(Exception):
    """Why a reference leads nowhere, as the end of a sentence that begins with it."""


class _Nothing:
    """No value."""


def _names_of(schema: dict[str, Json]) -> Iterator[str]:
    for keyword in ("$anchor", "$dynamicAnchor"):
        name = schema.get(keyword)
        if isinstance(name, str):
            yield "#" + name
    for keyword in ("$id", "id"):
        name = schema.get(keyword)
        if isinstance(name, str) and (name.startswith("#") or "://" in name):
            yield name if name.startswith("#") else name.rstrip("#")


def objects(data: Json) -> Iterator[tuple[dict[str, Json], str]]:
    """Every object of a document that is not example data, with its pointer."""
    stack: list[tuple[Json, str, bool]] = [(data, "", False)]
    while stack:
        value, at, names = stack.pop()
        if isinstance(value, dict):
            if not names:
                yield value, at
            for name, item in value.items():
                if not isinstance(item, (dict, list)):
                    continue
                here = f"{at}/{pointer.escape(name)}"
                if names or name not in _OPAQUE:
                    stack.append((item, here, not names and name in _NAMED))
                elif name == "examples" and isinstance(item, dict):
                    yield from _referring(item, here)
        elif isinstance(value, list):
            stack.extend(
                (item, f"{at}/{index}", False)
                for index, item in enumerate(value)
                if isinstance(item, (dict, list))
            )


def _referring(examples: dict[str, Json], at: str) -> Iterator[tuple[dict[str, Json], str]]:
    """The Reference Objects in a map of Example Objects (OpenAPI 3.1.1 section 4.8.14)."""
    for name, example in examples.items():
        if isinstance(example, dict) and isinstance(example.get("$ref"), str):
            yield example, f"{at}/{pointer.escape(name)}"
