"""From the engine's break to a rule id and a sentence in the user's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from contracts.compatibility.rules.schemas import BY_KEYWORD
from contracts.documents import pointer
from contracts.documents.canonical import readable_json
from contracts.governance.fieldpath import FieldPath
from contracts.lean_dataclasses import dataclass
from contracts.schema import Break
from contracts.verdict import Json, Place

LONGEST_VALUE = 60
"""Characters of a value that are quoted in a sentence."""


_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Wording:
    """What a break is called, and how it is told."""

    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class _Case:
    """A break looked at from close: the value that is refused, and both sides' keyword."""

    keyword: str
    subject: str
    value: Json
    before: Json
    after: Json
    reader_is_new: bool
    reader: Json


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
        writer = _NOTHING  # said of the object that the value stands in
    if keyword in {"oneOf", "anyOf"} and _constants(reader) is not None:
        keyword, writer, reader = "enum", _constants(writer) or _NOTHING, _constants(reader)
    before, after = (writer, reader) if new else (reader, writer)
    if keyword == "contains" and before == after:  # only how many of them changed
        keyword = "minContains"
        counts = [_count(schema) for schema in (writer_schema, reader_schema)]
        before, after = counts if new else reversed(counts)
    case = _Case(
        keyword,
        _subject(field),
        value,
        before,
        after,
        new,
        reader_schema,
    )
    row = BY_KEYWORD.get(keyword, BY_KEYWORD["*"])
    rule = row.tightened if new else row.loosened
    return Wording(rule, _SENTENCES.get(keyword, _bound)(case))


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
        names = _missing(value, _keyword(found.reader, "required"))
    elif found.keyword in {"additionalProperties", "unevaluatedProperties"}:
        names = sorted(value.keys() - _named(reader_schema)) if isinstance(value, dict) else []
    pointers = [pointer.join(found.instance, name) for name in names] or [found.instance]
    return [str(FieldPath.of_pointer(place)) if place else None for place in pointers]


_CONDITIONS = {"then": "then", "else": "else", "propertyNames": "propertyNames"}
"""Keywords that name the rule for whatever is refused below them."""


def _kind(found: Break, value: Json, reader: Json, writer_schema: Json, reader_schema: Json) -> str:
    """The row of the rule table: some keywords are told apart by what was refused."""
    keyword = found.keyword
    for token in pointer.split(found.reader.pointer)[-3:-1]:
        if token in _CONDITIONS:
            return _CONDITIONS[token]
    if value is None and keyword in {"type", "nullable"}:
        return "null"
    if value is None and keyword == "enum":
        written = _keyword(found.writer, "enum")
        if isinstance(written, list) and _only_in(written, reader, "null") == ["null"]:
            return "null"
    if keyword == "required":
        declared = _properties(writer_schema)
        missing = _missing(value, reader)
        if declared is not None and missing and not set(missing) & declared:
            return "required-unknown"
    if keyword in {"additionalProperties", "unevaluatedProperties"}:
        declared = _properties(writer_schema) or set()
        if isinstance(value, dict) and declared & (value.keys() - _named(reader_schema)):
            return "properties"
    return keyword


def _properties(schema: Json) -> set[str] | None:
    if not isinstance(schema, dict):
        return None
    properties = schema.get("properties")
    return set(properties) if isinstance(properties, dict) else set()


def _named(schema: Json) -> set[str]:
    return _properties(schema) or set()


def _missing(value: Json, required: Json) -> list[str]:
    if not isinstance(value, dict) or not isinstance(required, list):
        return []
    return [name for name in required if isinstance(name, str) and name not in value]


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
    return _NOTHING


def _subject(field: str) -> str:
    if field == "*":
        return "an item"
    return f"`{field}`" if field else "the value"


def quoted(value: Json) -> str:
    """A value as JSON, short enough for a sentence."""
    text = readable_json(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _bound(case: _Case) -> str:
    """`maxLength` of `x` was lowered from 10 to 5."""
    before, after = case.before, case.after
    of = f"`{case.keyword}` of {case.subject}"
    if before is _NOTHING and after is _NOTHING:
        refused = quoted(case.value)
        who = "is refused now" if case.reader_is_new else "may come, and readers refuse it"
        return f"{case.subject} as {refused} {who} (`{case.keyword}`)"
    if before is _NOTHING:
        return f"{of} is new: {quoted(after)}"
    if after is _NOTHING:
        return f"{of} is gone, it was {quoted(before)}"
    return f"{of} changed from {quoted(before)} to {quoted(after)}"


def _required(case: _Case) -> str:
    names = _newly_required(case)
    if case.reader_is_new:
        return f"{several(names)} became required"
    return f"{several(names)} may be missing now; {_always_there(names)}"


def _required_unknown(case: _Case) -> str:
    names = _newly_required(case)
    one = len(names) == 1
    if case.reader_is_new:
        return f"{several(names)} {'was added and is' if one else 'were added and are'} required"
    return f"{several(names)} {'was' if one else 'were'} removed; {_always_there(names)}"


def _always_there(names: Sequence[str]) -> str:
    return "it was always there" if len(names) == 1 else "they were always there"


MOST_NAMED = 6
"""Fields or values that a sentence names; the others it counts."""


def several(names: Sequence[str], word: str = "and") -> str:
    """``a, b and c``, the tail of a long list counted."""
    if len(names) > MOST_NAMED:
        return f"{', '.join(names[:MOST_NAMED])} {word} {len(names) - MOST_NAMED} more"
    return f" {word} ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _newly_required(case: _Case) -> list[str]:
    """The missing members, without those that the writer was asked for as well."""
    sides = (case.after, case.before) if case.reader_is_new else (case.before, case.after)
    missing = _missing(case.value, sides[0])
    asked = sides[1] if isinstance(sides[1], list) else []
    names = [name for name in missing if name not in asked] or missing
    around = {"the value": "", "an item": "*"}.get(case.subject, case.subject.strip("`"))
    inside = f"{around}." if around else ""
    return [f"`{inside}{name}`" for name in names] or [case.subject]


def _null(case: _Case) -> str:
    if case.reader_is_new:
        return f"{case.subject} may not be null any more"
    return f"{case.subject} may be null now"


def _enum(case: _Case) -> str:
    value = quoted(case.value)
    if case.before is _NOTHING and case.after is not _NOTHING:
        return f"{case.subject} is limited to {_listed(case.after)}; {value} is refused"
    if case.after is _NOTHING and case.before is not _NOTHING:
        return f"{case.subject} is no longer limited to {_listed(case.before)}"
    sides = (case.before, case.after) if case.reader_is_new else (case.after, case.before)
    values = several(_only_in(*sides, value), "or")
    if case.reader_is_new:
        return f"{case.subject} may not be {values} any more"
    return f"{case.subject} may be {values} now, which readers do not know"


def _only_in(writer: Json, reader: Json, shown: str) -> list[str]:
    """The values that only the writer lists, the one that was shown among them; else that one."""
    if not isinstance(writer, list) or not isinstance(reader, list):
        return [shown]
    known = {quoted(value) for value in reader}
    found = [text for value in writer if (text := quoted(value)) not in known]
    return found if shown in found else [shown]


def _listed(values: Json) -> str:
    """The values of an enumeration, as many as a sentence bears."""
    return several([quoted(v) for v in values]) if isinstance(values, list) else quoted(values)


def _alternatives(case: _Case) -> str:
    value = quoted(case.value)
    if case.reader_is_new:
        return f"{case.subject} as {value} fits none of the alternatives any more, or several"
    return f"{case.subject} may be {value} now: none of the alternatives that readers know fits"


def _type(case: _Case) -> str:
    value = quoted(case.value)
    if case.before is _NOTHING and case.after is not _NOTHING and case.reader_is_new:
        return f"{case.subject} must be of type {_types(case.after)} now; {value} is refused"
    if case.after is _NOTHING and case.before is not _NOTHING and not case.reader_is_new:
        return f"{case.subject} need not be of type {_types(case.before)} any more"
    if _NOTHING in (case.before, case.after):
        if case.reader_is_new:
            return f"{case.subject} may not be {value} any more"
        return f"{case.subject} may be {value} now"
    return f"the type of {case.subject} changed from {_types(case.before)} to {_types(case.after)}"


def _types(kinds: Json) -> str:
    if isinstance(kinds, list):
        return " or ".join(str(kind) for kind in kinds) or "nothing"
    return str(kinds)


def _closed(case: _Case) -> str:
    names: list[str] = []
    if isinstance(case.value, dict):
        names = sorted(case.value.keys() - _named(case.reader))
    fields = several([f"`{name}`" for name in names]) if names else "other properties"
    if case.reader_is_new:
        return f"{case.subject} may not hold {fields} any more"
    return f"{case.subject} may hold {fields} now, which readers refuse"


_SENTENCES: Mapping[str, Callable[[_Case], str]] = {
    "required": _required,
    "required-unknown": _required_unknown,
    "null": _null,
    "enum": _enum,
    "type": _type,
    "oneOf": _alternatives,
    "anyOf": _alternatives,
    "additionalProperties": _closed,
    "unevaluatedProperties": _closed,
    "properties": _closed,
}
