"""Source text as numbered, escaped, lightly coloured lines. Linear in the text, whatever it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup, escape

PAGE_LINES = 4000
LONGEST = 2000
"""A longer line (minified JSON) is shown cut; the raw download has all of it."""

JSON_TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*")(?P<colon>\s*:)?'
    r"|(?P<number>(?<![\w.])-?\d[\d.eE+-]*|\b(?:true|false|null)\b)"
)
SCALAR = re.compile(r"-?\d[\d.eE+_-]*|true|false|null|~")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of source, ready for the page."""

    number: int
    html: Markup
    hit: bool = False


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A stretch of the source: at most :data:`PAGE_LINES` lines, with what lies around it."""

    lines: tuple[Line, ...]
    first: int
    last: int
    total: int

    @property
    def previous(self) -> int | None:
        """First line of the stretch before."""
        return max(1, self.first - PAGE_LINES) if self.first > 1 else None

    @property
    def next(self) -> int | None:
        """First line of the stretch after."""
        return self.last + 1 if self.last < self.total else None


def page_of(line: int) -> int:
    """The first line of the page that shows ``line``."""
    return (max(1, line) - 1) // PAGE_LINES * PAGE_LINES + 1


def split_lines(text: str) -> list[str]:
    """Lines as parsers count them: by LF, with CRLF and CR as one break (YAML 1.2 §5.4)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    return lines or [""]


def page(text: str, start: int = 1, hits: frozenset[int] = frozenset()) -> SourcePage:
    """The page of ``text`` that holds line ``start``."""
    raw = split_lines(text)
    first = page_of(min(max(1, start), len(raw)))
    shown = raw[first - 1 : first - 1 + PAGE_LINES]
    lines = tuple(Line(n, highlight(s), n in hits) for n, s in enumerate(shown, first))
    return SourcePage(lines, first, first + len(shown) - 1, len(raw))


def excerpt(lines: list[str], line: int, around: int = 3) -> tuple[Line, ...]:
    """The lines around ``line``; the line itself is the hit."""
    if not 1 <= line <= len(lines):
        return ()
    first = max(1, line - around)
    shown = lines[first - 1 : line + around]
    return tuple(Line(n, highlight(s), n == line) for n, s in enumerate(shown, first))


def highlight(line: str) -> Markup:
    """``line`` escaped, with keys, strings, numbers and comments marked."""
    if len(line) > LONGEST:
        cut = len(line) - LONGEST
        return escape(line[:LONGEST]) + Markup("<em> … {} more characters</em>").format(cut)
    stripped = line.lstrip(" \t")
    if not stripped:
        return escape(line)
    if stripped[0] in '"{}[],' or stripped[-1] in "{[,":
        return json_line(line)
    return yaml_line(line, stripped)


def token(kind: str, text: str) -> Markup:
    """``text`` marked as one kind of token."""
    return Markup('<span class="tok-{}">{}</span>').format(kind, text)


def json_line(line: str) -> Markup:
    """A line of JSON, or of YAML in flow style."""
    parts: list[Markup] = []
    end = 0
    for match in JSON_TOKEN.finditer(line):
        parts.append(escape(line[end : match.start()]))
        if match["string"] is not None:
            parts.append(token("k" if match["colon"] else "s", match["string"]))
            parts.append(escape(match["colon"] or ""))
        else:
            parts.append(token("n", match["number"]))
        end = match.end()
    parts.append(escape(line[end:]))
    return Markup("").join(parts)


def yaml_line(line: str, stripped: str) -> Markup:
    """A line of block YAML: indentation, dashes, a key, a value."""
    if stripped.startswith("#"):
        return token("c", line)
    rest = stripped
    while rest.startswith("- "):
        rest = rest[2:].lstrip(" ")
    lead = line[: len(line) - len(rest)]
    key, colon, value = rest.partition(": ")
    if not colon and rest.endswith(":"):
        key, colon, value = rest[:-1], ":", ""
    if not colon or " #" in key:
        return escape(lead) + yaml_value(rest)
    return escape(lead) + token("k", key) + escape(colon) + yaml_value(value)


def yaml_value(value: str) -> Markup:
    """A scalar after a key or a dash, and the comment behind it."""
    text, mark, comment = value.partition(" #")
    if not mark:
        comment = ""
    bare = text.strip()
    if bare[:1] in {'"', "'"} and comment and not bare.endswith(bare[0]):
        text, mark, comment, bare = value, "", "", value.strip()
    if SCALAR.fullmatch(bare):
        shown = token("n", text)
    elif bare[:1] in {'"', "'"}:
        shown = token("s", text)
    else:
        shown = escape(text)
    return shown + token("c", mark + comment) if mark else shown
