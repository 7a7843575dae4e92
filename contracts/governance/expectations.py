"""What one consumer uses of a contract: the reader or writer a change is measured against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from contracts.governance.fieldpath import FieldPath
from contracts.governance.vocabulary import NewEnumValues, UnknownFields
from contracts.lean_dataclasses import dataclass
from contracts.verdict import Json


@dataclass(frozen=True, slots=True)
class Usage:
    """One operation, channel or message that a consumer uses. None: not said, so assume all."""

    kind: str  # "operation" | "channel" | "message" | "table"
    target: str
    reads: tuple[FieldPath, ...] | None = None
    sends: tuple[FieldPath, ...] | None = None
    headers: frozenset[str] | None = None
    parameters: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What the consumer's reader lets pass."""

    unknown_fields: UnknownFields = UnknownFields.IGNORE
    new_enum_values: NewEnumValues = NewEnumValues.REJECT


@dataclass(frozen=True, slots=True)
class Needs:
    """Service the consumer's own promises stand on; None or empty: no need stated."""

    latency_p95_ms: int | None = None
    freshness: timedelta | None = None
    availability: float | None = None
    ordering: tuple[FieldPath, ...] = ()
    """Messages that agree on these fields must arrive in order."""
    calls_per_minute: int | None = None


@dataclass(frozen=True, slots=True)
class Interaction:
    """One tested exchange of a consumer: what it sends, and the schema of what it reads.

    An HTTP call has a ``method`` and a ``path`` as it was called; a message has the names of
    its channels and of itself. ``sends`` and ``reads`` are JSON Schemas, None: nothing.
    """

    description: str
    method: str = ""
    path: str = ""
    query: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    """In lower case."""
    status: int = 200
    sends: Json = None
    reads: Json = None
    channels: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expectation:
    """A consumer's side of a contract.

    A consumer that declared nothing may use everything, so every question answers yes; only
    what it *adds* to a request (headers, parameters) is never assumed.
    ``names`` are all names of the place asked about: operationId, ``POST /orders``, channel
    key, channel address, message name.
    """

    consumer: str
    uses: tuple[Usage, ...] = ()
    tolerance: Tolerance = Tolerance()
    needs: Needs = Needs()
    declared: bool = True
    interactions: tuple[Interaction, ...] = ()
    """What it was tested with (a Pact); where there are any, they say what it uses."""

    def touches(self, names: Iterable[str]) -> bool:
        """Whether the consumer uses the operation, channel or message at all."""
        return not self.declared or any(True for _ in self._usages(names))

    def reads(self, names: Iterable[str], field: FieldPath | str = "*") -> bool:
        """Whether the consumer reads the field (or something in it) from what it receives."""
        return not self.declared or any(_names(usage.reads, field) for usage in self._usages(names))

    def sends(self, names: Iterable[str], field: FieldPath | str = "*") -> bool:
        """Whether the consumer may write the field (or something in it) into what it sends."""
        return not self.declared or any(_names(usage.sends, field) for usage in self._usages(names))

    def always_sends(self, names: Iterable[str], field: FieldPath | str) -> bool:
        """Whether the consumer says that it sends the field wherever it uses the place."""
        usages = list(self._usages(names))
        return bool(usages) and all(
            usage.sends is not None and _names(usage.sends, field) for usage in usages
        )

    def sends_header(self, names: Iterable[str], header: str) -> bool:
        """Whether the consumer says that it sends the header (names ignore case, RFC 9110 5.1)."""
        usages = list(self._usages(names))
        return bool(usages) and all(
            header.casefold() in {name.casefold() for name in usage.headers or ()}
            for usage in usages
        )

    def sends_parameter(self, names: Iterable[str], parameter: str) -> bool:
        """Whether the consumer says that it sends the query or path parameter."""
        usages = list(self._usages(names))
        return bool(usages) and all(parameter in (usage.parameters or ()) for usage in usages)

    def _usages(self, names: Iterable[str]) -> Iterator[Usage]:
        wanted = {names} if isinstance(names, str) else set(names)
        return (usage for usage in self.uses if usage.target in wanted)


def _names(fields: tuple[FieldPath, ...] | None, field: FieldPath | str) -> bool:
    path = FieldPath.parse(field) if isinstance(field, str) else field
    return fields is None or any(own.overlaps(path) for own in fields)
