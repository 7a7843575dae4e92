"""Protocol Buffers source (``.proto``, proto2, proto3, editions) → values, with the line of each.

Source: Protocol Buffers Language Specification (protobuf.dev/reference/protobuf). What has no
meaning for data (comments, most options) is read over. Names are the file's: ``Outer.Inner``.
"""

from __future__ import annotations

from contracts.documents import pointer
from contracts.documents.limits import Limits
from contracts.documents.proto_tokens import Tokens
from contracts.verdict import Json

LABELS = ("optional", "required", "repeated")
KEPT = ("default", "deprecated", "json_name", "packed", "ctype", "features")
"""Field options that mean something to whoever reads the data."""
VISIBILITY = ("export", "local")
"""Words that may stand before a message or enum since edition 2024."""
MOST = 2**29 - 1
"""The largest field number."""
DEEPEST = 64


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


class _Parser(Tokens):
    def __init__(self, text: str, name: str, limits: Limits) -> None:
        super().__init__(text, name, limits.nodes)
        self.lines: dict[str, int] = {"": 1}
        self.data: dict[str, Json] = {
            "syntax": "proto2",
            "package": "",
            "imports": [],
            "messages": {},
            "enums": {},
            "services": {},
        }

    def file(self) -> dict[str, Json]:
        """The whole file."""
        options: dict[str, Json] = {}
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
                self.data["package"] = self.dotted()
                self.next(";")
            elif word == "import":
                self.next()
                if self.peek() in {"public", "weak", "option"}:
                    self.next()
                self.data["imports"].append(self.next(kind="string")[1:-1])
                self.next(";")
            elif word == "service" or (word in VISIBILITY and self.peek(1) == "service"):
                self.at += word != "service"
                self.service()
            elif word == "option":
                self.statement(options)
            elif word == "extend":
                self.extend("", 0)
            elif not self.definition("", 0) and not self.take(";"):
                raise self.wrong(f"{word!r} begins no definition", self.line())
        if "features" in options:
            self.data["features"] = options["features"]
        return self.data

    def definition(self, scope: str, depth: int) -> bool:
        """A message or enum, if one begins here."""
        shown = self.peek() in VISIBILITY and self.peek(3) == "{"
        if self.peek(shown) not in {"message", "enum"} or self.peek(shown + 2) != "{":
            return False
        is_root = self.at in self.roots
        self.at += shown
        if self.next() == "message":
            line = self.line()
            name = scope + self.next(kind="word")
            self.message(name, line, depth)
            if is_root:
                self.data["messages"][name]["root"] = True
        else:
            self.enum(scope)
        return True

    def message(self, name: str, line: int, depth: int) -> None:
        if depth > DEEPEST:
            raise self.wrong(f"messages nested deeper than {DEEPEST}", line)
        at = pointer.join("/messages", name)
        self.lines[at] = line
        message: dict[str, Json] = {"fields": {}, "reserved": [], "reserved_names": []}
        self.data["messages"][name] = message
        options: dict[str, Json] = {}
        self.next("{")
        while not self.take("}"):
            word = self.peek()
            if self.definition(f"{name}.", depth + 1) or self.take(";"):
                continue
            if word == "oneof" and self.peek(2) == "{":
                self.oneof(message, name, at, depth)
            elif word in {"reserved", "extensions"} and self.peek(1) != "=":
                self.ranges(message, at)
            elif word == "extend" and self.peek(2) == "{":
                self.extend(name, depth)
            elif word == "option":
                self.statement(options)
            else:
                self.field(message, name, at, depth)
        if "features" in options:
            message["features"] = options["features"]
        if options.get("message_set_wire_format") is True:
            message["message_set"] = True

    def oneof(self, message: dict[str, Json], name: str, at: str, depth: int) -> None:
        self.next("oneof")
        group = self.next(kind="word")
        options: dict[str, Json] = {}
        self.next("{")
        while not self.take("}"):
            if self.peek() == "option":
                self.statement(options)
            elif not self.take(";"):
                self.field(message, name, at, depth, oneof=group)
        if "features" in options:
            message.setdefault("oneofs", {})[group] = options["features"]

    def extend(self, scope: str, depth: int) -> None:
        """Fields for a message that is defined elsewhere; kept by where they stand and whose."""
        line = self.line()
        self.next("extend")
        whose = self.dotted()
        key = f"{scope}:{whose}"
        at = pointer.join("/extensions", key)
        self.lines.setdefault(at, line)
        fresh = {"extends": whose, "scope": scope, "fields": {}}
        block = self.data.setdefault("extensions", {}).setdefault(key, fresh)
        self.next("{")
        while not self.take("}"):
            if not self.take(";"):
                self.field(block, scope, at, depth)

    def field(
        self, message: dict[str, Json], owner: str, at: str, depth: int, oneof: str | None = None
    ) -> None:
        line = self.line()
        field: dict[str, Json] = {}
        if self.peek() in LABELS and self.peek(1) != "=":
            field["label"] = self.next()
        if self.peek() == "group" and self.peek(2) == "=":
            self.next()
            name = self.next(kind="word")
            whole = f"{owner}.{name}" if owner else name
            field |= {"name": name.lower(), "type": whole, "group": True}
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
        options = self.bracketed()
        field |= {name: options[name] for name in KEPT if name in options}
        message["fields"][str(number)] = field
        self.lines[pointer.join(at, "fields", str(number))] = line
        if field.get("group"):
            self.message(field["type"], line, depth + 1)
        else:
            self.next(";")

    def type_name(self) -> str:
        name = self.dotted()
        if name != "map" or self.peek() != "<":
            return name
        self.next("<")
        key = self.next(kind="word")
        self.next(",")
        value = self.dotted()
        self.next(">")
        return f"map<{key}, {value}>"

    def ranges(self, owner: dict[str, Json], at: str) -> None:
        """``reserved`` numbers and names; ``extensions`` ranges."""
        word = self.next("reserved", "extensions")
        line = self.line()
        kind = "reserved" if word == "reserved" else "extensions"
        self.lines.setdefault(pointer.join(at, kind), line)
        listed = owner.setdefault(kind, [])
        while True:
            if self.at < len(self.tokens) and self.tokens[self.at].kind in {"string", "word"}:
                text = self.next()
                owner["reserved_names"].append(text.strip("\"'"))
            else:
                first = last = self.integer()
                if self.take("to"):
                    last = MOST if self.take("max") else self.integer()
                listed.append([first, last])
            self.bracketed()
            if self.next(",", ";") == ";":
                return

    def enum(self, scope: str) -> None:
        line = self.line()
        name = scope + self.next(kind="word")
        at = pointer.join("/enums", name)
        self.lines[at] = line
        enum: dict[str, Json] = {"values": {}, "reserved": [], "reserved_names": []}
        self.data["enums"][name] = enum
        options: dict[str, Json] = {}
        self.next("{")
        while not self.take("}"):
            if self.take(";"):
                continue
            if self.peek() == "reserved" and self.peek(1) != "=":
                self.ranges(enum, at)
            elif self.peek() == "option" and self.peek(1) != "=":
                self.statement(options)
            else:
                here = self.line()
                value = self.next(kind="word")
                self.next("=")
                enum["values"][value] = self.integer()
                self.lines[pointer.join(at, "values", value)] = here
                self.bracketed()
                self.next(";")
        if "features" in options:
            enum["features"] = options["features"]

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
            if self.peek() == "option":
                self.statement({})
                continue
            self.next("rpc")
            here = self.line()
            rpc = self.next(kind="word")
            self.lines[pointer.join(at, "rpcs", rpc)] = here
            rpcs[rpc] = {**self.side("request")}
            self.next("returns")
            rpcs[rpc] |= self.side("response")
            rpcs[rpc] |= self.method_options()

    def method_options(self) -> dict[str, Json]:
        """What callers may count on; the rest is read over."""
        if not self.take("{"):
            self.next(";")
            return {}
        options: dict[str, Json] = {}
        while not self.take("}"):
            if not self.take(";"):
                self.statement(options)
        level = options.get("idempotency_level")
        return {"idempotency": level} if level is not None else {}

    def side(self, which: str) -> dict[str, Json]:
        self.next("(")
        streams = self.peek() == "stream" and self.peek(1) != ")"
        if streams:
            self.next()
        name = self.dotted()
        self.next(")")
        return {which: name, f"{which}_stream": streams}
