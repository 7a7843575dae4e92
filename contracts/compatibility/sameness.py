"""Which parts of two documents say the same, so that nobody has to look at them.

Two values are the same when their text is equal, in OpenAPI apart from descriptions, and so is
everything they refer to. One pass over the text of a part finds its references; each referenced
part is judged once.
"""

from __future__ import annotations

import json
import re

import orjson

from contracts.documents import Document, pointer
from contracts.late_patterns import late
from contracts.verdict import Json

_BEYOND = late(
    rb'"\$(?:(?:ref|dynamicRef|recursiveRef)":"(?!#/)|(?:id|anchor|dynamicAnchor|recursiveAnchor)":)'
)
"""References that text alone cannot follow, and what gives them another meaning."""

_BEYOND_OPENAPI = late(rb'"\$(?:(?:ref|dynamicRef)":"(?!#/)|(?:id|anchor|dynamicAnchor)":)')
_IDENTIFIER = b'"id":"'


class Sameness:
    """Answers for one pair of documents; remembers every referenced part."""

    def __init__(
        self,
        old: Document,
        new: Document,
        *,
        dialects_told: bool = False,
        restated: bool = False,
        identified: bool = True,
    ) -> None:
        self.dialects_told = dialects_told
        """Whether each schema says its own dialect, so that equal text may mean something else."""
        self._restated = restated
        """Whether they are of two OpenAPI versions that read some keywords otherwise."""
        self._identified = identified
        """Whether ``id`` and ``$recursiveRef`` may be what older drafts call so; in OpenAPI the one
        is a member of an example, and the other says nothing."""
        self._old = old
        self._new = new
        self._known: dict[str, bool] = {}
        self._pairs: dict[tuple[int, int], bool] = {}
        self._alike: dict[tuple[int, int], bool] = {}

    def same(self, old: Document, old_pointer: str, new: Document, new_pointer: str) -> bool:
        """Whether two parts are equal to the last referenced part; when in doubt, not."""
        if old is not self._old or new is not self._new:
            return old.sha256 == new.sha256 and old_pointer == new_pointer and _closed(new)
        before, after = old.find(old_pointer, _NOTHING), new.find(new_pointer, _NOTHING)
        return before is not _NOTHING and after is not _NOTHING and self.same_values(before, after)

    @property
    def documents(self) -> tuple[Document, Document]:
        """The old and the new one."""
        return self._old, self._new

    def covers(self, old: Document, new: Document) -> bool:
        """Whether :meth:`same_values` may be asked about values of these documents."""
        return old is self._old and new is self._new

    def same_values(self, old: Json, new: Json) -> bool:
        """The same for values that stand in the two documents, wherever that is."""
        kind = type(old)
        if kind is not type(new):
            return False
        if kind is not dict and kind is not list:
            if old != new or kind is not str or not old.startswith("#/"):
                return bool(old == new)
            return self._same_target(pointer.from_fragment(old[1:]))
        pair = (id(old), id(new))
        known = self._pairs.get(pair)
        if known is None and kind is dict and not self._restated and _plainly_same(old, new):
            return True
        if known is None:
            targets = self._common_references(old, new)
            known = targets is not None and all(map(self._same_target, targets))
            self._pairs[pair] = known
            if not known:
                self._alike[pair] = targets is not None
        return known

    def alike_values(self, old: Json, new: Json) -> bool:
        """Whether two values of these documents say the same themselves; when in doubt, not."""
        return self.same_values(old, new) or self._alike.get((id(old), id(new)), False)

    def known_alike(self, old: Json, new: Json) -> bool:
        """Whether it is known that two values say the same themselves, and are not the same."""
        return self._alike.get((id(old), id(new)), False)

    def leads_alike(self, value: Json) -> bool:
        """Whether all references in a value, which says the same in both, lead to the same."""
        if type(value) is dict:
            ref = value.get("$ref")
            if ref is None and _SCALARS.issuperset(map(type, value.values())):
                if not any(type(one) is str and one[:1] == "#" for one in value.values()):
                    return True
            elif len(value) == 1 and type(ref) is str and ref.startswith("#/"):
                return self._same_target(pointer.from_fragment(ref[1:]))
        targets = _targets(as_text(value), self._identified)
        return targets is not None and all(map(self._same_target, targets))

    def _same_target(self, target: str) -> bool:
        if target not in self._known:
            self._judge(target)
        return self._known[target]

    def _judge(self, start: str) -> None:
        """Judge everything reachable from one part: unequal ones spoil whoever refers to them."""
        referrers: dict[str, list[str]] = {start: []}
        spoiled: list[str] = []
        waiting = [start]
        while waiting:
            at = waiting.pop()
            old, new = self._old.find(at, _NOTHING), self._new.find(at, _NOTHING)
            found = old is not _NOTHING and new is not _NOTHING
            targets = self._common_references(old, new) if found else None
            if targets is None:
                spoiled.append(at)
                continue
            for target in targets:
                known = self._known.get(target)
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
        self._known.update({at: at not in bad for at in referrers})

    def _common_references(self, old: Json, new: Json) -> frozenset[str] | None:
        """What two parts of equal text refer to; None if their text differs, or when in doubt.

        In OpenAPI words about a part may differ. ``==`` comes first, but 1 == True is not enough.
        """
        if type(old) is not type(new):
            return None
        equal = old == new
        if not equal and (self._identified or not _alike_but_for_words(old, new)):
            return None  # what words mean is known of OpenAPI
        if type(new) is dict and len(new) == 1:
            ref = new.get("$ref")
            if type(ref) is str and ref.startswith("#/"):
                return frozenset({pointer.from_fragment(ref[1:])})
        text = as_text(new)
        if equal and text != as_text(old):
            return None
        if self._restated and _READ_OTHERWISE.search(text):
            return None
        return _targets(text, self._identified)


_SCALARS = frozenset({str, int, float, bool})


def _plainly_same(old: dict[str, Json], new: dict[str, Json]) -> bool:
    """Whether two objects are equal and hold nothing but scalars that refer to nothing."""
    types = list(map(type, new.values()))
    return (
        _SCALARS.issuperset(types)
        and old == new
        and types == list(map(type, old.values()))
        and not any(name[:1] == "$" or name == "id" for name in new)
        and not any(type(one) is str and one[:1] == "#" for one in new.values())
    )


_NOTHING = object()

RESTATED = frozenset(
    {
        *("nullable", "exclusiveMinimum", "exclusiveMaximum", "prefixItems", "additionalItems"),
        *("unevaluatedProperties", "unevaluatedItems", "dependencies", "dependentSchemas"),
        *("dependentRequired", "patternProperties", "propertyNames", "contains", "if", "const"),
        *("$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$defs", "definitions", "$schema"),
    }
)
"""Keywords that OpenAPI 2.0, 3.0 and 3.1 read otherwise, or that only some of them know."""

_READ_OTHERWISE = late(
    b'"(?:%s)":' % b"|".join(re.escape(word.encode()) for word in sorted(RESTATED))
    + rb'|"type":(?:\[|"null"|"file")|"items":\[|"\$ref":"[^"]*",'
    + rb'(?!"(?:description|summary)":"(?:[^"\\]|\\.)*"\})'
)
"""Such keywords, and what counts beside ``$ref`` in 3.1 only, in the text of a schema."""

_WORDS = frozenset({"description", "title", "summary", "$comment"})
"""Members of OpenAPI's objects that say something to people only, where they are text."""

_VALUES = frozenset(
    {*("const", "enum", "default", "example", "examples"), *("mapping", "parameters", "scopes")}
)
"""What may hold members of these names that are no words about it."""


def _alike_but_for_words(old: Json, new: Json) -> bool:
    """Whether two values are equal, apart from the words that are said about them."""
    waiting = [(old, new)]
    for one, other in waiting:  # grows while it is read
        kind = type(one)
        if kind is not type(other):
            return False
        if kind is dict:
            if one.keys() != other.keys() and not all(
                name in _WORDS and type(one.get(name, other.get(name))) is str
                for name in one.keys() ^ other.keys()
            ):
                return False
            for name in one.keys() & other.keys():
                value, after = one[name], other[name]
                if name in _VALUES:
                    if as_text(value) != as_text(after):
                        return False
                elif name not in _WORDS or not type(value) is type(after) is str:
                    waiting.append((value, after))
        elif kind is list:
            if len(one) != len(other):
                return False
            waiting.extend(zip(one, other, strict=True))
        elif one != other:
            return False
    return True


def as_text(value: Json) -> bytes:
    """A value as a text that equal values share."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # deep, or a number that orjson does not write
        return json.dumps(value, sort_keys=True, default=str, separators=(",", ":")).encode()


_NO_TARGETS: frozenset[str] = frozenset()


def _targets(text: bytes, identified: bool = True) -> frozenset[str] | None:
    """The local pointers in a text; None if it refers in a way that text alone cannot follow."""
    if identified and _IDENTIFIER in text:
        return None
    if b'"$' not in text and b'"#' not in text:
        return _NO_TARGETS
    beyond = _BEYOND if identified else _BEYOND_OPENAPI
    if text.count(b'"$') != text.count(b'"$ref":"#/') and beyond.search(text):
        return None
    pieces = text.split(b'"#/')
    inside = [piece.endswith(b"\\") for piece in pieces]  # a quotation within a text
    targets = {
        piece[: piece.index(b'"')]
        for piece, quoted in zip(pieces[1:], inside, strict=False)
        if not quoted
    }
    return frozenset(pointer.from_fragment(f"/{target.decode()}") for target in targets)


def _closed(document: Document) -> bool:
    """Whether a document refers to nothing outside itself."""
    return _targets(as_text(document.data)) is not None
