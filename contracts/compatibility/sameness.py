"""Which parts of two documents say the same, so that nobody has to look at them.

Two values are the same when their text is equal and so is everything they refer to. One pass
over the text of a part finds its references; each referenced part is judged once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

import orjson

from contracts.documents import Document, pointer
from contracts.verdict import Json

_LOCAL = re.compile(rb'"(#/[^"]*)"')
_REFERENCE = re.compile(rb'"\$(?:ref|dynamicRef|recursiveRef)":"(?!#/)')
_IDENTIFIERS = re.compile(rb'"(?:\$(?:id|anchor|dynamicAnchor|recursiveAnchor)":|id":")')

Spot = tuple[str, str]


class Sameness:
    """Answers for one pair of documents; remembers every referenced part."""

    def __init__(self, old: Document, new: Document) -> None:
        self._old = old
        self._new = new
        self._known: dict[Spot, bool] = {}

    def same(self, old: Document, old_pointer: str, new: Document, new_pointer: str) -> bool:
        """Whether two parts are equal to the last referenced part; when in doubt, not."""
        if old is not self._old or new is not self._new:
            return old.sha256 == new.sha256 and old_pointer == new_pointer and _closed(new)
        text = self._equal_text(old_pointer, new_pointer)
        if text is None:
            return False
        targets = _targets(text)
        return targets is not None and all(self._same_target(target) for target in targets)

    def _equal_text(self, old_pointer: str, new_pointer: str) -> bytes | None:
        """The common text of two parts, or None; `==` first, because 1 == True is not enough."""
        old, new = self._old.find(old_pointer, _NOTHING), self._new.find(new_pointer, _NOTHING)
        if old is _NOTHING or new is _NOTHING or old != new:
            return None
        text = _text(new)
        return text if text == _text(old) else None

    def _same_target(self, target: str) -> bool:
        spot = (target, target)
        if spot not in self._known:
            self._judge(target)
        return self._known[spot]

    def _judge(self, start: str) -> None:
        """Judge everything reachable from one part: unequal ones spoil whoever refers to them."""
        referrers: dict[str, list[str]] = {start: []}
        spoiled: list[str] = []
        waiting = [start]
        while waiting:
            at = waiting.pop()
            text = self._equal_text(at, at)
            targets = _targets(text) if text is not None else None
            if targets is None:
                spoiled.append(at)
                continue
            for target in targets:
                known = self._known.get((target, target))
                if known is False:
                    spoiled.append(at)
                elif known is None:
                    if target not in referrers:
                        referrers[target] = []
                        waiting.append(target)
                    referrers[target].append(at)
        bad: set[str] = set()
        while spoiled:
            at = spoiled.pop()
            if at not in bad:
                bad.add(at)
                spoiled.extend(referrers[at])
        self._known.update({(at, at): at not in bad for at in referrers})


_NOTHING = object()


def _text(value: Json) -> bytes:
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # deep, or a number that orjson does not write
        return json.dumps(value, sort_keys=True, default=str, separators=(",", ":")).encode()


def _targets(text: bytes) -> Iterable[str] | None:
    """The local pointers in a text; None if it refers in a way that text alone cannot follow."""
    if _REFERENCE.search(text) or _IDENTIFIERS.search(text):
        return None
    return {pointer.from_fragment(found[1:].decode()) for found in _LOCAL.findall(text)}


def _closed(document: Document) -> bool:
    """Whether a document refers to nothing outside itself."""
    return _targets(_text(document.data)) is not None
