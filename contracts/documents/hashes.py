"""Equal subtrees, recognised once: each distinct JSON value gets one identity.

This is hash-consing rather than a digest: two values have the same identity exactly when they are
equal, so nothing rests on the strength of a hash. Equal means equal as JSON: the order of names
does not matter, 1 and 1.0 are the same number, and true is not 1 (Python disagrees).
"""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal

import orjson

from contracts.verdict import Json

_SORTED = orjson.OPT_SORT_KEYS


class Identity:
    """What all equal values have in common; compare with ``is``."""

    __slots__ = ()


_TRUE, _FALSE = Identity(), Identity()
_AS_THEY_ARE = frozenset({str, int, float, type(None)})
"""Leaves that Python compares as JSON does (1 == 1.0), and that are no containers."""
_CONTAINERS = (dict, list)


class Subtrees:
    """Identities of all subtrees of the documents of one comparison.

    Every container is visited once, however often it is asked about. Values must not change
    while this object lives.
    """

    def __init__(self) -> None:
        self._by_id: dict[int, Identity] = {}
        self._by_content: dict[Hashable, Identity] = {}
        self._roots: list[Json] = []  # keeps them alive, and with them their id()

    def of(self, value: Json) -> Identity:
        """The identity of a value; the same object for equal values only."""
        if isinstance(value, _CONTAINERS):
            found = self._by_id.get(id(value))
            if found is None:
                self._roots.append(value)
                self._visit(value)
                found = self._by_id[id(value)]
            return found
        leaf = self._leaf(value)
        if isinstance(leaf, Identity):
            return leaf
        return self._by_content.setdefault((leaf,), Identity())

    def same(self, left: Json, right: Json) -> bool:
        """Whether two values are equal as JSON; much cheaper than :meth:`of` on large values.

        Values that differ for Python differ as JSON; values that it holds equal are equal if
        they are also written alike, and otherwise (1 beside 1.0 or true) are looked at.
        """
        if left is right:
            return True
        try:
            if left != right:
                return False
            if orjson.dumps(left, option=_SORTED) == orjson.dumps(right, option=_SORTED):
                return True
        except (RecursionError, TypeError):  # nested very deep, or a Decimal in it
            pass
        return self.of(left) is self.of(right)

    def _visit(self, root: Json) -> None:
        """Identify ``root`` and everything in it that is not known yet, innermost first."""
        by_id, by_content = self._by_id, self._by_content
        for value in reversed(_unknown_containers(root, by_id)):
            content: Hashable
            if type(value) is dict:
                items = value.values()
                if _AS_THEY_ARE.issuperset(map(type, items)):
                    content = frozenset(value.items())
                else:
                    content = frozenset(zip(value, self._parts(items), strict=True))
            elif _AS_THEY_ARE.issuperset(map(type, value)):
                content = ("[", *value)
            else:
                content = ("[", *self._parts(value))
            identity = by_content.get(content)
            if identity is None:
                identity = by_content[content] = Identity()
            by_id[id(value)] = identity

    def _parts(self, values: object) -> list[Hashable]:
        by_id = self._by_id
        return [
            part
            if type(part) in _AS_THEY_ARE
            else (by_id[id(part)] if isinstance(part, _CONTAINERS) else self._leaf(part))
            for part in values  # type: ignore[attr-defined]
        ]

    def _leaf(self, value: Json) -> Hashable:
        if value is True:
            return _TRUE
        if value is False:
            return _FALSE
        if isinstance(value, Decimal):  # 0.1 == Decimal of its binary value, to Python
            return int(value) if value == value.to_integral_value() else ("d", value.normalize())
        leaf: Hashable = value
        return leaf


def _unknown_containers(root: Json, known: dict[int, Identity]) -> list[Json]:
    """Containers without identity, each before what it contains; shared ones maybe twice."""
    found: list[Json] = [root]
    for value in found:  # grows while it is read
        children = value.values() if type(value) is dict else value
        found.extend([c for c in children if type(c) in _CONTAINERS and id(c) not in known])
    return found
