r"""Patterns → trees: ECMA-262 (2024, section 22.2.1) as JSON Schema uses it, or Python's ``re``.

ECMA-262 is read with Unicode semantics (``u``: one character is one code point) and with the
leniency of Annex B that schemas in the wild rely on: ``\-`` and other escaped punctuation, and
braces that are no quantifier, stand for themselves.
"""

from __future__ import annotations

import re

from contracts.late_patterns import late
from contracts.schema.regular import classes, syntax
from contracts.schema.regular.charset import ANY, CharSet, Range
from contracts.schema.regular.errors import Unsupported
from contracts.schema.regular.syntax import (
    EMPTY,
    Assertion,
    BackReference,
    Chars,
    Choice,
    Group,
    Look,
    Repeat,
    Sequence,
)
from contracts.schema.regular.unicode_properties import characters

DEEPEST = 80
"""Groups inside groups; deeper patterns are not read."""

_QUANTIFIER = late(r"\{([0-9]+)(?:(,)([0-9]*))?\}")
_HEX2 = late(r"x([0-9a-fA-F]{2})")
_HEX4 = late(r"u([0-9a-fA-F]{4})")
_BRACED = late(r"u\{0*([0-9a-fA-F]{1,6})\}")
_LOW_SURROGATE = late(r"\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_PROPERTY = late(r"\{([A-Za-z0-9_=]+)\}|([A-Z])")
_GROUP_NAME = late(r"P?<([^>=!][^>]*)>")
_BACK_REFERENCE = late(r"([1-9][0-9]{0,3})|k<([^>]+)>")
_REFERS_BACK = late(r"(?<!\\)(?:\\\\)*\\(?:[1-9]|k<)")
"""Only then do groups matter."""
_MODIFIERS = late(r"\?([a-zA-Z]*)(?:-([a-zA-Z]+))?(:|\))")
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13}
_POSIX_CLASS = late(r"\[([:.=])\^?[a-z]+\1\]")

_PYTHON_END = Choice((Assertion("$"), Sequence((Chars(CharSet.of("\n")), Assertion("$")))))
"""Python's ``$`` also matches before a line feed that ends the text."""


def parse(pattern: str, dialect: str) -> syntax.Node:
    """The tree of a pattern of ``dialect`` ``ecma`` or ``python``.

    Raises:
        Unsupported: not a pattern of that dialect, or nothing a regular language can say.
    """
    return _Parser(pattern, python=dialect == "python").parse()


class _Parser:
    def __init__(self, pattern: str, *, python: bool) -> None:
        self._text = pattern
        self._at = 0
        self._python = python
        self._ignore_case = False
        self._dot_all = False
        self._depth = 0
        self._groups = 0
        self._names: dict[str, int] = {}
        self._refers_back = _REFERS_BACK.search(pattern) is not None
        self._classes = {"d": classes.DIGIT, "w": classes.WORD, "s": classes.SPACE}
        if python and re.search(r"\\[dDwWsS]", pattern):
            self._classes = classes.python_classes()

    def parse(self) -> syntax.Node:
        node = self._choice()
        if self._at < len(self._text):
            raise self._broken("unmatched ')'")
        return node

    # Structure ---------------------------------------------------------------------------

    def _choice(self) -> syntax.Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unsupported(f"the pattern has more than {DEEPEST} groups inside each other")
        options = [self._sequence()]
        while self._take("|"):
            options.append(self._sequence())
        self._depth -= 1
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self) -> syntax.Node:
        parts: list[syntax.Node] = []
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            part = self._quantified(self._atom())
            if part is not EMPTY:
                parts.append(part)
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts)) if parts else EMPTY

    def _quantified(self, atom: syntax.Node) -> syntax.Node:
        bare_assertion = self._text[self._at - 1] in "^$bBAZ" and not isinstance(atom, Chars)
        bounds = self._bounds()
        if bounds is None:
            return atom
        if bare_assertion:
            raise self._broken("nothing to repeat")
        least, most = bounds
        if most is not None and most < least:
            raise self._broken("the bounds of a quantifier are out of order")
        if self._python and self._peek() == "+":
            raise Unsupported("possessive quantifiers are not ECMA-262")
        self._take("?")  # a lazy quantifier repeats as often as a greedy one
        if self._bounds() is not None:
            raise self._broken("nothing to repeat")
        return Repeat(atom, least, most)

    def _bounds(self) -> tuple[int, int | None] | None:
        sign = self._peek()
        if sign in ("*", "+", "?"):
            self._at += 1
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        match = _QUANTIFIER.match(self._text, self._at)
        if match is None:
            return None
        if len(match[1]) > 9 or len(match[3] or "") > 9:
            raise Unsupported("a quantifier counts beyond a billion")
        self._at = match.end()
        least = int(match[1])
        if match[2] is None:
            return least, least
        return least, int(match[3]) if match[3] else None

    # Atoms -------------------------------------------------------------------------------

    def _atom(self) -> syntax.Node:
        sign = self._text[self._at]
        self._at += 1
        if sign == "(":
            return self._group()
        if sign == "[":
            return Chars(self._cased(self._class()))
        if sign == ".":
            if self._dot_all:
                return Chars(ANY)
            return Chars(classes.PYTHON_DOT if self._python else classes.DOT)
        if sign == "^":
            return Assertion("^")
        if sign == "$":
            return _PYTHON_END if self._python else Assertion("$")
        if sign == "\\":
            return self._escape()
        if sign in "*+?":
            raise self._broken("nothing to repeat")
        return Chars(self._cased(CharSet.of(sign)))

    def _group(self) -> syntax.Node:
        node: syntax.Node
        if not self._take("?"):
            return self._captured()
        if self._take(":"):
            node = self._choice()
        elif (look := self._look()) is not None:
            node = Look(self._choice(), *look)
        elif (name := _GROUP_NAME.match(self._text, self._at)) is not None:
            self._at = name.end()
            return self._captured(name[1])
        else:
            return self._modified()
        if not self._take(")"):
            raise self._broken("a group is not closed")
        return node

    def _captured(self, name: str = "") -> syntax.Node:
        self._groups += 1
        number = self._groups
        if name:
            self._names[name] = number
        node = self._choice()
        if not self._take(")"):
            raise self._broken("a group is not closed")
        return Group(number, node) if self._refers_back else node

    def _look(self) -> tuple[bool, bool] | None:
        for sign, found in (
            ("=", (True, False)),
            ("!", (True, True)),
            ("<=", (False, False)),
            ("<!", (False, True)),
        ):
            if self._take(sign):
                return found
        return None

    def _modified(self) -> syntax.Node:
        """``(?i:…)`` of ECMA-262 2025, and ``(?i)`` at the beginning as Python writes it."""
        self._at -= 1
        match = _MODIFIERS.match(self._text, self._at)
        on, off = (match[1], match[2] or "") if match else ("", "")
        if match is None or not set(on + off) <= set("isu") or not on + off:
            raise Unsupported("a group of the form (?…) that is not supported")
        if match[3] == ")" and self._at != 1:
            raise Unsupported("flags that are not at the beginning of the pattern")
        self._at = match.end()
        before = self._ignore_case, self._dot_all
        self._ignore_case = ("i" in on) or (self._ignore_case and "i" not in off)
        self._dot_all = ("s" in on) or (self._dot_all and "s" not in off)
        if match[3] == ")":
            return EMPTY
        node = self._choice()
        self._ignore_case, self._dot_all = before
        if not self._take(")"):
            raise self._broken("a group is not closed")
        return node

    # Escapes and classes -----------------------------------------------------------------

    def _escape(self) -> syntax.Node:
        sign = self._peek()
        if sign in ("b", "B"):
            if self._python:
                raise Unsupported("word boundaries of Python's re follow Unicode")
            self._at += 1
            return Assertion(sign)
        if self._python and sign in ("A", "Z"):
            self._at += 1
            return Assertion("^" if sign == "A" else "$")
        if sign == "k" or (sign and sign in "123456789"):
            return self._back_reference()
        found = self._class_escape()
        return Chars(self._cased(found if isinstance(found, CharSet) else CharSet.of(found)))

    def _back_reference(self) -> syntax.Node:
        match = _BACK_REFERENCE.match(self._text, self._at)
        number = None if match is None else int(match[1] or self._names.get(match[2], 0))
        if match is None or not number:
            raise self._broken("a back-reference to no group before it")
        if self._ignore_case:
            raise Unsupported("a back-reference that ignores case is not supported")
        self._at = match.end()
        return BackReference(number)

    def _class_escape(self) -> CharSet | int:
        r"""What follows a backslash, inside and outside of brackets: a set or one character."""
        sign = self._peek()
        if sign is None:
            raise self._broken("it ends in a backslash")
        self._at += 1
        if sign in "dws":
            return self._classes[sign]
        if sign in "DWS":
            return ~self._classes[sign.lower()]
        if sign in "pP":
            return self._property(negative=sign == "P")
        if sign in _CONTROLS:
            return _CONTROLS[sign]
        if sign == "0" and not (self._peek() or "").isdigit():
            return 0
        if sign == "c" and (self._peek() or "").isascii() and (self._peek() or "").isalpha():
            self._at += 1
            return ord(self._text[self._at - 1]) % 32
        if sign in "xu":
            return self._code_point()
        if sign == "a" and self._python:
            return 7
        if sign.isascii() and sign.isalnum():
            raise Unsupported(f"the escape \\{sign} is not ECMA-262")
        return ord(sign)

    def _code_point(self) -> int:
        start = self._at - 1
        match = _HEX2.match(self._text, start) or _BRACED.match(self._text, start)
        if match is None:
            match = _HEX4.match(self._text, start)
            low = _LOW_SURROGATE.match(self._text, start + 5)
            if match and low and 0xD800 <= int(match[1], 16) <= 0xDBFF:
                self._at = low.end()
                return 0x10000 + ((int(match[1], 16) - 0xD800) << 10) + int(low[1], 16) - 0xDC00
        if match is None or int(match[1], 16) > 0x10FFFF:
            raise self._broken(f"\\{self._text[start]} without a code point")
        self._at = match.end()
        return int(match[1], 16)

    def _property(self, *, negative: bool) -> CharSet:
        match = _PROPERTY.match(self._text, self._at)
        if match is None:
            raise self._broken("\\p without a property")
        self._at = match.end()
        found = characters(match[1] or match[2])
        return ~found if negative else found

    def _class(self) -> CharSet:
        negative = self._take("^")
        members: list[Range] = []
        first = True
        while True:
            sign = self._peek()
            if sign is None:
                raise self._broken("a class is not closed")
            if sign == "]" and not (first and self._python):
                self._at += 1
                break
            first = False
            low = self._class_member()
            if self._peek() == "-" and self._text[self._at + 1 : self._at + 2] not in ("]", ""):
                members.extend(self._class_range(low))
            else:
                members.extend(_ranges(low))
        chars = CharSet.of(*members)
        if self._ignore_case:
            chars = classes.ignoring_case(chars)
        return ~chars if negative else chars

    def _class_range(self, low: CharSet | int) -> tuple[Range, ...]:
        self._at += 1
        high = self._class_member()
        if isinstance(low, CharSet) or isinstance(high, CharSet):  # Annex B: the "-" is a member
            return (*_ranges(low), *_ranges(high), (0x2D, 0x2D))
        if high < low:
            raise self._broken("a range of characters is out of order")
        return ((low, high),)

    def _class_member(self) -> CharSet | int:
        sign = self._text[self._at]
        if _POSIX_CLASS.match(self._text, self._at):
            raise Unsupported("POSIX classes such as [[:alpha:]] mean something else in ECMA-262")
        self._at += 1
        if sign != "\\":
            return ord(sign)
        if self._peek() == "b":
            self._at += 1
            return 8
        return self._class_escape()

    # Letters -----------------------------------------------------------------------------

    def _cased(self, chars: CharSet) -> CharSet:
        return classes.ignoring_case(chars) if self._ignore_case else chars

    def _peek(self) -> str | None:
        return self._text[self._at] if self._at < len(self._text) else None

    def _take(self, text: str) -> bool:
        if self._text.startswith(text, self._at):
            self._at += len(text)
            return True
        return False

    def _broken(self, problem: str) -> Unsupported:
        return Unsupported(f"not a valid pattern: {problem}")


def _ranges(member: CharSet | int) -> tuple[Range, ...]:
    return member.ranges if isinstance(member, CharSet) else ((member, member),)
