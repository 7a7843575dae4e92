"""Which patterns a member's name may match together."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

Signature = frozenset[str]
"""The patterns that an otherwise unmentioned name matches; it matches no other."""

_FEW_PATTERNS = 8
_MOST_PATTERNS = 64
_MOST_SIGNATURES = 16_384


@lru_cache(maxsize=1024)
def signatures(patterns: tuple[str, ...]) -> tuple[list[Signature], bool]:
    """The sets of patterns that one name may match, small ones first, and whether these are all.

    Of few patterns all sets; of more those whose patterns have a text in common two by two.
    """
    if len(patterns) > _MOST_PATTERNS:
        return [frozenset(), *(frozenset({pattern}) for pattern in patterns)], False
    if len(patterns) <= _FEW_PATTERNS:
        sizes = range(len(patterns) + 1)
        chosen_of = (chosen for size in sizes for chosen in combinations(patterns, size))
        return list(map(frozenset, chosen_of)), True
    beside = [
        {j for j in range(i + 1, len(patterns)) if not _apart(patterns[i], patterns[j])}
        for i in range(len(patterns))
    ]
    found: list[Signature] = []
    level: list[tuple[tuple[int, ...], set[int]]] = [((), set(range(len(patterns))))]
    while level:
        found.extend(frozenset(patterns[i] for i in chosen) for chosen, _ in level)
        level = [((*chosen, i), more & beside[i]) for chosen, more in level for i in sorted(more)]
        if len(found) + len(level) > _MOST_SIGNATURES:
            return found, False
    return found, True


def _apart(one: str, other: str) -> bool:
    """Whether certainly no text matches both patterns."""
    from contracts.schema.languages import language_of
    from contracts.schema.regular import Unsupported

    try:
        return (language_of(one) & language_of(other)).is_empty()
    except Unsupported:
        return False
