"""A cursor in an API description that follows Reference Objects and survives oddities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.documents import Document, Resolver, pointer
from contracts.errors import ContractError
from contracts.formats.contract import Oddity
from contracts.lean_dataclasses import dataclass, field
from contracts.schema import SchemaAt
from contracts.schema.dialects import Dialect
from contracts.verdict import Json

UNSEEN = "reference-outside"
"""Code of a reference to something outside the document that could not be looked at."""

LONGEST_CHAIN = 64
"""References to references; more is a cycle or a joke."""


NAMED = frozenset(
    {
        *("header", "property", "parameter", "security scheme", "server", "server variable"),
        *("message", "schema", "encoding", "link", "webhook"),
    }
)
"""What maps hold whose keys are names that may begin with `x-`, as many headers do."""


@dataclass(slots=True, eq=False)
class Node:
    """A value and where it stands; never changed (freezing would make a hundred thousand slow)."""

    document: Document
    pointer: str
    value: Json

    def get(self, *keys: str) -> Json:
        """The plain value below, or None."""
        value = self.value
        for key in keys:
            if not isinstance(value, dict):
                return None
            value = value.get(key)
        return value

    def at(self, key: str | int) -> Node | None:
        """The node of a member or item, or None."""
        value = self.value
        if type(value) is dict:
            if key not in value:
                return None
        elif type(value) is not list or not isinstance(key, int) or key >= len(value):
            return None
        token = pointer.escape(key) if type(key) is str else key
        return Node(self.document, f"{self.pointer}/{token}", value[key])

    def text(self, key: str) -> str | None:
        """A member that is a string, or None."""
        value = self.value.get(key) if type(self.value) is dict else None
        return value if isinstance(value, str) else None

    def flag(self, key: str) -> bool:
        """Whether a member is exactly true."""
        return type(self.value) is dict and self.value.get(key) is True


@dataclass(slots=True)
class Source:
    """One document being read: its resolver, its version and what was odd about it."""

    document: Document
    version: str
    dialect: Dialect
    resolver: Resolver
    oddities: list[Oddity] = field(default_factory=list)
    parameters: dict[tuple[int, str, str, str], tuple[SchemaAt | None, Mapping[str, Json]]] = field(
        default_factory=dict
    )
    """What shared parameters mean, by document, pointer, where in a request, and name."""
    _known: set[tuple[str, str]] = field(default_factory=set)

    @property
    def second(self) -> bool:
        """Whether it is of the second generation: Swagger 2.0, AsyncAPI 2.x."""
        return self.version.startswith("2")

    def root(self) -> Node:
        """The whole document."""
        return Node(self.document, "", self.document.data)

    def odd(self, code: str, message: str, node: Node) -> None:
        """Note something that the specification forbids; reading goes on."""
        cause = (code, message if code in {UNSEEN, "reference-unresolved"} else node.pointer)
        if cause not in self._known:
            self._known.add(cause)
            self.oddities.append(Oddity(code, message, node.document, node.pointer))

    def follow(self, node: Node) -> Node:
        """Where a Reference Object leads; the node itself where it is none (or leads nowhere)."""
        for _ in range(LONGEST_CHAIN):
            ref = node.text("$ref")
            if ref is None:
                return node
            try:
                document, target = self.resolver.resolve(ref, node.pointer, within=node.document)
                node = Node(document, target, document.get(target))
            except ContractError as error:
                code = UNSEEN if not ref.startswith("#") else "reference-unresolved"
                self.odd(code, error.message, node)
                return Node(node.document, node.pointer, {})
        self.odd("reference-cycle", f"the reference {ref} leads back to itself", node)
        return Node(node.document, node.pointer, {})

    def members(self, node: Node | None, what: str) -> Iterator[tuple[str, Node]]:
        """The members of an object, their references not yet followed; anything else is odd."""
        if node is None:
            return
        node = self.follow(node)
        if not isinstance(node.value, dict):
            if node.value is not None:
                self.odd("wrong-type", f"{what} must be an object", node)
            return
        for key in node.value:
            child = node.at(key)
            if child is not None:
                yield key, child

    def items(self, node: Node | None, what: str) -> Iterator[Node]:
        """The items of an array, their references not yet followed; anything else is odd."""
        if node is None:
            return
        node = self.follow(node)
        if not isinstance(node.value, list):
            if node.value is not None:
                self.odd("wrong-type", f"{what} must be an array", node)
            return
        for index in range(len(node.value)):
            child = node.at(index)
            if child is not None:
                yield child

    def objects(self, node: Node | None, what: str) -> Iterator[tuple[str, Node]]:
        """The members of an object, references followed, that are objects themselves."""
        for key, member in self.members(node, what):
            extension = key.startswith("x-")
            if extension and what not in NAMED:
                continue
            child = self.follow(member)
            if isinstance(child.value, dict):
                yield key, child
            elif not extension:
                self.odd("wrong-type", f"{what} {key!r} must be an object", member)
