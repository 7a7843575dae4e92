"""Which policies a proof of safety stands on: the question is asked again without each."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator

from contracts.documents import Document
from contracts.lean_dataclasses import dataclass, replace
from contracts.schema import Options, Prover, SchemaAt
from contracts.schema.options import (
    CHOSEN,
    FORMAT_ANNOTATION,
    READ_WRITE_ONLY,
    TOLERANT_READER,
    UNKNOWN_FORMATS,
    Budget,
)
from contracts.verdict import Direction

SECONDS = 0.3
"""Time that one comparison spends on one policy; what matters after it is not named."""

_BUDGET = Budget(steps=20_000, seconds=0.1, total_seconds=SECONDS)


@dataclass(slots=True)
class _Doubt:
    """One policy, and how things would be without it."""

    name: str
    options: Options
    words: tuple[str, ...]
    """Without one of these in a document the policy means nothing."""
    keeps_direction: bool = True
    prover: Prover | None = None
    left: float = SECONDS

    def matters(self, writer: SchemaAt, reader: SchemaAt, direction: Direction | None) -> bool:
        """Whether there is no proof without the policy."""
        if self.left <= 0:
            return False
        if self.prover is None:
            self.prover = Prover(replace(self.options, budget=_BUDGET))
        before = time.thread_time()
        one_way = direction if self.keeps_direction else None
        proved = self.prover.proves(writer, reader, direction=one_way)
        self.left -= time.thread_time() - before
        return proved is False


class Assumed:
    """The policies that no proof tells of by itself."""

    def __init__(self, options: Options, *documents: Document) -> None:
        self._doubts = list(_doubts(options))
        self._documents = documents

    def by(
        self,
        writer: SchemaAt,
        reader: SchemaAt,
        direction: Direction | None,
        met: Collection[str],
    ) -> Iterator[str]:
        """Names of policies, each told once, without which this pair would not fit.

        ``met``: those by which something was read for the proof, or before.
        """
        for doubt in list(self._doubts):
            if doubt.name not in met:
                continue
            if not doubt.keeps_direction and direction is None:
                continue
            if not any(word.encode() in one.raw for word in doubt.words for one in self._documents):
                self._doubts.remove(doubt)
                continue
            if doubt.matters(writer, reader, direction):
                self._doubts.remove(doubt)
                yield doubt.name


def _doubts(options: Options) -> Iterator[_Doubt]:
    if options.tolerant_reader:
        closed = replace(options, tolerant_reader=False)
        yield _Doubt(TOLERANT_READER, closed, ("Properties",))
    if options.reader_format == "annotation":
        asserted = replace(options, writer_format="asserted", reader_format="asserted")
        yield _Doubt(FORMAT_ANNOTATION, asserted, ("format",))
    if options.overlapping:
        yield _Doubt(CHOSEN, replace(options, overlapping=False), ("oneOf",))
    if options.unknown_formats == "annotation":
        asked = replace(options, unknown_formats="unknown")
        yield _Doubt(UNKNOWN_FORMATS, asked, ("format",))
    yield _Doubt(READ_WRITE_ONLY, options, ("readOnly", "writeOnly"), keeps_direction=False)
