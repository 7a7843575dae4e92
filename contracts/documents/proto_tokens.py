"""The words of Protocol Buffers source, and the constants that options are given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from contracts.errors import DocumentUnreadable
from contracts.verdict import Json

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<word>\.?[A-Za-z_][\w.]*)
    |(?P<number>0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?f?)
    |(?P<sign>[{}()\[\]<>=;:,+\-/.])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(
    r"\\(?:([xX][0-9a-fA-F]{1,2})|([0-7]{1,3})|(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|(.))"
)
_CLOSING = {"{": "}", "[": "]", "<": ">"}
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


class Token(NamedTuple):
    """A word, number, string or sign, and the line it stands in."""

    kind: str
    text: str
    line: int


class Tokens:
    """The stream of tokens of one file; comments and white space are read over."""

    def __init__(self, text: str, name: str, most: int) -> None:
        self.name = name
        self.roots: set[int] = set()
        """Tokens behind a comment with ``@RootNode``, as AsyncAPI's tools have it."""
        self.tokens = list(self._read(text, most))
        self.at = 0

    def _read(self, text: str, most: int) -> Iterator[Token]:
        at, line, count = 0, 1, 0
        for _ in range(most):
            if at == len(text):
                return
            found = _TOKEN.match(text, at)
            if found is None:
                raise self.wrong(f"{text[at : at + 1]!r} means nothing here", line)
            kind = str(found.lastgroup)
            if kind != "space":
                yield Token(kind, found[0], line)
                count += 1
            elif "@RootNode" in found[0]:
                self.roots.add(count)
            line += found[0].count("\n")
            at = found.end()
        raise self.wrong("too many words; split the file", line)

    def wrong(self, message: str, line: int) -> DocumentUnreadable:
        """The complaint about a line."""
        return DocumentUnreadable(
            f"not valid Protocol Buffers source: {message}", source=self.name, line=line
        )

    def peek(self, ahead: int = 0) -> str:
        """The text of a token that is still to come; empty at the end."""
        place = self.at + ahead
        return self.tokens[place].text if place < len(self.tokens) else ""

    def line(self) -> int:
        """Where the next token stands."""
        last = self.tokens[-1].line if self.tokens else 1
        return self.tokens[self.at].line if self.at < len(self.tokens) else last

    def next(self, *wanted: str, kind: str = "") -> str:
        """The next token, which must be one of ``wanted`` or of a kind, if given."""
        if self.at >= len(self.tokens):
            raise self.wrong("the file ends in the middle", self.line())
        token = self.tokens[self.at]
        if (wanted and token.text not in wanted) or (kind and token.kind != kind):
            expected = " or ".join(map(repr, wanted)) or f"a {kind}"
            raise self.wrong(f"{token.text!r} stands where {expected} is expected", token.line)
        self.at += 1
        return token.text

    def dotted(self) -> str:
        """A name with dots, which space and comments may stand around."""
        parts = [self.next(".")] if self.peek() == "." else []
        parts.append(self.next(kind="word"))
        while self.peek()[:1] == "." or parts[-1].endswith("."):
            parts.append(self.next(".") if self.peek() == "." else self.next(kind="word"))
        return "".join(parts)

    def take(self, text: str) -> bool:
        """Whether the next token is this one, which is then read."""
        if self.peek() == text:
            self.at += 1
            return True
        return False

    def integer(self) -> int:
        """A whole number, which may be negative."""
        negative = self.take("-")
        line = self.line()
        try:
            value = int(self.next(kind="number"), 0)
        except ValueError:
            raise self.wrong("a whole number is expected", line) from None
        return -value if negative else value

    def skip_statement(self) -> None:
        """Read over anything that ends in ``;`` or a block."""
        depth = 0
        while True:
            text = self.next()
            depth += (text in "{([") - (text in "})]")
            if depth == 0 and text in {";", "}"}:
                return

    # -- options

    def statement(self, kept: dict[str, Json]) -> None:
        """``option name = value;``, of which features and plain names are kept."""
        self.next("option")
        self._assignment(kept)
        self.next(";")

    def bracketed(self) -> dict[str, Json]:
        """``[name = value, …]``, if it stands here."""
        found: dict[str, Json] = {}
        if not self.take("["):
            return found
        while True:
            self._assignment(found)
            if self.next(",", "]") == "]":
                return found

    def _assignment(self, kept: dict[str, Json]) -> None:
        """One option; features go to ``features`` by name, ``(custom)`` options nowhere."""
        name = self._option_name()
        self.next("=")
        value = self._constant()
        if name == "features" or name.startswith("features."):
            features = kept.setdefault("features", {})
            if name == "features":
                features.update({k: v for k, v in (value or {}).items() if isinstance(v, str)})
            elif "(" not in name and isinstance(value, str):
                features[name.removeprefix("features.")] = value
        elif "(" not in name:
            kept[name] = value

    def _option_name(self) -> str:
        parts = []
        while self.peek() != "=":
            parts.append(self.next())
        return "".join(parts)

    def _constant(self) -> Json:
        if self.peek() == "{":
            return self._aggregate()
        if self.peek() == "[":
            self._skip_block()
            return None
        if self.at < len(self.tokens) and self.tokens[self.at].kind == "string":
            return self._text()
        text = self.next()
        while text in {"+", "-"}:
            text += self.next()
        return text == "true" if text in {"true", "false"} else text

    def _text(self) -> str:
        """Strings that stand beside each other are one."""
        parts = []
        while self.at < len(self.tokens) and self.tokens[self.at].kind == "string":
            parts.append(_ESCAPE.sub(_unescaped, self.next()[1:-1]))
        return "".join(parts)

    def _aggregate(self) -> dict[str, Json]:
        """``{ name: VALUE … }``: what is plain in it; nested values are read over."""
        found: dict[str, Json] = {}
        self.next("{")
        while not self.take("}"):
            name = self.next()
            if name in {",", ";"}:
                continue
            if name == "[":  # the name of an extension
                self.at -= 1
                self._skip_block()
            self.take(":")
            if self.peek() in _CLOSING:
                self._skip_block()
            elif self.peek() != "}":
                found[name] = self._constant()
        return found

    def _skip_block(self) -> None:
        opened: list[str] = []
        while True:
            text = self.next()
            if text in _CLOSING:
                opened.append(_CLOSING[text])
            elif opened and text == opened[-1]:
                opened.pop()
            if not opened:
                return


def _unescaped(found: re.Match[str]) -> str:
    code, octal, point, plain = found.groups()
    if code:
        return chr(int(code[1:], 16))
    if octal:
        return chr(int(octal, 8) & 0xFF)
    if point:
        number = int(point[1:], 16)
        return chr(number) if number < 0x110000 else found[0]
    return _PLAIN.get(plain, plain)
