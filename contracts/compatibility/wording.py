"""From the engine's break to a rule id and a sentence in the user's words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from contracts.compatibility.rules.schemas import BY_KEYWORD
from contracts.compatibility.sentences import (
    NOTHING,
    Case,
    missing,
    named_by,
    only_in,
    properties_of,
    quoted,
    sentence,
)
from contracts.documents import Document, pointer
from contracts.governance.fieldpath import FieldPath
from contracts.lean_dataclasses import dataclass
from contracts.schema import Break, Unknown
from contracts.verdict import Json, Place


@dataclass(frozen=True, slots=True)
class Wording:
    """What a break is called, and how it is told."""

    rule: str
    message: str


def worded(
    found: Break, writer_schema: Json, reader_schema: Json, *, new: bool, field: str = ""
) -> Wording:
    """The rule that a break falls under, and its sentence.

    ``writer_schema`` and ``reader_schema`` are the schemas around the places of the break;
    ``new`` tells that the reader is the new version; ``field`` names what breaks, as the schemas
    do: some names in the witness are examples.
    """
    value = _at(found.witness, found.instance)
    writer, reader = (_keyword(place, found.keyword) for place in (found.writer, found.reader))
    keyword = _kind(found, value, reader, writer_schema, reader_schema)
    if keyword == "type" and not _of_type(value, writer):
        writer = NOTHING  # said of the object that the value stands in
    if keyword in {"oneOf", "anyOf"} and _constants(reader) is not None:
        keyword, writer, reader = "enum", _constants(writer) or NOTHING, _constants(reader)
    if keyword in {"enum", "const"}:
        listed = _values(writer_schema), _values(reader_schema)
        if listed[0] and listed[1] and len(listed[0]) + len(listed[1]) > 2:
            keyword, (writer, reader) = "enum", listed
    before, after = (writer, reader) if new else (reader, writer)
    if keyword == "minContains":
        counts = [_count(schema) for schema in (writer_schema, reader_schema)]
        before, after = counts if new else reversed(counts)
    other = before if before is not NOTHING else after
    case = Case(
        keyword,
        _subject(field, found.reader),
        value,
        before,
        after,
        new,
        reader_schema,
        inner=found.keyword,
        twin=_twin(keyword, writer, writer_schema) or _twin(keyword, reader, reader_schema),
        alternative=_depth(found.writer) > _depth(found.reader) and other is not NOTHING,
        several=any(sign in found.error for sign in _SEVERAL),
    )
    row = BY_KEYWORD.get(keyword, BY_KEYWORD["*"])
    rule = row.tightened if new else row.loosened
    return Wording(rule, sentence(case))


_UNREAD = ("cannot be read", "points to nothing", "leads nowhere", "cannot be followed")
_CORRECT = "Correct what cannot be read at the place named; then the comparison decides."


def undecided(unknown: Unknown, *, new: bool) -> tuple[str, str | None]:
    """The sentence about an open question, and the advice where it is not the rule's own."""
    reason = unknown.reason
    for side, is_new in (("writer", not new), ("reader", new)):
        reason = reason.replace(f"the {side}'s", f"the {'new' if is_new else 'old'} version's")
    advice = _CORRECT if any(sign in reason for sign in _UNREAD) else None
    return f"cannot decide, because of `{unknown.keyword}`: {reason}", advice


NULL_RULES = frozenset({BY_KEYWORD["null"].tightened, BY_KEYWORD["null"].loosened})


def nullable_at(place: Place, document: Document) -> Place:
    """The ``nullable`` beside a type, if it says what the type does not."""
    file = document.original(place.source)
    is_keyword = pointer.last(place.pointer) in {"type", "enum"}
    stated = pointer.join(
        pointer.parent(place.pointer) if is_keyword else place.pointer, "nullable"
    )
    found = file is not None and isinstance(file.find(stated), bool)
    return file.place(stated) if file is not None and found else place


def worded_open(field: str, *, free: bool, new: bool) -> Wording:
    """The rule and the sentence about a member that an open object declares on one side only.

    ``free``: the object in ``field`` declares no member at all on that side.
    """
    subject = _subject(field)
    if free:
        before = f"{subject} could hold anything; what it holds is described now"
        after = f"{subject} may hold anything now; what it holds is described no longer"
    else:
        before = (
            f"{subject} was added; the object was open, so callers may send something else "
            "under that name"
        )
        after = f"{subject} was removed; the object is open, so anything may come under that name"
    row = BY_KEYWORD["open-member"]
    return Wording(row.tightened, before) if new else Wording(row.loosened, after)


def _constants(alternatives: Json) -> list[Json] | None:
    """The values of an enumeration that is written as alternatives, each with its description."""
    if not isinstance(alternatives, list):
        return None
    values: list[Json] = []
    for one in alternatives:
        if isinstance(one, dict) and isinstance(one.get("enum"), list):
            values.extend(one["enum"])
        elif isinstance(one, dict) and "const" in one:
            values.append(one["const"])
        else:
            return None
    return values or None


_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "number": (int, float, Decimal),
    "integer": (int, float, Decimal),
}


def _values(schema: Json) -> list[Json] | None:
    """The values that a schema lists, a constant being one of them."""
    if not isinstance(schema, dict):
        return None
    values = schema.get("enum", [schema["const"]] if "const" in schema else None)
    return values if isinstance(values, list) else None


def _of_type(value: Json, kinds: Json) -> bool:
    """Whether a `type` may have been said of a value."""
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(value, _TYPES.get(str(name), object)) for name in names)


def _count(schema: Json) -> Json:
    return schema.get("minContains", 1) if isinstance(schema, dict) else 1


def fields_of(found: Break, reader_schema: Json) -> list[str | None]:
    """The fields that a break is about; a missing or refused member rather than its object."""
    value = _at(found.witness, found.instance)
    names: list[str] = []
    if found.keyword == "required":
        names = missing(value, _keyword(found.reader, "required"))
    elif found.keyword in {"additionalProperties", "unevaluatedProperties"}:
        names = sorted(value.keys() - named_by(reader_schema)) if isinstance(value, dict) else []
    pointers = [pointer.join(found.instance, name) for name in names] or [found.instance]
    return [str(FieldPath.of_pointer(place)) if place else None for place in pointers]


_CONDITIONS = {"then": "then", "else": "else", "propertyNames": "propertyNames"}
"""Keywords that name the rule for whatever is refused below them."""


def _kind(found: Break, value: Json, reader: Json, writer_schema: Json, reader_schema: Json) -> str:
    """The row of the rule table: some keywords are told apart by what was refused."""
    keyword = found.keyword
    tokens = pointer.split(found.reader.pointer)
    if keyword == "false" and "propertyNames" in tokens[-1:]:
        return "propertyNames"
    for token in tokens[-3:-1]:
        if token in _CONDITIONS:
            return _CONDITIONS[token]
    if value is None and keyword in {"type", "nullable"}:
        return "null"
    if value is None and keyword == "enum":
        written = _keyword(found.writer, "enum")
        if isinstance(written, list) and only_in(written, reader, "null") == ["null"]:
            return "null"
    if keyword == "required":
        declared = properties_of(writer_schema)
        lacking = missing(value, reader)
        if declared is not None and lacking and not set(lacking) & declared:
            return "required-unknown"
    if keyword in {"additionalProperties", "unevaluatedProperties"}:
        declared = properties_of(writer_schema) or set()
        if isinstance(value, dict) and declared & (value.keys() - named_by(reader_schema)):
            return "properties"
    return keyword


def _at(value: Json, instance: str) -> Json:
    for token in pointer.split(instance):
        try:
            value = pointer.step(value, token)
        except (LookupError, ValueError):
            return None
    return value


def _keyword(place: Place, keyword: str) -> Json:
    """The keyword's value on one side, whether the place is the schema or the keyword itself."""
    if pointer.last(place.pointer) == keyword:
        return place.value
    if isinstance(place.value, dict) and keyword in place.value:
        return place.value[keyword]
    return NOTHING


def _subject(field: str, at: Place | None = None) -> str:
    if field == "*":
        tokens = pointer.split(at.pointer) if at is not None else []
        if "patternProperties" in tokens[-3:-1]:
            named = tokens[tokens.index("patternProperties", max(0, len(tokens) - 3)) + 1]
            return f"a member named like `{named}`"
        return "any other member" if "additionalProperties" in tokens[-2:] else "an item"
    return f"`{field}`" if field else "the value"


_TWINS = {
    "minimum": "exclusiveMinimum",
    "maximum": "exclusiveMaximum",
    "exclusiveMinimum": "minimum",
    "exclusiveMaximum": "maximum",
}
_SEVERAL = ("is valid under each of", "is valid under more than one")
"""What validators say of a value that fits several alternatives of ``oneOf``."""


def _twin(keyword: str, stated: Json, schema: Json) -> str:
    """The bound of the other kind, where a side does not state this one."""
    name = _TWINS.get(keyword)
    if stated is not NOTHING or name is None or not isinstance(schema, dict):
        return ""
    bound = schema.get(name)
    plain = isinstance(bound, (int, float)) and not isinstance(bound, bool)
    return f"{name}` {quoted(bound)}" if plain else ""


def _depth(place: Place) -> int:
    """How many alternatives a place stands in."""
    return sum(token in {"anyOf", "oneOf"} for token in pointer.split(place.pointer))
