"""How many steps a backtracking matcher takes for a text: some patterns ask for billions.

Python's ``re`` tries one alternative after the other and cannot be interrupted in a thread. So
before it is asked, the same walk is made here, counted, and given up at a limit. The count
depends on pattern and text alone: the answer is the same on every machine and in every thread.
"""

from __future__ import annotations

from functools import lru_cache

from contracts.late_patterns import late
from contracts.lean_dataclasses import dataclass
from contracts.schema.regular.charset import CharSet
from contracts.schema.regular.classes import WORD
from contracts.schema.regular.errors import Unsupported
from contracts.schema.regular.parser import parse
from contracts.schema.regular.syntax import (
    Assertion,
    BackReference,
    Chars,
    Choice,
    Group,
    Look,
    Node,
    Repeat,
    Sequence,
)

MOST_STEPS = 300_000
"""Steps of the walk; Python's ``re`` takes some ten milliseconds for as many."""

_MOST_CODE = 20_000
_SHORT = 200
_QUANTIFIER = late(r"[*+?{]")
_NESTED = late(r"\)[*+{]")
_ORDER_UNKNOWN = late(r"[*+?}]\?|\(\?<[=!]")
"""Lazy quantifiers and look-behinds, whose order or outcome the walk does not follow."""


def takes_long(pattern: str, text: str) -> bool:
    """Whether a search for the pattern in the text may take more than :data:`MOST_STEPS`."""
    quantifiers = len(_QUANTIFIER.findall(pattern))
    if len(text) <= _SHORT and quantifiers <= 2 and not _NESTED.search(pattern):
        return False
    return quantifiers > 0 and _walk_is_long(pattern, text)


_FEW_STEPS = 20_000


@lru_cache(maxsize=4096)
def found_in(pattern: str, text: str) -> bool | None:
    """Whether a pattern of ECMA-262 with back-references is found in a text; None if that takes
    long, or hangs on what stands before.
    """
    code = _code_of(pattern, "ecma")
    if code is None or _looks_behind(code):
        return None
    walk = _Walk(text, exhaustive=False, ends=True, most=_FEW_STEPS)
    found = any(walk.matches(code, start) for start in range(len(text) + 1))
    return found or (None if walk.is_given_up else False)


def _looks_behind(code: tuple[_Step, ...]) -> bool:
    return any(step.sign.startswith("behind") or _looks_behind(step.inner) for step in code)


@lru_cache(maxsize=4096)
def _walk_is_long(pattern: str, text: str) -> bool:
    plain = text.isascii() and text.isprintable()  # both dialects see the same in such texts
    code = _code_of(pattern, "ecma" if plain else "python") or _code_of(pattern, "ecma")
    if code is None:
        quantifiers = len(_QUANTIFIER.findall(pattern))
        return bool(_NESTED.search(pattern)) or quantifiers > 3 or len(text) > _SHORT
    return _Walk(text, exhaustive=bool(_ORDER_UNKNOWN.search(pattern))).is_long(code)


@dataclass(frozen=True, slots=True)
class _Step:
    """``char``, ``assert``, ``look``, ``fork`` (tries its targets in order), ``mark``, ``moved``
    (fails if nothing was read since the mark), ``open`` and ``close`` of a group, ``again`` (what
    the group has matched) or ``found``."""

    kind: str
    chars: CharSet | None = None
    sign: str = ""
    targets: tuple[int, ...] = ()
    group: int = 0
    inner: tuple[_Step, ...] = ()


@lru_cache(maxsize=1024)
def _code_of(pattern: str, dialect: str) -> tuple[_Step, ...] | None:
    """The steps that a matcher takes for a pattern; None for one that is not understood."""
    try:
        return _compiled(parse(pattern, dialect))
    except (Unsupported, RecursionError):
        return None


def _compiled(node: Node) -> tuple[_Step, ...]:
    code: list[_Step] = []
    _append(node, code)
    return (*code, _Step("found"))


def _append(node: Node, code: list[_Step]) -> None:
    if len(code) > _MOST_CODE:
        raise Unsupported("the pattern counts too far")
    match node:
        case Chars(chars):
            code.append(_Step("char", chars))
        case Sequence(parts):
            for part in parts:
                _append(part, code)
        case Choice(options):
            _append_choice(options, code)
        case Repeat():
            _append_repeat(node, code)
        case Look(body, ahead, negative):
            sign = ("ahead" if ahead else "behind") + ("!" if negative else "=")
            code.append(_Step("look", sign=sign, inner=_compiled(body)))
        case Assertion(kind):
            code.append(_Step("assert", sign=kind))
        case Group(number, body):
            code.append(_Step("open", group=number))
            _append(body, code)
            code.append(_Step("close", group=number))
        case BackReference(number):
            code.append(_Step("again", group=number))
        case _:
            raise Unsupported("not a part of a pattern")


def _append_choice(options: tuple[Node, ...], code: list[_Step]) -> None:
    at = len(code)
    code.append(_Step("fork"))
    starts, ends = [], []
    for option in options:
        starts.append(len(code))
        _append(option, code)
        ends.append(len(code))
        code.append(_Step("fork"))
    code[at] = _Step("fork", targets=tuple(starts))
    for end in ends:
        code[end] = _Step("fork", targets=(len(code),))


def _append_repeat(node: Repeat, code: list[_Step]) -> None:
    for _ in range(node.least):
        _append(node.body, code)
    if node.most is None:
        at = len(code)
        code += [_Step("fork"), _Step("mark")]
        _append(node.body, code)
        code += [_Step("moved"), _Step("fork", targets=(at,))]
        code[at] = _Step("fork", targets=(at + 1, len(code)))
        return
    forks = []
    for _ in range(node.most - node.least):
        forks.append(len(code))
        code.append(_Step("fork"))
        _append(node.body, code)
    for at in forks:
        code[at] = _Step("fork", targets=(at + 1, len(code)))


_Marks = tuple["_Marks", int] | None
_Captures = tuple["_Captures", int, int, int] | None
"""The groups matched so far, the last one first: number, begin and end (-1: not closed)."""


def _begin(groups: _Captures, number: int) -> int:
    """Where a group that is not closed yet was opened."""
    while groups is not None and (groups[1] != number or groups[3] >= 0):
        groups = groups[0]
    assert groups is not None
    return groups[2]


class _Walk:
    """One text searched; ``exhaustive``: on after the first match, for orders not followed."""

    def __init__(
        self, text: str, *, exhaustive: bool, ends: bool = False, most: int = MOST_STEPS
    ) -> None:
        self._text = text
        self._exhaustive = exhaustive
        self._ends = ends
        """Whether ends of words count; their place depends on the dialect."""
        self._left = most

    @property
    def is_given_up(self) -> bool:
        """Whether the limit was met."""
        return self._left <= 0

    def is_long(self, code: tuple[_Step, ...]) -> bool:
        """Whether the walk is given up at the limit."""
        for start in range(len(self._text) + 1):
            if self.matches(code, start) and not self._exhaustive:
                return False
            if self._left <= 0:
                return True
        return False

    def matches(self, code: tuple[_Step, ...], start: int, captured: _Captures = None) -> bool:
        """Whether the steps lead to the end from a place in the text."""
        text, found = self._text, False
        waiting: list[tuple[int, int, _Marks, _Captures]] = [(0, start, None, captured)]
        while waiting and self._left > 0:
            self._left -= 1
            at, position, marks, groups = waiting.pop()
            step = code[at]
            match step.kind:
                case "found":
                    found = True
                    if not self._exhaustive:
                        return True
                case "char":
                    assert step.chars is not None
                    if position < len(text) and ord(text[position]) in step.chars:
                        waiting.append((at + 1, position + 1, marks, groups))
                case "fork":
                    targets = reversed(step.targets)
                    waiting.extend((target, position, marks, groups) for target in targets)
                case "mark":
                    waiting.append((at + 1, position, (marks, position), groups))
                case "moved":
                    assert marks is not None
                    if marks[1] != position:
                        waiting.append((at + 1, position, marks[0], groups))
                case "open" | "close":
                    begin = position if step.kind == "open" else _begin(groups, step.group)
                    end = -1 if step.kind == "open" else position
                    waiting.append((at + 1, position, marks, (groups, step.group, begin, end)))
                case "again":
                    part = self._matched(groups, step.group)
                    if part is not None and text.startswith(part, position):
                        position += len(part)
                        waiting.append((at + 1, position, marks, groups))
                case _:
                    if self._holds(step, position, groups):
                        waiting.append((at + 1, position, marks, groups))
        return found

    def _matched(self, groups: _Captures, number: int) -> str | None:
        while groups is not None:
            if groups[1] == number and groups[3] >= 0:
                return self._text[groups[2] : groups[3]]
            groups = groups[0]
        return None

    def _holds(self, step: _Step, position: int, groups: _Captures) -> bool:
        if step.sign.startswith("ahead"):
            return self.matches(step.inner, position, groups) is step.sign.endswith("=")
        if step.sign == "^":
            return position == 0
        if step.sign == "$":
            return position == len(self._text)
        if self._ends and step.sign in ("b", "B"):
            sides = (
                self._text[max(position - 1, 0) : position],
                self._text[position : position + 1],
            )
            before, after = (bool(side) and ord(side) in WORD for side in sides)
            return (before != after) is (step.sign == "b")
        return True  # look-behinds and word boundaries: whatever follows is walked
