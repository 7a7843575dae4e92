"""YAML, exactly: values and lines from the event stream of libyaml.

The core schema of YAML 1.2.2 (section 10.3) decides what a plain scalar means. Keys become
strings, as they were written; duplicate keys, keys that are not scalars, foreign tags,
non-finite numbers and several documents in one stream are refused; aliases share the value
they name and are counted; plain ``<<`` merges (YAML 1.1 merge key type), bounded alike.
Nothing here is recursive.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NoReturn

import yaml

from contracts.documents.limits import Limits
from contracts.documents.numbers import NumberTooLarge, exact_float
from contracts.documents.yaml_core import NotFinite, core_value
from contracts.documents.yaml_spots import Spot
from contracts.errors import DocumentUnreadable
from contracts.lean_dataclasses import dataclass, field
from contracts.verdict import Json

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_TAGGED: dict[str, tuple[type, ...]] = {
    _TAG + "null": (type(None),),
    _TAG + "bool": (bool,),
    _TAG + "int": (int,),
    _TAG + "float": (float, Decimal),
}


@dataclass(slots=True)
class _Frame:
    """A container that is being filled."""

    value: dict[str, Json] | list[Json]
    spot: Spot
    anchor: str | None
    nodes_before: int
    key: str | None = None
    key_line: int = 0
    merging: bool = False
    merges: list[tuple[Json, Spot]] = field(default_factory=list)
    """What ``<<`` brings, merged when the mapping ends so that its own keys win."""


def compose(text: str, name: str, limits: Limits) -> tuple[Json, Spot]:
    """The only document in ``text``, and where everything in it stands.

    Raises:
        DocumentUnreadable: broken YAML, something JSON cannot say, or over a limit.
    """
    return _Composer(text, name, limits).run()


class _Composer:
    def __init__(self, text: str, name: str, limits: Limits) -> None:
        self._text, self._restored = _only_yaml_1_2_breaks(text)
        self._name = name
        self._limits = limits
        self._stack: list[_Frame] = []
        self._anchors: dict[str, tuple[Json, Spot, int] | None] = {}
        self._nodes = 0
        self._aliased = 0
        self._documents = 0
        self._root: tuple[Json, Spot] = (None, Spot(1))

    def run(self) -> tuple[Json, Spot]:
        try:
            for event in self._events():
                self._take(event)
        except yaml.YAMLError as error:
            self._refuse_syntax(error)
        return self._root

    def _events(self) -> Iterator[yaml.Event]:
        events: Iterator[yaml.Event] = yaml.parse(self._text, Loader=_LOADER)
        return events

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._open(event)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._close(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._refuse(event, "a second document begins here; keep one document per file")

    # Nodes -------------------------------------------------------------------------------

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        self._count(event, 1)
        if self._restored:
            event.value = event.value.translate(self._restored)
        plain = event.style in (None, "")
        spot = Spot(_line(event))
        if self._expects_key():
            if plain and event.tag is None and event.value == "<<":
                self._stack[-1].merging = True
                return
            self._key(event, _key_text(event.value) if plain else event.value)
            return
        try:
            value = self._resolve(event, plain=plain)
        except NumberTooLarge as error:
            self._refuse(event, str(error))
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, spot, 1)
        self._add(value, spot)

    def _open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        self._count(event, 1)
        if self._expects_key():
            self._refuse(event, "this key is a mapping or a list; only scalars can be keys")
        if len(self._stack) >= self._limits.depth:
            self._refuse(event, self._limits.depth_sentence())
        mapping = isinstance(event, yaml.MappingStartEvent)
        if event.tag not in (None, "!", _TAG + ("map" if mapping else "seq")):
            self._refuse_tag(event, event.tag)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        spot = Spot(_line(event), {} if mapping else [])
        value: dict[str, Json] | list[Json] = {} if mapping else []
        self._stack.append(_Frame(value, spot, event.anchor, self._nodes))

    def _close(self, event: yaml.Event) -> None:
        frame = self._stack.pop()
        for source, spot in frame.merges:
            self._merge(event, frame, source, spot)
        if frame.anchor is not None:
            size = self._nodes - frame.nodes_before + 1
            self._anchors[frame.anchor] = (frame.value, frame.spot, size)
        self._add(frame.value, frame.spot)

    def _alias(self, event: yaml.AliasEvent) -> None:
        name = event.anchor
        if name not in self._anchors:
            self._refuse(event, f"the alias *{name} has no anchor &{name} above it")
        anchored = self._anchors[name]
        if anchored is None:
            self._refuse(event, f"the alias *{name} stands inside the value it names: a cycle")
        value, spot, size = anchored
        self._count(event, size, aliased=size)
        if self._expects_key():
            if isinstance(value, (dict, list)):
                self._refuse(event, "this key is a mapping or a list; only scalars can be keys")
            self._key(event, value if isinstance(value, str) else _written(value))
            return
        if not self._merging():
            self._check_alias_depth(event, value)
            spot = Spot(_line(event), spot.children)
        self._add(value, spot)

    def _add(self, value: Json, spot: Spot) -> None:
        if not self._stack:
            self._root = (value, spot)
            return
        frame = self._stack[-1]
        if isinstance(frame.value, list):
            frame.value.append(value)
            assert isinstance(frame.spot.children, list)
            frame.spot.children.append(spot)
        elif frame.merging:
            frame.merging = False
            frame.merges.append((value, spot))
        else:
            assert frame.key is not None
            assert isinstance(frame.spot.children, dict)
            frame.value[frame.key] = value
            spot.line = frame.key_line
            frame.spot.children[frame.key] = spot
            frame.key = None

    # Keys --------------------------------------------------------------------------------

    def _expects_key(self) -> bool:
        if not self._stack:
            return False
        frame = self._stack[-1]
        return type(frame.value) is dict and frame.key is None and not frame.merging

    def _merging(self) -> bool:
        return bool(self._stack) and self._stack[-1].merging

    def _key(self, event: yaml.Event, key: str) -> None:
        frame = self._stack[-1]
        line = _line(event)
        if key in frame.value:
            assert isinstance(frame.spot.children, dict)
            first = frame.spot.children[key].line
            self._refuse(
                event, f"the key {key!r} is already used on line {first}; keep one of the two"
            )
        if isinstance(event, yaml.ScalarEvent):
            if event.tag not in (None, "!", _TAG + "str"):
                self._refuse_tag(event, event.tag)
            if event.anchor is not None:
                self._anchors[event.anchor] = (key, Spot(line), 1)
        frame.key = key
        frame.key_line = line

    def _merge(self, event: yaml.Event, frame: _Frame, source: Json, spot: Spot) -> None:
        sources = source if isinstance(source, list) else [source]
        spots = spot.children if isinstance(spot.children, list) else [spot]
        for mapping, where in zip(sources, spots, strict=True):
            if not isinstance(mapping, dict) or not isinstance(where.children, dict):
                self._refuse(event, "'<<' can merge only a mapping or a list of mappings")
            self._count(event, len(mapping), aliased=len(mapping))
            assert isinstance(frame.value, dict)
            assert isinstance(frame.spot.children, dict)
            for key, value in mapping.items():
                if key not in frame.value:
                    frame.value[key] = value
                    frame.spot.children[key] = where.children[key]

    # Scalars -----------------------------------------------------------------------------

    def _resolve(self, event: yaml.ScalarEvent, *, plain: bool) -> Json:
        text = event.value
        tag = event.tag
        if tag is None:
            return self._plain(event, text) if plain else text
        if tag in ("!", _TAG + "str"):
            return text
        types = _TAGGED.get(tag)
        if types is None:
            self._refuse_tag(event, tag)
        value = self._plain(event, text)
        if type(value) is int and float in types:
            value = exact_float(text)
        if type(value) not in types:
            self._refuse(event, f"{text!r} is not a value of the tag {_shown(tag)}")
        return value

    def _plain(self, event: yaml.ScalarEvent, text: str) -> Json:
        try:
            return core_value(text)
        except NotFinite as error:
            self._refuse(event, str(error))

    # Bounds and refusals -----------------------------------------------------------------

    def _count(self, event: yaml.Event, nodes: int, *, aliased: int = 0) -> None:
        self._nodes += nodes
        self._aliased += aliased
        if self._aliased > self._limits.aliased:
            self._refuse(
                event,
                f"aliases expand to more than {self._limits.aliased:,} values; "
                "write the shared part once and use $ref",
            )
        if self._nodes > self._limits.nodes:
            self._refuse(event, self._limits.nodes_sentence())

    def _check_alias_depth(self, event: yaml.Event, value: Json) -> None:
        from contracts.documents.shape import depth_exceeds

        if depth_exceeds(value, self._limits.depth - len(self._stack)):
            self._refuse(event, self._limits.depth_sentence())

    def _refuse(self, event: yaml.Event, message: str) -> NoReturn:
        mark = event.start_mark
        column = mark.column + 1 if mark else None
        raise DocumentUnreadable(message, source=self._name, line=_line(event), column=column)

    def _refuse_tag(self, event: yaml.Event, tag: str) -> NoReturn:
        self._refuse(event, f"the tag {_shown(tag)} has no meaning in JSON; remove it")

    def _refuse_syntax(self, error: yaml.YAMLError) -> NoReturn:
        line = column = None
        if isinstance(error, yaml.MarkedYAMLError):
            mark = error.problem_mark or error.context_mark
            problem = " ".join(filter(None, (error.problem, error.context)))
            if mark:
                line, column = mark.line + 1, mark.column + 1
        elif isinstance(error, yaml.reader.ReaderError):
            problem = f"the character #x{error.character:02x} is not allowed"
            offset = self._text.find(chr(error.character))
            line = self._text.count("\n", 0, offset) + 1
            column = offset - self._text.rfind("\n", 0, offset)
        else:
            problem = str(error).partition("\n")[0]
        raise DocumentUnreadable(
            f"not valid YAML: {problem}", source=self._name, line=line, column=column
        ) from None


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark else 1


def _only_yaml_1_2_breaks(text: str) -> tuple[str, dict[int, str]]:
    """The text with stand-ins for breaks of libyaml that YAML 1.2 (section 5.4) has no more."""
    breaks = [sign for sign in "\x85\u2028\u2029" if sign in text]
    if not breaks:
        return text, {}
    free = (chr(code) for code in range(0xE000, 0xF8FF) if chr(code) not in text)
    stand_ins = dict(zip(breaks, free, strict=False))
    restored = {ord(stand_in): sign for sign, stand_in in stand_ins.items()}
    return text.translate({ord(sign): stand_in for sign, stand_in in stand_ins.items()}), restored


def _shown(tag: str) -> str:
    return tag.replace(_TAG, "!!", 1)


def _key_text(text: str) -> str:
    return "null" if text in ("", "~") else text


def _written(value: Json) -> str:
    if value is None or isinstance(value, bool):
        return str(value).lower().replace("none", "null")
    return str(value)
