"""Documents that refer to published contracts: what they name, and the one document they make."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from contracts.documents import Document
from contracts.documents.bundling import SCHEME
from contracts.documents.published import Published, addresses, bundle_published
from contracts.formats.avro.referenced import bundle_avro
from contracts.formats.protobuf.imports import importing

CLOSED = {"avro": frozenset({"avro"}), "protobuf": frozenset({"protobuf"})}
"""Formats whose documents refer to their own kind only."""


def named(document: Document, format_: str, listed: Collection[str]) -> Iterator[tuple[str, str]]:
    """Every reference to a published contract as it is written, with a pointer to its place.

    ``listed``: names that stand for a published contract; an Avro name is a reference only so.
    """
    if format_ == "protobuf":
        for path in document.data["imports"]:
            if path.startswith(SCHEME) or path in listed:
                yield path, ""
    elif format_ == "avro":
        yield from ((name, "") for name in listed)
    else:
        yield from addresses(document, listed)


def fits(format_: str, target: str) -> bool:
    """Whether a document may refer into one of the ``target`` format."""
    if format_ in CLOSED:
        return target in CLOSED[format_]
    return target != "protobuf"


def bundle_references(
    document: Document, format_: str, names: Mapping[str, str], published: Mapping[str, Published]
) -> Document:
    """One document with everything that it refers to; itself if that is nothing.

    ``names``: its references as they are written → keys of ``published``.

    Raises:
        ReferenceUnresolved, InvalidContract: what is referred to has no such place, or two that
            are referred to contradict each other.
    """
    if not names:
        return document
    if format_ == "protobuf":
        whole = importing(document, (one.document for one in published.values()))
        origins = {"": (document, ""), **whole.origins}
        return Document(
            whole.data, name=document.name, syntax="proto", path=document.path, origins=origins
        )
    if format_ == "avro":
        return bundle_avro(document, published)
    return bundle_published(document, names, published)
