"""Documents with everything they refer to: references are resolved inside the registry only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from contracts.documents import Document, Limits, load
from contracts.documents.published import Published, Target, target_of
from contracts.errors import InvalidContract, ReferenceUnresolved
from contracts.formats.bundles import bundle_references, fits, named
from registry.domain import Lifecycle, Reference, Version
from registry.services.ports import Store

MOST = 500
"""Documents that one may refer to, directly and by way of others."""
Listed = Mapping[str, Target]
"""Names that stand for a published version in a document."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A document with everything it refers to inside."""

    document: Document
    references: tuple[Reference, ...] = ()

    @property
    def sha256(self) -> str | None:
        """Of the whole; None where nothing is referred to."""
        return self.document.sha256 if self.references else None


def resolve(
    document: Document, format_: str, listed: Listed, store: Store, *, proposal: bool
) -> Resolved:
    """The document with what it refers to; a release may only refer to releases.

    Raises:
        ReferenceUnresolved: a reference names no published version, or no place in one.
        InvalidContract: what it refers to cannot be used together, or is too much.
    """
    found: dict[tuple[str, str], Reference] = {}
    for count, (name, pointer) in enumerate(named(document, format_, listed), 1):
        if count > MOST:
            raise InvalidContract(
                f"refers to more than {MOST} published documents", source=document.name
            )
        try:
            version = _version(name, format_, listed, store, proposal=proposal)
        except _Unusable as error:
            place = document.place(pointer)
            raise ReferenceUnresolved(
                f"{name!r} {error}",
                source=place.source,
                line=place.line if pointer else None,
                pointer=place.pointer or None,
            ) from None
        for reference in _with_its_own(name, version):
            found.setdefault((reference.by, reference.name), reference)
    references = tuple(found.values())
    _refuse_two_revisions(document, references)
    contents = store.blobs.get_many(r.sha256 for r in references)
    if document.size + sum(map(len, contents.values())) > Limits().bytes:
        raise InvalidContract(
            f"refers to more than {Limits().bytes:,} bytes in all", source=document.name
        )
    return Resolved(with_references(document, format_, references, contents), references)


def open_stored(
    name: str,
    format_: str,
    sha256: str,
    references: Sequence[Reference],
    contents: Mapping[str, bytes],
) -> Document:
    """A stored document from bytes by their hash, with what it refers to."""
    suffix = ".proto" if format_ == "protobuf" else ""
    document = load(contents[sha256], name=name, suffix=suffix)
    return with_references(document, format_, references, contents)


def open_version(version: Version, contents: Mapping[str, bytes], name: str = "") -> Document:
    """A stored version's document, with what it refers to."""
    label = name or f"{version.contract} {version.label}"
    return open_stored(label, version.format, version.sha256, version.references, contents)


def hashes_of(version: Version) -> Iterator[str]:
    """What :func:`open_version` needs."""
    yield version.sha256
    yield from (reference.sha256 for reference in version.references)


def with_references(
    document: Document,
    format_: str,
    references: Sequence[Reference],
    contents: Mapping[str, bytes],
) -> Document:
    """The document with the referenced ones inside; itself if there are none."""
    if not references:
        return document
    published = {
        r.key: Published(
            load(
                contents[r.sha256],
                name=f"{r.contract} {r.version}",
                suffix=".proto" if r.format == "protobuf" else "",
            ),
            r.format,
            {own.name: own.key for own in references if own.by == r.key},
        )
        for r in {r.key: r for r in references}.values()
    }
    names = {r.name: r.key for r in references if not r.by}
    return bundle_references(document, format_, names, published)


def _version(name: str, format_: str, listed: Listed, store: Store, *, proposal: bool) -> Version:
    target = listed.get(name) or target_of(name)
    if target is None:
        raise _Unusable("is no address of a published contract; write interlock:NAME@1.0.0")
    version = store.versions.find(target.contract, target.version)
    if version is None:
        raise _Unusable(f"leads to {target.key}, which is not published; publish it first")
    if version.branch and not proposal:
        raise _Unusable(f"leads to {target.key}, a proposal; a release refers to releases")
    if version.lifecycle is Lifecycle.RETIRED:
        raise _Unusable(f"leads to {target.key}, which is retired; refer to a later version")
    if not fits(format_, version.format):
        raise _Unusable(f"leads to a document of the format {version.format}, not {format_}")
    return version


def _with_its_own(name: str, version: Version) -> Iterator[Reference]:
    direct = Reference(name, version.contract, version.label, version.sha256, version.format)
    yield direct
    for own in version.references:
        by = own.by or direct.key
        yield Reference(own.name, own.contract, own.version, own.sha256, own.format, by)


def _refuse_two_revisions(document: Document, references: Iterable[Reference]) -> None:
    known: dict[str, str] = {}
    for reference in references:
        if known.setdefault(reference.key, reference.sha256) != reference.sha256:
            raise InvalidContract(
                f"refers to two revisions of the proposal {reference.key}, one by way of another "
                "document; propose that one again",
                source=document.name,
            )
    if len(known) > MOST:
        raise InvalidContract(
            f"refers to {len(known)} documents; at most {MOST} are resolved", source=document.name
        )


class _Unusable(Exception):
    """Why a reference cannot be used, as the end of a sentence that begins with it."""
