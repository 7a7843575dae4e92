"""Protocol Buffers source (``.proto``, proto2, proto3, editions) → values, with the line of each.

Source: Protocol Buffers Language Specification (protobuf.dev/reference/protobuf). What has no
meaning for data (comments, most options) is read over. Names are the file's: ``Outer.Inner``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from contracts.documents import pointer
from contracts.documents.limits import Limits
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
LABELS = ("optional", "required", "repeated")
KEPT = ("default", "deprecated", "json_name", "packed", "ctype")
"""Field options that mean something to whoever reads the data."""
MOST = 2**29 - 1
"""The largest field number."""
DEEPEST = 64


class Token(NamedTuple):
    """A word, number, string or sign, and the line it stands in."""

    kind: str
    text: str
    line: int


def parse_proto(text: bytes, name: str, limits: Limits) -> dict[str, Json]:
    """The file's messages, enums and services.

    Raises:
        DocumentUnreadable: not Protocol Buffers source; names the line.
    """
    return _Parser(text.decode(), name, limits).file()


class ProtoPositions:
    """The lines of messages, fields, enums, values and methods."""

    def __init__(self, raw: bytes, name: str) -> None:
        parser = _Parser(raw.decode("utf-8-sig"), name, Limits())
        parser.file()
        self._lines = parser.lines

    def line(self, tokens: tuple[str, ...]) -> int | None:
        """The one-based line of a value, or of its nearest ancestor that has one."""
        at = pointer.join("", *tokens)
        while at not in self._lines:
            at = pointer.parent(at)
        return self._lines[at]


class _Parser:
    def __init__(self, text: str, name: str, limits: Limits) -> None:
        self.name = name
        self.lines: dict[str, int] = {"": 1}
        self.tokens = list(self._tokens(text, limits.nodes))
        self.at = 0
        self.data: dict[str, Json] = {
            "syntax": "proto2",
            "package": "",
            "imports": [],
            "messages": {},
            "enums": {},
            "services": {},
        }

    def _tokens(self, text: str, most: int) -> Iterator[Token]:
        at, line = 0, 1
        for _ in range(most):
            if at == len(text):
                return
            found = _TOKEN.match(text, at)
            if found is None:
                raise self.wrong(f"{text[at : at + 1]!r} means nothing here", line)
            kind = str(found.lastgroup)
            if kind != "space":
                yield Token(kind, found[0], line)
            line += found[0].count("\n")
            at = found.end()
        raise self.wrong("too many words; split the file", line)

    def wrong(self, message: str, line: int) -> DocumentUnreadable:
        return DocumentUnreadable(
            f"not valid Protocol Buffers source: {message}", source=self.name, line=line
        )

    # -- the stream of tokens

    def peek(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.tokens[place].text if place < len(self.tokens) else ""

    def line(self) -> int:
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

    def take(self, text: str) -> bool:
        """Whether the next token is this one, which is then read."""
        if self.peek() == text:
            self.at += 1
            return True
        return False

    def integer(self) -> int:
        negative = self.take("-")
        line = self.line()
        try:
            value = int(self.next(kind="number"), 0)
        except ValueError:
            raise self.wrong("a whole number is expected", line) from None
        return -value if negative else value

    def skip_statement(self) -> None:
        """Read over an option or anything else that ends in ``;`` or a block."""
        depth = 0
        while True:
            text = self.next()
            depth += (text in "{([") - (text in "})]")
            if depth == 0 and text in {";", "}"}:
                return

    # -- the grammar

    def file(self) -> dict[str, Json]:
        while self.at < len(self.tokens):
            word = self.peek()
            if word in {"syntax", "edition"}:
                self.next()
                self.next("=")
                self.lines["/syntax"] = self.line()
                self.data["syntax"] = self.next(kind="string")[1:-1]
                self.next(";")
            elif word == "package":
                self.next()
                self.lines["/package"] = self.line()
                self.data["package"] = self.next(kind="word")
                self.next(";")
            elif word == "import":
                self.next()
                if self.peek() in {"public", "weak", "option"}:
                    self.next()
                self.data["imports"].append(self.next(kind="string")[1:-1])
                self.next(";")
            elif word == "service":
                self.service()
            elif not self.definition("", 0) and not self.take(";"):
                if word not in {"option", "extend"}:
                    raise self.wrong(f"{word!r} begins no definition", self.line())
                self.skip_statement()
        return self.data

    def definition(self, scope: str, depth: int) -> bool:
        """A message or enum, if one begins here."""
        if self.peek() == "message" and self.peek(2) == "{":
            self.next()
            line = self.line()
            self.message(scope + self.next(kind="word"), line, depth)
            return True
        if self.peek() == "enum" and self.peek(2) == "{":
            self.next()
            self.enum(scope)
            return True
        return False

    def message(self, name: str, line: int, depth: int) -> None:
        if depth > DEEPEST:
            raise self.wrong(f"messages nested deeper than {DEEPEST}", line)
        at = pointer.join("/messages", name)
        self.lines[at] = line
        message: dict[str, Json] = {"fields": {}, "reserved": [], "reserved_names": []}
        self.data["messages"][name] = message
        self.next("{")
        while not self.take("}"):
            word = self.peek()
            if self.definition(f"{name}.", depth + 1) or self.take(";"):
                continue
            if word == "oneof" and self.peek(2) == "{":
                self.oneof(message, name, at, depth)
            elif word in {"reserved", "extensions"} and self.peek(1) != "=":
                self.ranges(message, at)
            elif (word in {"option", "extend"} and self.peek(2) != "=") or word == "option":
                self.skip_statement()
            else:
                self.field(message, name, at, depth)

    def oneof(self, message: dict[str, Json], name: str, at: str, depth: int) -> None:
        self.next("oneof")
        group = self.next(kind="word")
        self.next("{")
        while not self.take("}"):
            if self.peek() == "option" and self.peek(2) != "=":
                self.skip_statement()
            elif not self.take(";"):
                self.field(message, name, at, depth, oneof=group)

    def field(
        self, message: dict[str, Json], owner: str, at: str, depth: int, oneof: str | None = None
    ) -> None:
        line = self.line()
        field: dict[str, Json] = {}
        if self.peek() in LABELS and self.peek(1) != "=":
            field["label"] = self.next()
        if self.peek() == "group":
            self.next()
            name = self.next(kind="word")
            field |= {"name": name.lower(), "type": f"{owner}.{name}", "group": True}
        else:
            field["type"] = self.type_name()
            field["name"] = self.next(kind="word")
        self.next("=")
        number = self.integer()
        if not 0 < number <= MOST:
            raise self.wrong(f"{number} is no field number", line)
        if str(number) in message["fields"]:
            raise self.wrong(f"the field number {number} is used twice", line)
        if oneof is not None:
            field["oneof"] = oneof
        field |= self.options()
        message["fields"][str(number)] = field
        self.lines[pointer.join(at, "fields", str(number))] = line
        if field.get("group"):
            self.message(field["type"], line, depth + 1)
        else:
            self.next(";")

    def type_name(self) -> str:
        name = self.next(kind="word")
        if name != "map" or self.peek() != "<":
            return name
        self.next("<")
        key = self.next(kind="word")
        self.next(",")
        value = self.next(kind="word")
        self.next(">")
        return f"map<{key}, {value}>"

    def options(self) -> dict[str, Json]:
        """The options in brackets that :data:`KEPT` names."""
        found: dict[str, Json] = {}
        if not self.take("["):
            return found
        while True:
            name = self.option_name()
            self.next("=")
            value = self.constant()
            if name in KEPT:
                found[name] = value
            if self.next(",", "]") == "]":
                return found

    def option_name(self) -> str:
        parts = []
        while self.peek() != "=":
            parts.append(self.next())
        return "".join(parts)

    def constant(self) -> Json:
        if self.peek() in {"{", "["}:
            depth = 0
            while True:
                text = self.next()
                depth += (text in "{[") - (text in "}]")
                if depth == 0:
                    return None
        text = self.next()
        while text in {"+", "-"} or (text[0] in "\"'" and self.peek()[:1] in {'"', "'"}):
            text += self.next()
        if text in {"true", "false"}:
            return text == "true"
        return text[1:-1] if text[0] in "\"'" else text

    def ranges(self, owner: dict[str, Json], at: str) -> None:
        """``reserved`` numbers and names; ``extensions`` ranges."""
        word = self.next("reserved", "extensions")
        line = self.line()
        kind = "reserved" if word == "reserved" else "extensions"
        self.lines.setdefault(pointer.join(at, kind), line)
        listed = owner.setdefault(kind, [])
        while True:
            if self.tokens[self.at].kind in {"string", "word"}:
                text = self.next()
                owner["reserved_names"].append(text.strip("\"'"))
            else:
                first = last = self.integer()
                if self.take("to"):
                    last = MOST if self.take("max") else self.integer()
                listed.append([first, last])
            if self.peek() == "[":
                self.options()
            if self.next(",", ";") == ";":
                return

    def enum(self, scope: str) -> None:
        line = self.line()
        name = scope + self.next(kind="word")
        at = pointer.join("/enums", name)
        self.lines[at] = line
        enum: dict[str, Json] = {"values": {}, "reserved": [], "reserved_names": []}
        self.data["enums"][name] = enum
        self.next("{")
        while not self.take("}"):
            if self.take(";"):
                continue
            if self.peek() == "reserved" and self.peek(1) != "=":
                self.ranges(enum, at)
            elif self.peek() == "option" and self.peek(1) != "=":
                self.skip_statement()
            else:
                here = self.line()
                value = self.next(kind="word")
                self.next("=")
                enum["values"][value] = self.integer()
                self.lines[pointer.join(at, "values", value)] = here
                self.options()
                self.next(";")

    def service(self) -> None:
        self.next("service")
        line = self.line()
        name = self.next(kind="word")
        at = pointer.join("/services", name)
        self.lines[at] = line
        rpcs: dict[str, Json] = {}
        self.data["services"][name] = {"rpcs": rpcs}
        self.next("{")
        while not self.take("}"):
            if self.take(";"):
                continue
            if self.peek() != "rpc":
                self.next("option")
                self.skip_statement()
                continue
            self.next()
            here = self.line()
            rpc = self.next(kind="word")
            self.lines[pointer.join(at, "rpcs", rpc)] = here
            rpcs[rpc] = {**self.side("request")}
            self.next("returns")
            rpcs[rpc] |= self.side("response")
            if self.peek() == "{":
                self.skip_statement()
            else:
                self.next(";")

    def side(self, which: str) -> dict[str, Json]:
        self.next("(")
        streams = self.peek() == "stream" and self.peek(1) != ")"
        if streams:
            self.next()
        name = self.next(kind="word")
        self.next(")")
        return {which: name, f"{which}_stream": streams}
