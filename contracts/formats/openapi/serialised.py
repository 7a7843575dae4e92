"""Lists and objects in a query or a form, written and read by `style` and `explode`.

OpenAPI 3.1.1 section 4.8.12.5 tells how they are written; they are read with the parser of
:mod:`urllib`, so that what one form makes of the other is seen and not computed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote

from contracts.verdict import Json

DELIMITERS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|", "tabDelimited": "\t"}
DEEP = "deepObject"


def known(style: str) -> bool:
    """Whether values of this style can be written and read here."""
    return style in DELIMITERS or style.lower() == DEEP.lower()


def as_text(value: Json) -> str:
    """A value inside a list or object; deeper ones have no form of their own (JSON, then)."""
    return value if isinstance(value, str) else json.dumps(value, default=str)


def written(name: str, value: Json, style: str, *, explode: bool) -> str:
    """A list or object as it stands in a query or form."""
    if style.lower() == DEEP.lower():
        pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
        return "&".join(f"{_quoted(f'{name}[{key}]')}={_quoted(as_text(v))}" for key, v in pairs)
    if isinstance(value, Mapping):
        if explode:
            return "&".join(f"{_quoted(k)}={_quoted(as_text(v))}" for k, v in value.items())
        value = [part for pair in value.items() for part in pair]
    if explode:
        return "&".join(f"{_quoted(name)}={_quoted(as_text(item))}" for item in value)
    between = DELIMITERS[style]
    between = between if between == "," else quote(between)
    return f"{_quoted(name)}={between.join(_quoted(as_text(item)) for item in value)}"


def read(name: str, text: str, style: str, *, explode: bool, whole: type) -> Json:
    """What a reader makes of the text: texts in a list or object (``whole``); None if nothing."""
    pairs = parse_qsl(text, keep_blank_values=True)
    if style.lower() == DEEP.lower():
        begun = [(k.removeprefix(f"{name}["), v) for k, v in pairs if k.startswith(f"{name}[")]
        found = {key.removesuffix("]"): value for key, value in begun}
        return (found if whole is dict else list(found.values())) or None
    if explode:
        if whole is dict:
            return dict(pairs) or None
        return [value for key, value in pairs if key == name] or None
    parts = next((value.split(DELIMITERS[style]) for key, value in pairs if key == name), None)
    if parts is None or whole is not dict:
        return parts
    return dict(zip(parts[::2], parts[1::2], strict=False))


def texts(value: Json) -> Json:
    """A value as a reader who understands its form reads it."""
    if isinstance(value, Mapping):
        return {key: as_text(member) for key, member in value.items()}
    return [as_text(item) for item in value]


def _quoted(text: str) -> str:
    return quote(text, safe="[]")
