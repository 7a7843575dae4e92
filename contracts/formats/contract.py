"""What every format is read into: a tree of elements, some of which are exchanges.

An :class:`Element` is one named piece of a contract that two versions are compared by: an
operation, a parameter, a media type, a server, a channel, a message. An element that carries
a schema is an *exchange*: one place where one side writes and the other reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import chain
from typing import Any, Protocol

from contracts.documents import Document
from contracts.lean_dataclasses import dataclass, field, replace
from contracts.schema import Dialect, SchemaAt
from contracts.schema.resources import References
from contracts.verdict import Direction, Json, Place

STABILITY = ("draft", "alpha", "beta", "stable")
"""Levels of stability (``x-stability-level``), each promising more than the one before."""


def day_of(stated: Json) -> date | None:
    """The day that an RFC 3339 date or date-time names; None for anything else."""
    try:
        return date.fromisoformat(stated[:10]) if isinstance(stated, str) else None
    except ValueError:
        return None


class Side(StrEnum):
    """Who owns the contract and who uses it; one of them writes an exchange's data."""

    CONSUMER = "consumer"  # the client of an API; also whoever wrote values of a bare schema
    PROVIDER = "provider"

    @property
    def other(self) -> Side:
        """The side that reads what this one writes."""
        return Side.PROVIDER if self is Side.CONSUMER else Side.CONSUMER


class Agreement(Protocol):
    """How values that stand in the two documents of a comparison compare, the old one's first."""

    led: dict[str, Any]
    """What is remembered of references that were followed in both."""

    def same(self, old: Json, new: Json) -> bool:
        """Whether they are equal, and so is all that they refer to; when in doubt, not."""

    def alike(self, old: Json, new: Json) -> bool:
        """Whether they say the same themselves, whatever their references lead to."""

    def leads_alike(self, new: Json) -> bool:
        """Whether of a value that stands in what is ``alike`` all references lead to the same."""


class Stated(Protocol):
    """What a document says about a part, read without making elements of it."""

    def payloads(self, other: Any, agreement: Agreement) -> Sequence[Payload] | None:
        """Everything by which the part and another version's, ``other``, differ.

        None if elements have to be made to see that.
        """


class Standing(Protocol):
    """How schemas are read where they stand."""

    @property
    def document(self) -> Document: ...
    @property
    def dialect(self) -> Dialect: ...
    @property
    def resolver(self) -> References: ...


@dataclass(slots=True, eq=False)
class Payload:
    """An exchange of which only what its schema refers to differs; an element when asked for."""

    label: str
    media_type: str
    writer: Side
    direction: Direction
    schemas: tuple[Json, Json]
    """As they stand at ``pointer`` of the old and of the new version."""
    pointer: str
    standing: tuple[Standing, Standing]
    find: Callable[[Element, Part], Element]
    """The element, in a part of an element of its contract."""


@dataclass(slots=True, eq=False)
class Part:
    """Some of an element's children, all of their kinds, and what they are made of.

    Where ``made_of`` (values of the element's document, references not followed) says the same
    in two versions and ``context`` is equal, so are the children, and nobody unfolds them.
    """

    name: str
    """By which it is found again in another version."""
    grow: Callable[[Element], Iterable[Element]]
    made_of: tuple[Json, ...] | None = None
    """None: they may differ for other reasons."""
    context: tuple[Json, ...] = ()
    kind: str | None = None
    """The kind of all its elements, where they are of one."""
    stated: Stated | None = None
    """How to compare it with another version of it before it is unfolded, where that is known."""
    elements: tuple[Element, ...] | None = None


@dataclass(slots=True, eq=False)
class Element:
    """One piece of a contract, found at ``pointer`` of ``document`` (where it really stands).

    ``kind`` names what rules apply (``operation``, ``parameter``, ``media-type``, ``server`` …);
    ``key`` is its identity among its siblings of the same kind, whatever the spelling (path
    templates without parameter names, header names in lower case); ``label`` is what a user
    reads: ``POST /orders request body application/json``. ``facts`` is what this kind's rules
    look at."""

    kind: str
    key: str
    label: str
    document: Document
    pointer: str
    writer: Side = Side.CONSUMER
    direction: Direction = Direction.CONTRACT
    schema: SchemaAt | None = None
    required: bool = False
    facts: Mapping[str, Json] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    context: tuple[Json, ...] = ()
    """What it means beyond what stands below ``pointer``: inherited values, compared by ``==``."""
    depends: tuple[tuple[Document, str], ...] = ()
    """Further places that it consists of; it is unfolded when what stands there differs, too."""
    operation: str | None = None
    """Label of the operation (API) or channel operation (events) that this is a part of."""
    parent: Element | None = None
    grow: Callable[[Element], Iterable[Element]] | None = None
    """Yields the children when somebody looks at them: equal pieces are never unfolded."""
    unfold: Callable[[], Iterable[Part]] | None = None
    """Instead of ``grow``: the parts that the children of an element come in, which has many."""
    _parts: tuple[Part, ...] | None = None
    _children: tuple[Element, ...] | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that its children come in; none where these come together."""
        if self._parts is None:
            self._parts = tuple(self.unfold()) if self.unfold else ()
        return self._parts

    @property
    def children(self) -> Sequence[Element]:
        """The pieces of this piece, in the document's order."""
        if self._children is None:
            if self.parts:
                self._children = tuple(chain.from_iterable(map(self.grown, self.parts)))
            else:
                self._children = self._own(self.grow(self)) if self.grow else ()
        return self._children

    def grown(self, part: Part) -> tuple[Element, ...]:
        """The children in one of its parts."""
        if part.elements is None:
            part.elements = self._own(part.grow(self))
        return part.elements

    def _own(self, children: Iterable[Element]) -> tuple[Element, ...]:
        found = tuple(children)
        for child in found:
            child.parent = self
            if child.operation is None:
                child.operation = self.operation
        return found

    @property
    def reader(self) -> Side:
        """Who reads what the writer writes."""
        return self.writer.other

    def of_kind(self, kind: str) -> tuple[Element, ...]:
        """The direct children of one kind."""
        if self.parts and self._children is None:
            parts = [part for part in self.parts if part.kind is None or part.kind == kind]
            children: Iterable[Element] = chain.from_iterable(map(self.grown, parts))
        else:
            children = self.children
        return tuple(child for child in children if child.kind == kind)

    def walk(self) -> Iterator[Element]:
        """This element and everything below it, depth first."""
        stack = [self]
        while stack:
            element = stack.pop()
            yield element
            stack.extend(reversed(element.children))

    def up(self, kind: str) -> Element | None:
        """The nearest enclosing element of a kind."""
        element = self.parent
        while element is not None and element.kind != kind:
            element = element.parent
        return element

    def place(self, *, value: bool = True) -> Place:
        """Pointer, line and value; looks up the line, so only for what is reported."""
        found: Place = self.document.place(self.pointer)
        return found if value else replace(found, value=None)


Sample = Callable[[Element], Json]
"""Some value of an exchange, to stand beside the one that is shown; None if none is at hand."""


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something in a document that its specification forbids and the reader lived with."""

    code: str
    message: str
    document: Document
    pointer: str


@dataclass(slots=True, eq=False)
class Contract:
    """A document as its format's reader understood it."""

    format: str
    version: str
    document: Document
    root: Element
    oddities: list[Oddity] = field(default_factory=list)
    show: Callable[[Element, Json, Sample], str | None] = lambda _element, _payload, _sample: None
    """A payload as the request, response or message of its element, for people."""
    assumptions: list[str] = field(default_factory=list)
    """Names of what had to be assumed to make sense of the document."""

    @property
    def exchanges(self) -> Iterator[Element]:
        """Every place where a writer meets a reader."""
        return (element for element in self.root.walk() if element.schema is not None)

    @property
    def operations(self) -> Iterator[Element]:
        """Every operation, callbacks and webhooks included."""
        return (element for element in self.root.walk() if element.kind == "operation")
