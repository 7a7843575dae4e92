"""Policies that decide how schemas are read, each with the name a report calls it by."""

from __future__ import annotations

from typing import Literal

from contracts.lean_dataclasses import dataclass, replace
from contracts.verdict import Direction

Format = Literal["asserted", "annotation"]

DECLARED_MEMBERS_ONLY = "declared-members-only"
FORMAT_ASSERTED = "format-asserted"
FORMAT_ANNOTATION = "format-annotation"
READ_WRITE_ONLY = "read-write-only"
TOLERANT_READER = "tolerant-reader"
INFERRED_DIALECT = "inferred-dialect"
UNKNOWN_FORMATS = "unknown-formats-annotate"
FREE_FORM = "free-form-objects"
CHOSEN = "alternatives-told-apart"

MOST_TOLD_APART = 24
"""Of more alternatives in one list, members do not tell which is meant."""

UNDECLARED = "^(?:x-)?any[Kk]ey[0-9]*$"
"""Names that stand for those which no schema declares."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What one question may cost before its answer is unknown."""

    steps: int = 100_000
    seconds: float = 8.0
    """Processor time of the thread: a busy machine changes no answer."""
    depth: int = 120
    """Nested values, one inside the other, that a witness may have."""
    total_seconds: float = 60.0
    """For all questions to one prover together: a comparison of two documents."""
    built: int = 200_000_000
    """Characters of long texts that one prover builds."""
    judged: int = 600_000_000
    """Characters of long values that validators are asked about, for one prover."""


@dataclass(frozen=True, slots=True)
class Options:
    """How both sides are read. The default is plain JSON Schema: set inclusion, format annotates.

    ``declared_members_only``: the writer sends no member its schema does not declare, unless
    ``additionalProperties``, ``patternProperties`` or ``unevaluatedProperties`` say otherwise.
    ``writer_format``/``reader_format``: whether ``format`` restricts values on that side.
    ``direction``: requests carry no ``readOnly`` members, responses no ``writeOnly`` ones (only
    dialects in which these keywords restrict, OpenAPI 3.0 §4.7.24.2).
    ``unknown_formats``: what a format without a known language means where formats restrict: an
    annotation, as OpenAPI says (3.1.1 §4.4.2), or a reason for the verdict *unknown*.
    ``overlapping``: an object, array or null that fits several alternatives of ``oneOf`` is
    no error, and of several alternatives one is meant that declares the members of an object.
    ``discriminated``: with it, a discriminator names the alternative that is meant. Where only
    one side has any, what it says is news and no promise.
    ``tolerant_reader``: the reader ignores members it does not know, ``additionalProperties:
    false`` and ``unevaluatedProperties: false`` of the reader notwithstanding.
    ``annotations``: custom keywords that restrict nothing; ``unknown_keywords`` is what any
    other keyword that no dialect defines means: an annotation, as the drafts say, or a reason
    for the verdict *unknown*.
    """

    declared_members_only: bool = False
    writer_format: Format = "annotation"
    reader_format: Format = "annotation"
    direction: Direction | None = None
    unknown_formats: Literal["annotation", "unknown"] = "unknown"
    overlapping: bool = False
    discriminated: bool = False
    tolerant_reader: bool = False
    annotations: frozenset[str] = frozenset()
    unknown_keywords: Literal["annotation", "unknown"] = "annotation"
    budget: Budget = Budget()

    @classmethod
    def for_api(cls, direction: Direction | None = None) -> Options:
        """The default reading of OpenAPI and AsyncAPI: declared members only, formats asserted."""
        return cls(
            declared_members_only=True,
            writer_format="asserted",
            reader_format="asserted",
            unknown_formats="annotation",
            overlapping=True,
            discriminated=True,
            direction=direction,
        )

    def towards(self, direction: Direction | None) -> Options:
        """The same policies for another direction of the exchange."""
        return replace(self, direction=direction)

    @property
    def unsent(self) -> str | None:
        """The keyword that marks members which do not travel in this direction."""
        if self.direction is Direction.REQUEST:
            return "readOnly"
        return "writeOnly" if self.direction is Direction.RESPONSE else None


@dataclass(frozen=True, slots=True)
class Side:
    """One side's reading: what of the options concerns a schema as writer or as reader."""

    writer: bool
    closed: bool
    asserts_format: bool
    unsent: str | None
    tolerant: bool
    overlapping: bool
    discriminated: bool

    @classmethod
    def of_writer(cls, options: Options) -> Side:
        """How the writer's schema is read."""
        asserted = options.writer_format == "asserted"
        closed = options.declared_members_only
        told = options.overlapping, options.discriminated
        return cls(True, closed, asserted, options.unsent, False, *told)

    @classmethod
    def of_reader(cls, options: Options) -> Side:
        """How the reader's schema is read."""
        asserted = options.reader_format == "asserted"
        tolerant = options.tolerant_reader
        told = options.overlapping, options.discriminated
        return cls(False, False, asserted, options.unsent, tolerant, *told)

    @property
    def profile(self) -> tuple[bool, ...]:
        """Equal for sides that read a schema alike."""
        return (self.closed, self.asserts_format, self.tolerant, self.writer and bool(self.unsent))

    def within(self, other: Side) -> bool:
        """Whether every value of a schema read this way is one when read the other way."""
        return not (other.closed and not self.closed) and (
            self.asserts_format or not other.asserts_format
        )
