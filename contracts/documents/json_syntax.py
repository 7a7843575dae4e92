"""JSON text → values (RFC 8259): fast where nothing is lost, exact everywhere else.

orjson keeps the last of duplicate names and rounds numbers; both are noticed afterwards by
counting, and only then a slower exact way is taken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NoReturn

import orjson

from contracts.documents.limits import Limits
from contracts.documents.numbers import NumberTooLarge, exact_float, exact_int
from contracts.documents.shape import ORJSON_WRITES, depth_exceeds
from contracts.errors import DocumentUnreadable
from contracts.late_patterns import late
from contracts.verdict import Json

_DIGIT_CLASSES = bytes.maketrans(b"123456789.E", b"0000000000e")
_MANY_DIGITS = late(b"0" * 16)
_LONG_EXPONENT = late(rb"0e[+-]?000")
_EXACT_DIGITS = 18
"""Integers of so many digits are read exactly by orjson (64 bits)."""
_RUN = late(rb"[0e+-]+")
_LONG_NUMBER = late(rb"-?(?:[0-9.]{16,}|[0-9.]+[eE][+-]?[0-9]{3})[0-9.eE+-]*(?=[\s,\]}]|\Z)")
_COLONS = (b"\\u003a", b"\\u003A")
_STRING = late(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)


class NotJson(DocumentUnreadable):
    """The text breaks the grammar of JSON; it may be YAML."""


class RepeatedName(DocumentUnreadable):
    """An object has one name twice; ``data`` holds the last, as most parsers do (RFC 8259, 4)."""

    def __init__(self, data: Json, key: str, first: int, source: str, line: int, column: int):
        message = f"the name {key!r} is already used on line {first}; keep one of the two"
        super().__init__(message, source=source, line=line, column=column)
        self.data = data
        self.passed_over = (
            f"the name {key!r} on line {first} comes again on line {line}; the last one counts"
        )


def parse_json(raw: bytes, name: str, limits: Limits) -> Json:
    """The value of a JSON text, every number kept exactly.

    Raises:
        DocumentUnreadable: not JSON, a duplicate name (:class:`RepeatedName`), or over a limit.
    """
    _check_nodes(raw, name, limits)
    if _has_long_numbers(raw):
        return _parse_exactly(raw, name, limits)
    try:
        data = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        _refuse(error, name, limits)
    written = _written(data)
    _check_depth(data, written, name, limits)
    if _may_have_duplicates(raw, written):
        _refuse_duplicates(raw, data, name)
    return data


def _check_nodes(raw: bytes, name: str, limits: Limits) -> None:
    """Refuse too many values before they cost memory: one value follows each ``,[{``."""

    def bound(text: bytes) -> int:
        return text.count(b",") + text.count(b"[") + text.count(b"{") + 1

    if len(raw) < limits.nodes:
        return
    if bound(raw) > limits.nodes and bound(_STRING.sub(b"", raw)) > limits.nodes:
        raise DocumentUnreadable(limits.nodes_sentence(), source=name)


def _written(data: Json) -> bytes | None:
    """The text that orjson writes; None of values nested deeper than it can."""
    try:
        return orjson.dumps(data)
    except TypeError:
        return None


def _check_depth(data: Json, written: bytes | None, name: str, limits: Limits) -> None:
    shallow = written is not None and limits.depth >= ORJSON_WRITES
    if not shallow and depth_exceeds(data, limits.depth):
        raise DocumentUnreadable(limits.depth_sentence(), source=name)


def _has_long_numbers(raw: bytes) -> bool:
    """Whether orjson may round a number: one of 16 digits, or an exponent of three digits."""
    classes = raw.translate(_DIGIT_CLASSES)
    signs = (_MANY_DIGITS, _LONG_EXPONENT)
    return any(_is_rounded(raw, at) for sign in signs for at in _places(classes, sign))


def _places(text: bytes, sign: re.Pattern[bytes]) -> Iterator[int]:
    """Where a sign stands, once in each run of what a number is written with."""
    found = sign.search(text)
    while found:
        yield found.start()
        run = _RUN.match(text, found.start())
        found = sign.search(text, run.end() if run else found.end())


def _is_rounded(raw: bytes, at: int) -> bool:
    """Whether what stands around a place is a number (no part of a word) that no double is."""
    begin = at
    while begin and raw[begin - 1] in b"0123456789.eE+-":
        begin -= 1
    found = _LONG_NUMBER.match(raw, begin)
    if found is None or (begin and raw[begin - 1] not in b" \t\r\n[:,"):
        return False
    if found[0].removeprefix(b"-").isdigit():
        return len(found[0]) > _EXACT_DIGITS
    try:
        return not isinstance(exact_float(found[0].decode()), float)
    except ValueError:
        return True


def _may_have_duplicates(raw: bytes, written: bytes | None) -> bool:
    """False only when every member of the text is a member of the data.

    A colon follows every name, and strings keep theirs. Parsing can lose members but not the
    contents of strings, so equal counts in the text and in its parsed and re-written form prove
    that none was lost, unless escapes hide a colon.
    """
    if written is None:
        return True
    if b"\\u003" in raw and any(escape in raw for escape in _COLONS):
        return True
    return raw.count(b":") != written.count(b":")


def _refuse_duplicates(raw: bytes, data: Json, name: str) -> None:
    from contracts.documents.json_positions import first_duplicate, line_and_column

    found = first_duplicate(raw)
    if found is None:
        return
    key, first, second = found
    line, column = line_and_column(raw, second)
    raise RepeatedName(data, key, line_and_column(raw, first)[0], name, line, column)


def _parse_exactly(raw: bytes, name: str, limits: Limits) -> Json:
    """Like orjson, with numbers of any size; orjson judges the syntax first."""
    rounded: Json = None
    try:
        rounded = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        if "infinity" not in error.msg:
            _refuse(error, name, limits)
    else:
        _check_depth(rounded, None, name, limits)
    try:
        data = _decode(raw)
    except RecursionError:
        raise DocumentUnreadable(limits.depth_sentence(), source=name) from None
    except json.JSONDecodeError as error:
        raise DocumentUnreadable(
            f"not valid JSON: {error.msg}", source=name, line=error.lineno, column=error.colno
        ) from None
    except NumberTooLarge as error:
        raise DocumentUnreadable(str(error), source=name) from None
    _check_depth(data, None, name, limits)
    if rounded is None or _may_have_duplicates(raw, _written(rounded)):
        _refuse_duplicates(raw, data, name)
    return data


def _decode(raw: bytes) -> Json:
    """The standard decoder; it is recursive, so a deep caller gets a stack of its own."""

    def decode() -> Json:
        return json.loads(raw, parse_float=exact_float, parse_int=exact_int)

    try:
        return decode()
    except RecursionError:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(max_workers=1) as executor:
            return executor.submit(decode).result()


def _refuse(error: orjson.JSONDecodeError, name: str, limits: Limits) -> NoReturn:
    message = error.msg.partition(": line ")[0]
    kind: type[DocumentUnreadable] = DocumentUnreadable
    if "depth limit" in message:
        message = limits.depth_sentence()
    else:
        kind = NotJson
        message = f"not valid JSON: {message}"
    raise kind(message, source=name, line=error.lineno, column=error.colno) from None
