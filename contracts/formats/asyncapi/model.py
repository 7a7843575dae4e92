"""One AsyncAPI document being read, in whichever of the two shapes the specification has had."""

from __future__ import annotations

from contracts.formats.contract import day_of
from contracts.formats.node import Node, Source
from contracts.lean_dataclasses import dataclass, field
from contracts.verdict import Json


@dataclass(slots=True)
class Model(Source):
    """A document with what its parts inherit from it, and what had to be assumed about it."""

    assumptions: list[str] = field(default_factory=list)

    @property
    def default_content_type(self) -> str | None:
        """What a message without a ``contentType`` of its own is."""
        return self.root().text("defaultContentType")

    def component(self, kind: str) -> Node | None:
        """One map of ``components``."""
        components = self.root().at("components")
        return components.at(kind) if components is not None else None

    @staticmethod
    def spot(node: Node) -> tuple[int, str]:
        """Equal for nodes that stand at the same place."""
        return id(node.document), node.pointer


def unfollowed(node: Node | None) -> str | None:
    """The reference that led here and could not be followed further, if that is so."""
    if node is None or node.value != {}:
        return None
    stands = node.document.find(node.pointer)
    ref = stands.get("$ref") if isinstance(stands, dict) else None
    return ref if isinstance(ref, str) else None


def announced_end(node: Node) -> dict[str, Json]:
    """Whether something is deprecated, and the day from which it may be gone (``x-sunset``)."""
    deprecated = node.flag("deprecated") or node.flag("x-deprecated")
    return {"deprecated": deprecated, "sunset": day_of(node.get("x-sunset"))}


def last_token(ref: object) -> str | None:
    """The name that a reference ends in."""
    return ref.rpartition("/")[2] or None if isinstance(ref, str) else None
