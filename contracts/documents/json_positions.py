"""Where the values of a JSON text stand, found only along the pointers that are asked for.

The children of one container are found by skipping from value to value. A pretty-printed
container is skipped by its closing line (a raw line break cannot stand in a JSON string, so
``\\n    }`` is always structure), any other by its tokens. What is found must agree with the
names in the parsed data, otherwise the guess by layout is dropped.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

import orjson

from contracts.documents import pointer
from contracts.documents.line_index import LineIndex, Order
from contracts.late_patterns import late
from contracts.verdict import Json

_STRING = late(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_TOKEN = late(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\]]', re.DOTALL)
_NAME_OR_BRACKET = late(rb'("(?:[^"\\]++|\\.)*+")([ \t\r\n]*+:)?|[{}\[\]]', re.DOTALL)
_SPACE = late(rb"[ \t\r\n]*+")
_ATOM = late(rb"[^,\]}\s]++")
_INDENT = late(rb"[ \t]*+")
_MEMBER = late(
    rb'("(?:[^"\\]++|\\.)*+")[ \t\r\n]*+:[ \t\r\n]*+'
    rb'(?:("(?:[^"\\]++|\\.)*+"|[^"{\[,\]}\s][^,\]}\s]*+)[ \t\r\n]*+(,[ \t\r\n]*+)?)?+',
    re.DOTALL,
)
"""A name, and its value if that is no container, with the comma behind it."""
_OPENING = b"{["
_MARK = b"\xef\xbb\xbf"  # a byte order mark, which RFC 8259 section 8.1 lets a reader ignore
_CLOSING = {ord("{"): b"}", ord("["): b"]"}

_Children = list[tuple[int, int]]


def line_and_column(raw: bytes, offset: int) -> tuple[int, int]:
    """One-based line and column (in characters) of a byte offset."""
    start = raw.rfind(b"\n", 0, offset) + 1
    column = len(raw[start:offset].decode("utf-8", "replace")) + 1
    return raw.count(b"\n", 0, offset) + 1, column


def first_duplicate(raw: bytes) -> tuple[str, int, int] | None:
    """The first name used twice in one object, and the offsets of both; ``raw`` is valid JSON."""
    stack: list[dict[bytes | str, int]] = []
    for match in _NAME_OR_BRACKET.finditer(raw):
        text, is_name = match.groups()
        if text is None:
            if match[0] in b"{[":
                stack.append({})
            else:
                stack.pop()
        elif is_name:
            name: str = orjson.loads(text)
            offset = match.start()
            first = stack[-1].setdefault(name, offset)
            if first != offset:
                return name, first, offset
    return None


def _has_names(data: Json) -> bool:
    """Whether a guess by layout can be checked: by the names of members, or of every item."""
    return isinstance(data, dict) or not any(isinstance(item, list) for item in data)


@functools.lru_cache(maxsize=256)
def _less_indented(indent: bytes) -> re.Pattern[bytes]:
    """Finds the next line that is not indented deeper than ``indent``."""
    return re.compile(rb"\n(?!" + indent + rb"[ \t])" + indent)


class JsonPositions:
    """Lines of the members and items of one JSON text that has been parsed to ``data``."""

    def __init__(self, raw: bytes, data: Json) -> None:
        self._raw = raw
        self._data = data
        self._children: dict[int, _Children] = {}
        self._lines = LineIndex(raw)
        self._order = Order()
        self._inside: dict[tuple[str, ...], tuple[int, Json]] = {}

    def line(self, tokens: Sequence[str]) -> int:
        """The line of a member's name or an item; of the nearest ancestor if it is missing."""
        if b"\n" not in self._raw:
            return 1
        return self._lines.line(self._offset(tokens))

    def _offset(self, tokens: Sequence[str]) -> int:
        """Where a value begins; neighbours are asked for together, so their parent is kept."""
        holder = tuple(tokens[:-1])
        known = self._inside.get(holder)
        if known is None or not tokens:
            at, value, data = self._walk(holder)
            if value < 0 or not tokens:
                return at
            self._inside[holder] = (value, data)
        else:
            value, data = known
            at = value
        found, inner, _ = self._walk(tokens[-1:], (value, data))
        return found if inner >= 0 else self._walk(holder)[0]

    def _walk(
        self, tokens: Sequence[str], start: tuple[int, Json] | None = None
    ) -> tuple[int, int, Json]:
        """Where a value's name begins, where itself, and it; -1 where only an ancestor is there."""
        if start is None:
            at = self._skip_space(len(_MARK) if self._raw.startswith(_MARK) else 0)
            start = (at, self._data)
        value, data = start
        at = value
        for token in tokens:
            try:
                child = pointer.step(data, token)
            except LookupError:
                return at, -1, None
            children = self._children_of(value, data)
            named = isinstance(data, dict)
            index = self._order.position(token, data, value) if named else int(token)
            at, value = children[index]
            data = child
        return at, value, data

    def _children_of(self, opening: int, data: Json) -> _Children:
        known = self._children.get(opening)
        if known is None:
            known = self._scan(opening, data, by_layout=True) if _has_names(data) else None
            if known is None:
                known = self._scan(opening, data, by_layout=False) or []
            self._children[opening] = known
        return known

    def _scan(self, opening: int, data: Json, *, by_layout: bool) -> _Children | None:
        """Offsets of (name or item, value) of each child, or None if the layout misleads."""
        raw = self._raw
        closing = _CLOSING[raw[opening]]
        found: _Children = []
        names: list[bytes] = []
        at = self._skip_space(opening + 1)
        while raw[at : at + 1] != closing:
            value = at
            if closing == b"}":
                member = _MEMBER.match(raw, at)
                if member is None:
                    return None
                names.append(member[1])
                if member[2] is not None:
                    found.append((at, member.start(2)))
                    at = member.end()
                    if member[3] is None and raw[at : at + 1] != closing:
                        return None
                    continue
                value = member.end()
            found.append((at, value))
            at = self._skip_space(self._end(value, by_layout=by_layout))
            if raw[at : at + 1] == b",":
                at = self._skip_space(at + 1)
            elif raw[at : at + 1] != closing:
                return None
        if len(set(names)) != len(names):  # the last one counts, in the place of the first
            last = dict(zip(names, found, strict=True))
            names, found = list(last), list(last.values())
        return found if self._agrees(found, names, data) else None

    def _agrees(self, found: _Children, names: list[bytes], data: Json) -> bool:
        if isinstance(data, dict):
            return bool(orjson.loads(b"[" + b",".join(names) + b"]") == list(data))
        return len(found) == len(data) and all(
            self._first_name(value) == next(iter(child), None)
            for (_, value), child in zip(found, data, strict=True)
            if isinstance(child, dict)
        )

    def _first_name(self, opening: int) -> str | None:
        name = _STRING.match(self._raw, self._skip_space(opening + 1))
        return orjson.loads(name[0]) if name and self._raw[opening] == ord("{") else None

    def _end(self, value: int, *, by_layout: bool) -> int:
        """The offset behind the value that begins at ``value``."""
        raw = self._raw
        if raw[value] not in _OPENING:
            match = (_STRING if raw[value] == ord('"') else _ATOM).match(raw, value)
            return match.end() if match else len(raw)
        if by_layout and raw[value + 1 : value + 2] in (b"\n", b"\r"):
            indent = _INDENT.match(raw, raw.rfind(b"\n", 0, value) + 1)
            less = _less_indented(indent[0] if indent else b"").search(raw, value)
            if less and raw.startswith(_CLOSING[raw[value]], less.end()):
                return less.end() + 1
        depth = 0
        for match in _TOKEN.finditer(raw, value):
            byte = raw[match.start()]
            if byte in _OPENING:
                depth += 1
            elif byte in b"}]":
                depth -= 1
                if depth == 0:
                    return match.end()
        return len(raw)

    def _skip_space(self, at: int) -> int:
        match = _SPACE.match(self._raw, at)
        return match.end() if match else at
