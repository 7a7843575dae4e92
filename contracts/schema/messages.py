"""What a break says to its reader: the constraint and the value, in one sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from contracts.documents.canonical import readable_json
from contracts.schema.compiler import Part
from contracts.schema.locations import Location
from contracts.verdict import Json

_SENTENCES = {
    "minimum": "the reader wants at least {limit}",
    "exclusiveMinimum": "the reader wants more than {limit}",
    "maximum": "the reader takes at most {limit}",
    "exclusiveMaximum": "the reader takes less than {limit}",
    "multipleOf": "the reader wants a multiple of {limit}",
    "minLength": "the reader wants at least {limit} characters",
    "maxLength": "the reader takes at most {limit} characters",
    "pattern": "the reader wants text matching {limit}",
    "format": "the reader wants the format {limit}",
    "minItems": "the reader wants at least {limit} items",
    "maxItems": "the reader takes at most {limit} items",
    "uniqueItems": "the reader wants all items to differ",
    "minProperties": "the reader wants at least {limit} members",
    "maxProperties": "the reader takes at most {limit} members",
    "const": "the reader takes only {limit}",
    "enum": "the reader takes only {limit}",
    "contains": "the reader wants an item of a certain kind",
    "minContains": "the reader wants at least {limit} items of a certain kind",
    "maxContains": "the reader takes at most {limit} items of a certain kind",
    "not": "the reader excludes it",
    "anyOf": "it fits none of the reader's alternatives",
    "oneOf": "it does not fit exactly one of the reader's alternatives",
    "false": "the reader takes nothing here",
    "additionalProperties": "the reader takes no member it does not declare",
    "unevaluatedProperties": "the reader takes no member it does not declare",
    "additionalItems": "the reader takes no further items",
    "unevaluatedItems": "the reader takes no further items",
    "propertyNames": "the reader does not take this member name",
    "dependentRequired": "a member that the reader wants beside another is missing",
    "dependencies": "what the reader wants beside another member is missing",
}


def sentence(at: Location, part: Part, witness: Json, tokens: Sequence[str | int]) -> str:
    """The break in the user's words."""
    value = witness
    for token in tokens:
        value = value[token]
    where = ".".join(str(token) for token in tokens) or "the value"
    raw = at.raw if isinstance(at.raw, dict) else {}
    if part.keyword == "required" and isinstance(value, dict):
        missing = [name for name in raw.get("required", ()) if name not in value]
        named = ", ".join(repr(name) for name in missing) or "a member"
        place = f" in {where}" if tokens else ""
        return f"the reader requires {named}{place}, the writer may leave it out"
    if part.keyword == "type":
        wanted = raw.get("type")
        names = " or ".join(wanted) if isinstance(wanted, list) else str(wanted)
        return f"{where} may be {shown(value)}, the reader wants {names}"
    text = _SENTENCES.get(part.keyword, f"the reader's {part.keyword} rejects it")
    limit = raw.get(part.keyword)
    return f"{where} may be {shown(value)}, {text.format(limit=shown(limit))}"


def shown(value: Json) -> str:
    """A value, short enough to read."""
    text = readable_json(value)
    return text if len(text) <= 60 else text[:57] + "..."


_LONGEST_COMPLAINT = 500
_END = 160
_PLAIN = {"None": "null", "True": "true", "False": "false"}
_AS_PYTHON = re.compile(r"^(?:None|True|False)(?= (?:is|was|does|should)\b)")


_FALSE = "False schema does not allow "


def in_short(complaint: str, keyword: str = "") -> str:
    """A validator's words, whatever the size of what they quote; null is no ``None``.

    The reason comes behind the value: the end is kept. An alternative that cannot concern the
    value is ``false`` to the validator, which nobody wrote.
    """
    if keyword in {"anyOf", "oneOf"} and complaint.startswith(_FALSE):
        complaint = f"{complaint.removeprefix(_FALSE)} is not valid under any of the given schemas"
    if len(complaint) > _LONGEST_COMPLAINT:
        complaint = f"{complaint[: _LONGEST_COMPLAINT - _END]} … {complaint[-_END:]}"
    return _AS_PYTHON.sub(lambda found: _PLAIN[found[0]], complaint)
