"""How much a document may cost. Every document is hostile until it has been read."""

from __future__ import annotations

from contracts.lean_dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one document; what goes over them is refused with the figure.

    ``bytes``: size of the file. ``depth``: containers around a value, the root container
    included. ``nodes``: values in the document, aliases counted as often as they are used.
    ``aliased``: the part of these that YAML aliases and merge keys add.
    """

    bytes: int = 64 * 1024 * 1024
    depth: int = 500
    nodes: int = 5_000_000
    aliased: int = 1_000_000

    def depth_sentence(self) -> str:
        """What to say about a document that is nested too deep."""
        return f"nested deeper than {self.depth} levels; flatten the document or use $ref"

    def nodes_sentence(self) -> str:
        """What to say about a document of too many values."""
        return f"more than {self.nodes:,} values; split the document"
