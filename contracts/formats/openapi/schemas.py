"""Schema Objects where they stand, in the dialect of their document."""

from __future__ import annotations

from contracts.formats.node import Node, Source
from contracts.schema import SchemaAt


def schema_at(source: Source, node: Node) -> SchemaAt:
    """The schema at a node, for the containment engine."""
    return SchemaAt(node.document, node.pointer, source.dialect, source.resolver)
