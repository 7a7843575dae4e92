"""YAML text → values (YAML 1.2.2 core schema): fast where that is right, exact elsewhere.

yaml-rs reads ordinary documents several times faster than an event loop, but it takes some
liberties (``1_000`` and ``0b11`` as numbers, foreign tags ignored, a cyclic alias as null,
floats rounded, several documents as a list, numeric keys). Text that may contain any of these
goes to :mod:`contracts.documents.yaml_events`, which also explains what is wrong with text
that yaml-rs refuses.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache

import yaml_rs

from contracts.documents.limits import Limits
from contracts.documents.yaml_core import core_value
from contracts.late_patterns import late
from contracts.verdict import Json

_CLASSES = bytes.maketrans(b"\t\r\n[{,23456789XBOoxb", b" " * 6 + b"1" * 14)
"""What may stand before a plain scalar becomes a space, 2–9 and letters of prefixes become 1."""
_PREFIXES = (b" -0", b" 00", b" 01")
_SIGN = (b" +",)
_JOINED = bytes.maketrans(b"\t\r\n[{, :.+-123456789E", b"0" * 20 + b"e")
"""All that may stand before an underscore in a number becomes 0."""
_UNDERSCORES = (b"0_", b"0e_")
_DIGITS = bytes.maketrans(b".+-123456789E", b"0" * 12 + b"e")
_LONG_NUMBER = (b"0" * 16, b"0e000")
_BEFORE = rb"(?:^[ \t]*|[-:?][ \t]+|[,\[{][ \t]*|[\"']:[ \t]*)(?:&[^\s,\[\]{}]+[ \t]+)?"
_AFTER = rb"(?=[ \t]*(?:[,\]}\r\n]|:[\s,\[\]{}]|:\Z|#|\Z))"
_PROPERTY = late(_BEFORE + rb"(?:&(?![0-9A-Za-z_-]+(?:\s|\Z))[^\s,\[\]{}]|!)", re.MULTILINE)
_ANCHOR = late(_BEFORE + rb"&(?P<anchor>[^\s,\[\]{}]+)", re.MULTILINE)
_AMPERSAND = late(rb"&(?=([^\s,\[\]{}]+))")
_ALIAS = late(rb"\*[^\s,\[\]{}]+")
_ODD_NUMBER = late(
    _BEFORE + rb"(?P<numeral>"
    rb"[-+]?(?:_|[0-9.][0-9a-zA-Z.+-]*_)[0-9a-zA-Z_.+-]*"
    rb"|[-+]?0[0-9a-zA-Z][0-9a-zA-Z_.+-]*"
    rb"|\+[0-9a-zA-Z.][0-9a-zA-Z_.+-]*"
    rb"|-0[0-9a-zA-Z_.+-]*"
    rb"|[-+]?[0-9.]{16,}[0-9.eE+-]*"
    rb"|[-+]?[0-9.]+[eE][-+]?[0-9]{3,}"
    rb")" + _AFTER,
    re.MULTILINE,
)
_MARKER = late(rb"^(?:---|\.\.\.)(?=\s|\Z)", re.MULTILINE)
_ONLY_COMMENTS = late(rb"(?:[ \t]*(?:#[^\n]*)?\n)*\Z")
_CONTROLS = bytes(set(range(32)) - {9, 10, 13})
_DEEP = 400
_FEW_NAMES = 6
"""Names of anchors that are looked for one by one."""
_MOST_FOLDED = 100
"""Lines with the look of a tag that are searched for in the middle of texts."""
_LARGE = 500_000
"""Bytes from which on memory matters more than some milliseconds."""
_LONGEST_NUMERAL = 64
_INDENTATION = bytes.maketrans(b"\t?:-", b"    ")


def parse_yaml(raw: bytes, name: str, limits: Limits) -> Json:
    """The value of the one document in UTF-8 text.

    Raises:
        DocumentUnreadable: broken YAML, something JSON cannot say, or over a limit.
    """
    text = raw.decode()
    if needs_exact_reading(raw):
        return _exactly(text, name, limits)
    try:
        data = yaml_rs.loads(text, parse_datetime=False)
    except (ValueError, TypeError):  # TypeError: a mapping as key
        return _exactly(text, name, limits)
    if not isinstance(data, (dict, list)) or _added_line_feed(raw, data):
        return _exactly(text, name, limits)
    del text
    texts: dict[str, str] = {}
    shared = texts.setdefault if len(raw) > _LARGE else None
    if not _made_json(data, limits, shared) or _has_tag(raw, data):
        return _exactly(raw.decode(), name, limits)
    if shared is not None:
        _give_memory_back()
    return data


def _exactly(text: str, name: str, limits: Limits) -> Json:
    from contracts.documents.yaml_events import compose

    return compose(text, name, limits)[0]


def needs_exact_reading(raw: bytes) -> bool:
    """Whether the text may contain what yaml-rs reads in its own way.

    Cheap substring searches come first; only where one hits does a regular expression judge
    whether it stands where a value can begin.
    """
    if b" " * _DEEP in raw.translate(_INDENTATION):
        return True  # block nesting without bound would exhaust the native stack
    if len(raw.translate(None, _CONTROLS)) != len(raw):
        return True
    if raw.startswith(b"%") or _several_documents(raw):
        return True
    classes = b" " + raw.translate(_CLASSES).replace(b'":', b'" ').replace(b"':", b"' ")
    if _stands(raw, classes, _PREFIXES) or (b"+" in raw and _stands(raw, classes, _SIGN)):
        return True
    del classes
    if b"_" in raw and _stands(raw, b"0" + raw.translate(_JOINED), _UNDERSCORES):
        return True
    if _stands(raw, b" " + raw.translate(_DIGITS), _LONG_NUMBER):
        return True
    return b"&" in raw and b"*" in raw and _has_alias(raw)


def _has_alias(raw: bytes) -> bool:
    """Whether an anchor's name may be used; anchors that nobody refers to change nothing.

    Most of them are entities in texts, like ``&quot;``.
    """
    names = set(_AMPERSAND.findall(raw))
    if len(names) > _FEW_NAMES:
        used = b"\n".join(set(_ALIAS.findall(raw)))
        names = {name for name in names if b"*" + name in used}
    else:
        names = {name for name in names if b"*" + name in raw}
    return any(_is_anchor(raw, name) for name in names)


def _is_anchor(raw: bytes, name: bytes) -> bool:
    at = raw.find(b"&" + name)
    while at >= 0:
        start, end = _line_around(raw, at)
        if any(found["anchor"] == name for found in _ANCHOR.finditer(raw, start, end)):
            return True
        at = raw.find(b"&" + name, end)
    return False


def _line_around(raw: bytes, at: int) -> tuple[int, int]:
    end = raw.find(b"\n", at)
    return raw.rfind(b"\n", 0, at) + 1, len(raw) if end < 0 else end


def _stands(raw: bytes, classes: bytes, signs: tuple[bytes, ...]) -> bool:
    """Whether a line in which one of the signs occurs has a number that is read in two ways.

    ``classes`` is one character and then the text, character by character in classes.
    """
    for sign in signs:
        at = classes.find(sign)
        while at >= 0:
            start, end = _line_around(raw, at)
            if any(_odd(found) for found in _ODD_NUMBER.finditer(raw, start, end)):
                return True
            at = classes.find(sign, end + 1)
    return False


def _has_tag(raw: bytes, data: Json) -> bool:
    """Whether something that looks like a tag, or an anchor of an odd name, may be one.

    A line such as ``[!NOTE]`` or ``&quot;`` in a description is text, and stands in a string as
    often as in the document; of a tag or an anchor, nothing would be left in the values.
    """
    if b"!" not in raw and b"&" not in raw:
        return False
    lines = Counter(_said(line.decode()) for line in _tagged_lines(raw))
    if not lines:
        return False
    texts: list[str] = []
    waiting: list[Json] = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, str) and ("!" in value or "&" in value):
            lines.subtract(filter(lines.__contains__, map(_said, value.split("\n"))))
            texts.append(value)
    left = [line for line, count in lines.items() if count > 0]
    if not left or "" in left or len(left) > _MOST_FOLDED:
        return bool(left)
    read, written = "\n".join(texts), raw.decode()  # lines that were folded into others
    return any(written.count(line) > read.count(line) for line in left)


def _said(line: str) -> str:
    """A line without the name and the quotes that may stand around its text."""
    name, _, rest = line.partition(": ")
    text = rest if rest and not {"!", "&"} & set(name) else line
    return text.strip().strip("\"'")


def _tagged_lines(raw: bytes) -> Iterator[bytes]:
    for sign in (b"!", b"&"):
        at = raw.find(sign)
        while at >= 0:
            start, end = _line_around(raw, at)
            if _PROPERTY.search(raw, start, end) and (sign == b"!" or b"!" not in raw[start:end]):
                yield raw[start:end]
            at = raw.find(sign, end)


def _odd(found: re.Match[bytes]) -> bool:
    """Whether what a pattern found is really read in two ways; a name like ``01.paid`` is not."""
    if "numeral" not in found.re.groupindex or len(found["numeral"]) > _LONGEST_NUMERAL:
        return True
    follows = found.string[found.end() : found.end() + 64].lstrip(b" \t")[:1]
    fast, exact = _readings(found["numeral"])
    if type(fast) is not type(exact) or fast != exact:
        return True
    return not isinstance(exact, str) and follows == b":"  # a name keeps how it was written


@lru_cache(maxsize=4096)
def _readings(numeral: bytes) -> tuple[Json, Json]:
    """What both readers take a plain scalar for."""
    text = numeral.decode()
    try:
        fast: Json = yaml_rs.loads(f"- {text}\n", parse_datetime=False)
        return fast[0], core_value(text)
    except (ValueError, TypeError):
        return None, f"- {text}"


def _added_line_feed(raw: bytes, data: Json) -> bool:
    """Whether the text may end in a block scalar that is empty or has no final line feed.

    yaml-rs adds a line feed to both.
    """
    while isinstance(data, (dict, list)) and data:
        key = next(reversed(data)) if isinstance(data, dict) else -1
        if isinstance(key, str) and key.endswith("\n"):
            return True
        data = data[key]
    if not isinstance(data, str) or not data.endswith("\n"):
        return False
    return not raw.endswith(b"\n") or not data.strip("\n")


def _several_documents(raw: bytes) -> bool:
    if b"\n---" not in raw and b"\n..." not in raw and not raw.startswith(b"..."):
        return False
    markers = list(_MARKER.finditer(raw))
    if not markers:
        return False
    return len(markers) > 1 or not _ONLY_COMMENTS.match(raw[: markers[0].start()])


def _made_json(data: Json, limits: Limits, shared: Callable[[str, str], str] | None) -> bool:
    """Turn integer keys into strings in place; False where more than that is to be judged.

    ``shared`` gives equal texts one place in memory: yaml-rs makes each of them anew.
    """
    level: list[Json] = [data]
    nodes = 1
    for _ in range(limits.depth + 1):
        below: list[Json] = []
        for value in level:
            kind = type(value)
            if kind is dict:
                if not _keys_made_strings(value):
                    return False
                nodes += len(value)
                if shared is not None:
                    _share(value, shared)
                below.extend([v for v in value.values() if type(v) is not str])
            elif kind is list:
                nodes += len(value)
                below.extend(v for v in value if type(v) is not str)
            elif kind is float:
                if value - value != 0:
                    return False
            elif value is not None and kind not in (bool, int, str):
                return False
        if not below:
            return nodes <= limits.nodes
        level = below
    return False


def _give_memory_back() -> None:
    """What yaml-rs used while it read, several times the text: glibc keeps it until asked."""
    import ctypes

    with contextlib.suppress(AttributeError, OSError, TypeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


def _share(mapping: dict[str, Json], shared: Callable[[str, str], str]) -> None:
    items = [
        (shared(key, key), shared(value, value) if type(value) is str else value)
        for key, value in mapping.items()
    ]
    mapping.clear()
    mapping.update(items)


_STRINGS = {str}


def _keys_made_strings(mapping: dict[str, Json]) -> bool:
    kinds = set(map(type, mapping))
    if kinds <= _STRINGS:
        return "<<" not in mapping
    if kinds <= {str, int}:
        items = [(str(key), value) for key, value in mapping.items()]
        mapping.clear()
        mapping.update(items)
        return len(mapping) == len(items) and "<<" not in mapping
    return False
