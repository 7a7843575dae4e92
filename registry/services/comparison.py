"""Compare documents, each pair once: what was compared is kept by the hashes that went into it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

import contracts
from contracts.documents import Document, from_data, load
from contracts.governance.expectations import Expectation as Use
from contracts.governance.pact import read_pact
from contracts.governance.sidecar import Consumer
from contracts.verdict import Mode, Report
from registry.domain import Contract, Expectation, Reference, Version
from registry.domain.contract import strongest
from registry.domain.encode import to_json
from registry.errors import Unavailable
from registry.services.engine import compare, compare_promises, with_promises
from registry.services.ports import Store, UnitOfWork
from registry.services.resolving import open_stored

SUNSET = b"sunset"
"""What a document must contain for the day to matter to a comparison."""
SIDECAR = "contract.yaml"
"""What findings about promises call the document they stand in."""
UNDIRECTED = frozenset({"jsonschema", "avro", "protobuf"})
"""Formats whose documents do not say who writes the data."""


@dataclass(frozen=True, slots=True)
class Side:
    """A document by hash; ``content`` only where it is not stored yet."""

    name: str
    sha256: str
    content: bytes | None = None
    sidecar_sha256: str = ""
    """Of what it promises; empty: nothing is known of that."""
    sidecar: bytes | None = None
    references: tuple[Reference, ...] = ()
    """Everything that the document refers to; it is stored."""
    document: Document | None = None
    """The content as it was read already, if it was."""

    @classmethod
    def of(cls, version: Version) -> Side:
        """A stored version."""
        return cls(
            f"{version.contract} {version.label}",
            version.sha256,
            sidecar_sha256=version.sidecar_sha256,
            references=version.references,
        )

    def stored(self) -> Iterator[str]:
        """The hashes of what must be fetched."""
        if self.content is None:
            yield self.sha256
        yield from (reference.sha256 for reference in self.references)
        if self.sidecar is None and self.sidecar_sha256:
            yield self.sidecar_sha256

    def given(self) -> Iterator[tuple[str, bytes]]:
        """What need not be fetched."""
        if self.content is not None:
            yield self.sha256, self.content
        if self.sidecar is not None:
            yield self.sidecar_sha256, self.sidecar

    def identity(self) -> Iterator[str]:
        """Equal where everything that is said is."""
        yield from (self.name, self.sha256)
        yield from (f"{r.by} {r.name} {r.key} {r.sha256}" for r in self.references)


@dataclass(frozen=True, slots=True)
class Pair:
    """One question: may those who know ``old`` live with ``new``?"""

    old: Side
    new: Side
    format: str
    mode: Mode | None
    day: date
    """On which sunsets are judged."""
    consumers: tuple[Use, ...] = ()

    @property
    def promises(self) -> bool:
        """Whether the two may promise different things, keys, order, service levels."""
        sidecars = {self.old.sidecar_sha256, self.new.sidecar_sha256}
        return len(sidecars) == 2 and "" not in sidecars and self.mode is not Mode.NONE

    def hashes(self) -> Iterator[str]:
        """Everything that is read to answer it."""
        for side in (self.old, self.new):
            yield side.sha256
            yield from (reference.sha256 for reference in side.references)
        if self.promises:
            yield from (self.old.sidecar_sha256, self.new.sidecar_sha256)

    def key(self, day: date | None = None) -> str:
        """Equal for two pairs whose answer must be equal; with ``day`` only on that day."""
        parts = [
            engine_fingerprint(),
            day.isoformat() if day else "",
            self.format,
            self.mode or "",
            *self.old.identity(),
            *self.new.identity(),
            *((self.old.sidecar_sha256, self.new.sidecar_sha256) if self.promises else ()),
            *(to_json(consumer) for consumer in self.consumers),
        ]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@dataclass(slots=True)
class Comparer:
    """Answers pairs from the store where it can; ``fresh`` is what it had to work out."""

    store: Store
    fresh: dict[str, Report] = field(default_factory=dict)

    def reports(self, pairs: Sequence[Pair]) -> list[Report]:
        """One report per pair, in order; at most two queries, whatever their number."""
        keys = [pair.key() for pair in pairs]
        dated = [pair.key(pair.day) for pair in pairs]
        held = self.store.reports.held([*keys, *dated])
        either = list(zip(keys, dated, strict=True))
        asked = [key for both in either if not held.keys() & {*both} for key in both]
        stored = {**held, **self.store.reports.find_many(asked)} | self.fresh
        known = {
            key: stored[where]
            for key, on_day in either
            if (where := key if key in stored else on_day) in stored
        }
        missing = {key: pair for key, pair in zip(keys, pairs, strict=True) if key not in known}
        sides = [side for pair in missing.values() for side in (pair.old, pair.new)]
        contents = dict(self.store.blobs.get_many(hash_ for s in sides for hash_ in s.stored()))
        contents |= dict(given for side in sides for given in side.given())
        for key, pair in missing.items():
            known[key] = _compare(pair, contents)
            texts = [contents[hash_].lower() for hash_ in pair.hashes()]
            lasting = not any(SUNSET in text for text in texts)
            self.fresh[key if lasting else pair.key(pair.day)] = known[key]
        return [known[key] for key in keys]

    def save(self, store: Store, at: datetime) -> None:
        """Keep what was worked out."""
        for key, report in self.fresh.items():
            store.reports.put(key, report, at)


def _compare(pair: Pair, contents: Mapping[str, bytes]) -> Report:
    report = compare(
        _open(pair.old, pair.format, contents),
        _open(pair.new, pair.format, contents),
        mode=pair.mode,
        format_=pair.format,
        consumers=pair.consumers,
        today=pair.day,
    )
    if not pair.promises:
        return report
    before, after = (
        load(contents[side.sidecar_sha256], name=SIDECAR) for side in (pair.old, pair.new)
    )
    return with_promises(
        report, compare_promises(before, after, consumers=pair.consumers, today=pair.day)
    )


def _open(side: Side, format_: str, contents: Mapping[str, bytes]) -> Document:
    read = side.document
    if read is not None and not side.references:
        raw = contents[side.sha256]
        return Document(
            read.data, name=side.name, syntax=read.syntax, raw=raw, repeated=read.repeated
        )
    return open_stored(side.name, format_, side.sha256, side.references, contents)


def keep(comparer: Comparer, uow: UnitOfWork) -> None:
    """Save what a reading use case worked out; an answer does not fail because of it."""
    if not comparer.fresh:
        return
    try:
        with uow.write() as store:
            comparer.save(store, uow.now())
    except Unavailable:
        return


def publish_mode(contract: Contract, mode: Mode | None = None) -> Mode | None:
    """The mode of one comparison of two versions; None leaves it to the format's default."""
    chosen = (mode or contract.mode).pairwise
    if chosen is Mode.DIRECTIONAL and contract.format in UNDIRECTED:
        return None
    return chosen


def gate_mode(contract: Contract) -> Mode:
    """What matters between two running systems: the provider writes, its consumers read."""
    return Mode.FORWARD if contract.format in UNDIRECTED else Mode.DIRECTIONAL


def uses(expectations: Iterable[Expectation], also: Iterable[str] = ()) -> tuple[Use, ...]:
    """What the engine wants to know of the consumers; ``also`` names some that declared nothing."""
    found = {e.consumer: use_of(e) for e in strongest(expectations)}
    for name in also:
        found.setdefault(name, Use(consumer=name, declared=False))
    return tuple(found[name] for name in sorted(found))


def use_of(expectation: Expectation) -> Use:
    """One declaration as the engine reads it."""
    if not expectation.body or not expectation.confirmed:  # what is only proposed is not known
        return Use(consumer=expectation.consumer, declared=False)
    if "pact" in expectation.body:
        pact = read_pact(
            from_data(expectation.body["pact"], name=f"pact of {expectation.consumer}")
        )
        return pact.expectation(expectation.consumer)
    return Consumer.model_validate(dict(expectation.body)).expectation()


@lru_cache(maxsize=1)
def engine_fingerprint() -> str:
    """SHA-256 over the engine's own source: another engine may answer otherwise."""
    digest = hashlib.sha256()
    root = Path(contracts.__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
