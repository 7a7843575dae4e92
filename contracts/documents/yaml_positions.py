"""Where the values of a YAML text stand, found only along the pointers that are asked for.

The members of a block mapping begin on lines of the same indentation, so they are found by
searching for line breaks with that many spaces; whatever stands deeper is skipped unread. What
is found must be exactly the keys (or the number of items) of the parsed data. Where it is not,
and in documents with anchors or tags, the event reader finds all places instead.
"""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Sequence

import orjson

from contracts.documents import pointer
from contracts.documents.limits import Limits
from contracts.documents.line_index import LineIndex, Order
from contracts.documents.yaml_spots import Spot
from contracts.late_patterns import late
from contracts.lean_dataclasses import dataclass
from contracts.verdict import Json

_READ_BEFORE = Limits(bytes=sys.maxsize, nodes=sys.maxsize, aliased=sys.maxsize)
_BEGINNING = late(rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:#[^\n]*)?\r?\n|---[ \t]*\r?\n)*+")
_TO_CONTENT = late(rb"[ \t]*+(?:(?:#[^\n]*+|\r)?\n[ ]*+)*+(?:#[^\n]*+\Z)?")
_COMMENT_AFTER = late(rb"[ \t]+#[^\n]*+")
_QUOTED = late(rb"\"((?:[^\"\\\n]++|\\.)*+)\"|'((?:[^'\n]++|'')*+)'")
_COLON = late(rb"[ \t]*+:(?=[ \t\r\n]|\Z)")


class _Unclear(Exception):
    """The layout does not tell; the event reader must."""


@dataclass(slots=True)
class _Region:
    """A value's text: where its content begins and where the next value's line begins."""

    at: int
    start: int
    end: int


class YamlPositions:
    """Lines of the keys and items of one YAML text that has been parsed to ``data``."""

    def __init__(self, raw: bytes, data: Json) -> None:
        self._raw = raw
        self._data = data
        self._lines = LineIndex(raw)
        self._order = Order()
        self._children: dict[int, list[_Region]] = {}
        self._flows: dict[int, Spot] = {}
        self._exact: Spot | None = None
        if raw.count(b"\r") != raw.count(b"\r\n"):
            self._exact = self._composed(raw, 0)

    def line(self, tokens: Sequence[str]) -> int:
        """The line of a key or an item; of the nearest ancestor if it is missing."""
        if self._exact is None:
            try:
                return self._by_layout(tokens)
            except _Unclear:
                self._exact = self._composed(self._raw, 0)
        return _line_in(self._exact, tokens)

    def _by_layout(self, tokens: Sequence[str]) -> int:
        start = _end(_BEGINNING, self._raw, 0)
        start = _end(_TO_CONTENT, self._raw, start)
        if self._raw.startswith((b"%", b"---", b"...", b"&", b"!", b"?"), start):
            raise _Unclear
        region = _Region(start, start, len(self._raw))
        data = self._data
        for index, token in enumerate(tokens):
            try:
                child = pointer.step(data, token)
            except LookupError:
                break
            if self._raw[region.start : region.start + 1] in (b"{", b"["):
                flow = _line_in(self._flow(region), tokens[index:])
                return flow + self._lines.line(region.start) - 1
            children = self._children_of(region, data)
            named = isinstance(data, dict)
            position = self._order.position(token, data, region.start) if named else int(token)
            region, data = children[position], child
        return self._lines.line(region.at)

    def _flow(self, region: _Region) -> Spot:
        """A collection in flow style, read by itself; its lines count from its own first."""
        spot = self._flows.get(region.start)
        if spot is None:
            spot = self._composed(self._raw[region.start : region.end], region.start)
            self._flows[region.start] = spot
        return spot

    def _composed(self, raw: bytes, start: int) -> Spot:
        from contracts.documents.yaml_events import compose
        from contracts.errors import ContractError

        try:
            return compose(raw.decode("utf-8-sig"), "", _READ_BEFORE)[1]
        except ContractError:
            if start:
                raise _Unclear from None
            return Spot(1)  # only the fast reader understands this text

    def _children_of(self, region: _Region, data: Json) -> list[_Region]:
        known = self._children.get(region.start)
        if known is None:
            known = self._members(region, data) if isinstance(data, dict) else self._items(region)
            if len(known) != len(data):
                raise _Unclear
            self._children[region.start] = known
        return known

    def _members(self, region: _Region, data: dict[str, Json]) -> list[_Region]:
        raw = self._raw
        starts = self._starts(region, _member_lines(self._column(region.start)))
        if len(starts) != len(data):
            raise _Unclear
        found = []
        for key, at, end in zip(data, starts, [*starts[1:], region.end], strict=True):
            colon = _COLON.match(raw, self._after_key(at, key))
            if colon is None:
                raise _Unclear
            found.append(_Region(at, self._content(colon.end(), end), end))
        return found

    def _items(self, region: _Region) -> list[_Region]:
        if not _is_dash(self._raw, region.start):
            raise _Unclear
        starts = self._starts(region, _item_lines(self._column(region.start)))
        found = []
        for at, end in zip(starts, [*starts[1:], region.end], strict=True):
            content = self._content(at + 1, end)
            found.append(_Region(content, content, end))
        return found

    def _starts(self, region: _Region, lines: re.Pattern[bytes]) -> list[int]:
        found = [match.end() for match in lines.finditer(self._raw, region.start, region.end)]
        return [region.start, *found]

    def _after_key(self, at: int, key: str) -> int:
        """The offset behind the key, which must be the one the data has here."""
        raw = self._raw
        plain = key.encode()
        if raw.startswith(plain, at):
            return at + len(plain)
        quoted = _QUOTED.match(raw, at)
        if quoted is None:
            raise _Unclear
        single = quoted[2]
        try:
            text = (
                orjson.loads(quoted[0]) if single is None else single.replace(b"''", b"'").decode()
            )
        except ValueError:
            raise _Unclear from None
        if text != key:
            raise _Unclear
        return quoted.end()

    def _content(self, at: int, end: int) -> int:
        """Where a value begins behind its colon or dash: on this line or on a later one."""
        raw = self._raw
        begin = at
        at = _end(_TO_CONTENT, raw, _end(_COMMENT_AFTER, raw, at))
        if at >= end:
            return begin  # there is no value, which means null
        if raw[at : at + 1] in (b"&", b"!", b"*", b"?"):
            raise _Unclear
        return at

    def _column(self, at: int) -> int:
        return at - (self._raw.rfind(b"\n", 0, at) + 1)


def _is_dash(raw: bytes, at: int) -> bool:
    return raw[at : at + 1] == b"-" and raw[at + 1 : at + 2] in (b" ", b"\t", b"\r", b"\n", b"")


def _end(pattern: re.Pattern[bytes], raw: bytes, at: int) -> int:
    match = pattern.match(raw, at)
    return match.end() if match else at


@functools.lru_cache(maxsize=256)
def _member_lines(column: int) -> re.Pattern[bytes]:
    """Ends of the indentation of lines that begin a member of a mapping in this column."""
    return re.compile(rb"\n" + b" " * column + rb"(?![\s#\]},]|-[ \t\r\n]|-\Z|\Z)")


@functools.lru_cache(maxsize=256)
def _item_lines(column: int) -> re.Pattern[bytes]:
    return re.compile(rb"\n" + b" " * column + rb"(?=-(?:[ \t\r\n]|\Z))")


def _line_in(spot: Spot, tokens: Sequence[str]) -> int:
    for token in tokens:
        try:
            spot = pointer.step(spot.children, token)
        except LookupError:
            break
    return spot.line
