"""Where the values of a YAML text stand."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from contracts.documents import pointer
from contracts.documents.limits import Limits
from contracts.documents.yaml_events import Spot, compose
from contracts.verdict import Json

_READ_BEFORE = Limits(bytes=sys.maxsize, nodes=sys.maxsize, aliased=sys.maxsize)


class YamlPositions:
    """Lines of the keys and items of one YAML text that has been parsed to ``data``."""

    def __init__(self, raw: bytes, data: Json) -> None:
        self._data = data
        _, self._root = compose(raw.decode(), "", _READ_BEFORE)

    def line(self, tokens: Sequence[str]) -> int:
        """The line of a key or an item; of the nearest ancestor if it is missing."""
        spot: Spot = self._root
        for token in tokens:
            children = spot.children
            try:
                spot = pointer.step(children, token)
            except LookupError:
                break
        return spot.line
