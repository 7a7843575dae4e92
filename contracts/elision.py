"""Long texts and lists as people and reports are shown them, and the whole of them again.

A witness may be a text of ten million characters: nothing shorter is refused by `maxLength:
10485760`. Validators judge it whole; every report shows its beginning, how long it is and what
is repeated. What does not repeat itself stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contracts.documents import pointer
from contracts.lean_dataclasses import replace
from contracts.verdict import Elided, Finding, Json, Repeated, Witness

LONGEST_TEXT = 1_000
"""Characters of a text that is shown whole."""

LONGEST_LIST = 100
"""Items of a list that is shown whole."""

MOST_RESTORED = 32_000_000
"""Characters and items that :func:`whole` makes, unless told otherwise."""

_HEAD = 60
_PROBE = 64
_FURTHEST = 4_096
"""Characters after which a text is expected to repeat itself."""


class TooLong(ValueError):
    """The whole would be longer than wanted."""


def in_short(value: Json) -> Json:
    """The value as it is shown: long texts and lists that repeat themselves are marked as such."""
    return _Shortening().of(value, "")


def shown(finding: Finding) -> Finding:
    """The finding as reports show it: its witness in short, with what was left out."""
    witness = finding.witness
    if witness is None:
        return finding
    shortening = _Shortening()
    value = shortening.of(witness.value, "")
    if not shortening.found:
        return finding
    found = tuple(reversed(shortening.found))  # what is inside of another one comes first
    return replace(finding, witness=replace(witness, value=value, elided=found))


def whole(witness: Witness, most: int = MOST_RESTORED) -> Json:
    """The payload of a witness with all that reports leave out.

    Raises:
        TooLong: written down, it has more than ``most`` characters and items.
    """
    value = witness.value
    for left_out in witness.elided:
        if left_out.length > most:
            raise TooLong(f"a part of the payload has {left_out.length:,} characters or items")
        value = _restored(value, pointer.split(left_out.at), left_out)
    if witness.elided and (size := size_of(value)) > most:
        raise TooLong(f"the payload has {size:,} characters and items")
    return value


def size_of(value: Json) -> int:
    """Characters, items and members of a value as it is written; a part that is named again too."""
    known: dict[int, int] = {}

    def size(part: Json) -> int:
        if isinstance(part, str):
            return len(part)
        if not isinstance(part, (dict, list)):
            return 1
        if id(part) not in known:
            inside = part.values() if isinstance(part, dict) else part
            names = sum(map(len, part)) if isinstance(part, dict) else 0
            known[id(part)] = names + len(part) + sum(map(size, inside))
        return known[id(part)]

    return size(value)


class _Shortening:
    """One value made short, and what was left out of it."""

    def __init__(self) -> None:
        self.found: list[Elided] = []
        self._known: dict[int, tuple[Json, Elided] | None] = {}
        """Long texts come many times: what is the same object is described once."""

    def of(self, value: Json, at: str) -> Json:
        if isinstance(value, str):
            return value if len(value) <= LONGEST_TEXT else self._long(value, at)
        if isinstance(value, dict):
            changed = {name: self._member(item, at, name) for name, item in value.items()}
            return changed if any(changed[name] is not value[name] for name in value) else value
        if isinstance(value, list):
            if len(value) > LONGEST_LIST:
                return self._long(value, at)
            items = [self._member(item, at, str(i)) for i, item in enumerate(value)]
            return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
        return value

    def _member(self, value: Json, at: str, name: str) -> Json:
        if isinstance(value, (str, dict, list)) and len(value) > 0:
            return self.of(value, f"{at}/{pointer.escape(name)}")
        return value

    def _long(self, value: str | list[Json], at: str) -> Json:
        if id(value) not in self._known:
            made = _short_text(value) if isinstance(value, str) else _short_list(value)
            self._known[id(value)] = made
        known = self._known[id(value)]
        if known is not None:
            self.found.append(replace(known[1], at=at))
        if isinstance(value, str):
            return value if known is None else known[0]
        short = value if known is None else known[0]
        return [self._member(item, at, str(i)) for i, item in enumerate(short)]


# -- texts


def _short_text(text: str) -> tuple[str, Elided] | None:
    parts = _repetition(text)
    if parts is None:
        return None
    most = max(parts, key=lambda part: part.times)
    unit = str(most.of)
    named = repr(unit if len(unit) <= _HEAD else unit[:_HEAD] + "…")
    mark = f"… ({len(text):,} characters, {named} {most.times:,} times)"
    return text[:_HEAD].rstrip() + mark, Elided("", len(text), parts)


def _repetition(text: str) -> tuple[Repeated, ...] | None:
    """What stands before, what is repeated, what is left behind; None if that is not short."""
    middle = len(text) // 2
    probe = text[middle : middle + _PROBE]
    again = text.find(probe, middle + 1, middle + 1 + _FURTHEST + _PROBE)
    if again < 0:
        return None
    period = again - middle
    begin = _begins(text, middle, period)
    end = _ends(text, again, period)
    times = (end - begin) // period
    done = begin + period * times
    parts = (
        Repeated(text[:begin], 1),
        Repeated(text[begin : begin + period], times),
        Repeated(text[done:], 1),
    )
    if begin + period + len(text) - done > len(text) // 2:
        return None
    return tuple(part for part in parts if part.of)


def _begins(text: str, known: int, period: int) -> int:
    """Where the text begins to repeat itself that does so at ``known``."""
    low = 0
    while low < known:
        at = (low + known) // 2
        if text[at:known] == text[at + period : known + period]:
            known = at
        else:
            low = at + 1
    return known


def _ends(text: str, known: int, period: int) -> int:
    """Where the text ends that repeats itself up to ``known``."""
    high = len(text)
    while known < high:
        at = (known + high + 1) // 2
        if text[known:at] == text[known - period : at - period]:
            known = at
        else:
            high = at - 1
    return known


# -- lists


def _short_list(items: list[Json]) -> tuple[list[Json], Elided] | None:
    runs = list(_runs(items))
    if len(runs) > len(items) // 4:
        return None
    short: list[Json] = []
    parts: list[Repeated] = []
    for item, times in runs:
        parts.append(Repeated(len(short), times))
        short.append(item)
        if times > 1:
            short.append(f"… ({len(items):,} items, the one before {times - 1:,} times more)")
    return short, Elided("", len(items), tuple(parts))


def _runs(items: Sequence[Json]) -> Iterator[tuple[Json, int]]:
    """Items, and how often each follows upon itself."""
    begun, times = items[0], 0
    for item in items:
        if _same(item, begun):
            times += 1
        else:
            yield begun, times
            begun, times = item, 1
    yield begun, times


def _same(one: Json, other: Json) -> bool:
    """Whether two values are written alike."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


# -- the whole again


def _restored(value: Json, tokens: Sequence[str], left_out: Elided) -> Json:
    """A copy of the value with the whole of what stands there."""
    if tokens:
        copy = value.copy()
        at = int(tokens[0]) if isinstance(value, list) else tokens[0]
        copy[at] = _restored(value[at], tokens[1:], left_out)
        return copy
    if isinstance(value, str):
        return "".join(str(part.of) * part.times for part in left_out.parts)
    return [item for part in left_out.parts for item in [value[int(part.of)]] * part.times]


def read(told: Sequence[Mapping[str, Any]]) -> tuple[Elided, ...]:
    """What was left out, from its JSON.

    Raises:
        KeyError: it is not told as reports tell it.
    """
    return tuple(
        Elided(
            one["at"],
            one["length"],
            tuple(Repeated(part["of"], part["times"]) for part in one["parts"]),
        )
        for one in told
    )
