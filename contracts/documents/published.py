"""References to published contracts: ``interlock:<contract>@<version>#/pointer``.

A registry hands in what it stores; nothing here looks anywhere else. The referenced documents
stand whole under ``/x-interlock/<contract>@<version>`` and references to them are rewritten, as
for files; lines and names of the originals remain known.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from contracts.documents.bundling import SCHEME, bundled
from contracts.documents.document import Document
from contracts.documents.references import Resolver, Unresolvable, objects
from contracts.lean_dataclasses import dataclass, field
from contracts.verdict import Json

ADDRESS = re.compile(
    SCHEME + r"(?P<contract>[a-z0-9][a-z0-9._-]{0,119})@(?P<version>[0-9][0-9A-Za-z.-]{0,63}"
    r"(?:@[a-z0-9][a-z0-9_-]{0,119})?)"
)


@dataclass(frozen=True, slots=True)
class Target:
    """One version of a published contract."""

    contract: str
    version: str
    """A number, or ``number@branch`` for a proposal."""

    @property
    def key(self) -> str:
        """What it is called in a bundle."""
        return f"{self.contract}@{self.version}"


@dataclass(frozen=True, slots=True)
class Published:
    """A referenced document, and what its own references lead to."""

    document: Document
    format: str
    names: Mapping[str, str] = field(default_factory=dict)
    """References as they are written in it → keys of other published documents."""


def target_of(address: str) -> Target | None:
    """What an address names; None if it is not of this form."""
    found = ADDRESS.fullmatch(address)
    return Target(found["contract"], found["version"]) if found else None


def addresses(document: Document, listed: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """Every address of a published document that a ``$ref`` names, with the first pointer to it.

    ``listed``: names that stand for a published document here.
    """
    if not _mentions(document.data, listed):
        return
    seen: set[str] = set()
    for schema, at in objects(document.data):
        ref = schema.get("$ref")
        if not isinstance(ref, str):
            continue
        address = ref.partition("#")[0]
        if address not in seen and (address.startswith(SCHEME) or address in listed):
            seen.add(address)
            yield address, f"{at}/$ref"


def _mentions(data: Json, listed: Collection[str]) -> bool:
    """Whether some text may be an address; writing everything down is faster than looking."""
    import orjson

    try:
        text = orjson.dumps(data)
    except TypeError:  # deep, or a number that orjson does not write
        return True
    starts = [SCHEME, *listed]
    return any(orjson.dumps(start)[:-1] in text for start in starts)


def bundle_published(
    document: Document, names: Mapping[str, str], published: Mapping[str, Published]
) -> Document:
    """One document with everything it refers to; itself if that is nothing.

    Raises:
        ReferenceUnresolved: a pointer leads to nothing in a referenced document.
    """
    return bundled(_Shelf(document, names, published), _is_address(names, published))


def _is_address(names: Mapping[str, str], published: Mapping[str, Published]) -> Collection[str]:
    return {*names, *(name for one in published.values() for name in one.names)}


class _Shelf(Resolver):
    """Resolves among documents that are handed in, never on disk."""

    def __init__(
        self, document: Document, names: Mapping[str, str], published: Mapping[str, Published]
    ) -> None:
        super().__init__(document)
        self.root = None
        self._published = published
        self._names_in = {id(document): names}
        self._keys = {id(one.document): key for key, one in published.items()}
        for one in published.values():
            self._names_in[id(one.document)] = one.names

    def key_of(self, document: Document) -> str:
        """Contract and version."""
        return self._keys[id(document)]

    def _open(self, address: str, holder: Document, file: Document) -> Document:  # noqa: ARG002
        if address in self._identified(holder):
            return holder
        key = self._names_in.get(id(holder), {}).get(address)
        if key is None:
            raise Unresolvable("is no published contract that is known here; nothing is fetched")
        return self._published[key].document
