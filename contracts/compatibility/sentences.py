"""A break in one sentence: what may not be any more, or may be now, and by which keyword."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from contracts.documents.canonical import readable_json
from contracts.lean_dataclasses import dataclass, replace
from contracts.verdict import Json

LONGEST_VALUE = 60
"""Characters of a value that are quoted in a sentence."""

NOTHING = object()
"""Where a side does not state the keyword."""


@dataclass(frozen=True, slots=True)
class Case:
    """A break looked at from close: the value that is refused, and both sides' keyword."""

    keyword: str
    subject: str
    value: Json
    before: Json
    after: Json
    reader_is_new: bool
    reader: Json
    inner: str = ""
    """The keyword that refuses, below ``then``, ``else`` or ``propertyNames``."""
    twin: str = ""
    """``minimum` 0``: the keyword that says nearly the same, where the other side states that."""
    alternative: bool = False
    """Whether the type that is refused is one of several alternatives."""
    several: bool = False
    """Whether the value fits several alternatives where one is allowed."""


def properties_of(schema: Json) -> set[str] | None:
    if not isinstance(schema, dict):
        return None
    properties = schema.get("properties")
    return set(properties) if isinstance(properties, dict) else set()


def named_by(schema: Json) -> set[str]:
    return properties_of(schema) or set()


def missing(value: Json, required: Json) -> list[str]:
    if not isinstance(value, dict) or not isinstance(required, list):
        return []
    return [name for name in required if isinstance(name, str) and name not in value]


def quoted(value: Json) -> str:
    """A value as JSON, short enough for a sentence."""
    text = readable_json(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _bound(case: Case) -> str:
    """`maxLength` of `x` was lowered from 10 to 5."""
    before, after = case.before, case.after
    of = f"`{case.keyword}` of {case.subject}"
    if before is NOTHING and after is NOTHING:
        refused = quoted(case.value)
        who = "is refused now" if case.reader_is_new else "may come, and readers refuse it"
        by = f" (`{case.keyword}`)" if case.keyword != "false" else ""
        return f"{case.subject} as {refused} {who}{by}"
    if before is NOTHING and case.twin:
        return f"`{case.twin} of {case.subject} became `{case.keyword}` {quoted(after)}"
    if after is NOTHING and case.twin:
        return f"`{case.keyword}` {quoted(before)} of {case.subject} became `{case.twin}"
    if before is NOTHING:
        return f"{of} is new: {quoted(after)}"
    if after is NOTHING:
        return f"{of} is gone, it was {quoted(before)}"
    return f"{of} changed from {quoted(before)} to {quoted(after)}"


def _required(case: Case) -> str:
    names = _newly_required(case)
    if case.reader_is_new:
        return f"{several(names)} became required"
    return f"{several(names)} may be missing now; {_always_there(names)}"


def _required_unknown(case: Case) -> str:
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


def _newly_required(case: Case) -> list[str]:
    """The missing members, without those that the writer was asked for as well."""
    sides = (case.after, case.before) if case.reader_is_new else (case.before, case.after)
    lacking = missing(case.value, sides[0])
    asked = sides[1] if isinstance(sides[1], list) else []
    names = [name for name in lacking if name not in asked] or lacking
    around = {"the value": "", "an item": "*"}.get(case.subject, case.subject.strip("`"))
    inside = f"{around}." if around else ""
    return [f"`{inside}{name}`" for name in names] or [case.subject]


def _null(case: Case) -> str:
    if case.reader_is_new:
        return f"{case.subject} may not be null any more"
    return f"{case.subject} may be null now"


def _enum(case: Case) -> str:
    value = quoted(case.value)
    if case.before is NOTHING and case.after is not NOTHING:
        return f"{case.subject} is limited to {_listed(case.after)}; {value} is refused"
    if case.after is NOTHING and case.before is not NOTHING:
        return f"{case.subject} is no longer limited to {_listed(case.before)}"
    sides = (case.before, case.after) if case.reader_is_new else (case.after, case.before)
    values = several(only_in(*sides, value), "or")
    if case.reader_is_new:
        return f"{case.subject} may not be {values} any more"
    return f"{case.subject} may be {values} now, which readers do not know"


def only_in(writer: Json, reader: Json, shown: str) -> list[str]:
    """The values that only the writer lists, the one that was shown among them; else that one."""
    if not isinstance(writer, list) or not isinstance(reader, list):
        return [shown]
    known = {quoted(value) for value in reader}
    found = [text for value in writer if (text := quoted(value)) not in known]
    return found if shown in found else [shown]


def _listed(values: Json) -> str:
    """The values of an enumeration, as many as a sentence bears."""
    return several([quoted(v) for v in values]) if isinstance(values, list) else quoted(values)


def _alternatives(case: Case) -> str:
    value = quoted(case.value)
    if case.several and case.reader_is_new:
        return f"{case.subject} as {value} fits several alternatives now, and only one may fit"
    if case.several:
        return f"{case.subject} may be {value} now, which fits several alternatives of the readers"
    if case.reader_is_new:
        return f"{case.subject} as {value} fits none of the alternatives any more"
    return f"{case.subject} may be {value} now: none of the alternatives that readers know fits"


def _type(case: Case) -> str:
    value = quoted(case.value)
    if case.before is NOTHING and case.after is not NOTHING and case.reader_is_new:
        return f"{case.subject} must be of type {_types(case.after)} now; {value} is refused"
    if case.after is NOTHING and case.before is not NOTHING and not case.reader_is_new:
        return f"{case.subject} need not be of type {_types(case.before)} any more"
    if NOTHING in (case.before, case.after):
        if case.reader_is_new:
            return f"{case.subject} may not be {value} any more"
        return f"{case.subject} may be {value} now"
    before, after = _types(case.before), _types(case.after)
    if case.alternative and case.reader_is_new:
        return f"{case.subject} may not be of type {before} any more; {value} is refused"
    if case.alternative:
        return f"{case.subject} may be of type {after} now, which readers do not know"
    return f"the type of {case.subject} changed from {before} to {after}"


def _types(kinds: Json) -> str:
    if isinstance(kinds, list):
        return " or ".join(str(kind) for kind in kinds) or "nothing"
    return str(kinds)


def _undeclared(case: Case) -> str:
    some = f"`{name}`" if (name := next(iter(_refused(case)), None)) else "any other one"
    if case.reader_is_new:
        return f"{case.subject} may hold declared members only now; {some}, for one, is refused"
    return f"{case.subject} may hold other members now, such as {some}, which readers refuse"


def _refused(case: Case) -> list[str]:
    return sorted(case.value.keys() - named_by(case.reader)) if isinstance(case.value, dict) else []


def _closed(case: Case) -> str:
    names = _refused(case)
    fields = several([f"`{name}`" for name in names]) if names else "other properties"
    if case.reader_is_new:
        return f"{case.subject} may not hold {fields} any more"
    return f"{case.subject} may hold {fields} now, which readers refuse"


def _excluded(case: Case) -> str:
    value = quoted(case.value)
    if case.reader_is_new:
        return f"{case.subject} may not be {value} any more: `not` excludes it"
    return f"{case.subject} may be {value} now, which readers exclude (`not`)"


def _where_holds(case: Case) -> str:
    return f"where `if` holds, {sentence(replace(case, keyword=case.inner))}"


def _where_not(case: Case) -> str:
    return f"where `if` does not hold, {sentence(replace(case, keyword=case.inner))}"


def _names(case: Case) -> str:
    whose = "members" if case.subject == "the value" else f"the members of {case.subject}"
    if case.before is case.after is NOTHING:
        some = several([f"`{name}`" for name in case.value]) if isinstance(case.value, dict) else ""
        who = "any more" if case.reader_is_new else "for readers, and may be now"
        return f"the names of {whose} may not be {some or 'any'} {who} (`propertyNames`)"
    return _bound(replace(case, keyword=case.inner, subject=f"the names of {whose}"))


def sentence(case: Case) -> str:
    """The sentence for a break."""
    return _SENTENCES.get(case.keyword, _bound)(case)


_SENTENCES: Mapping[str, Callable[[Case], str]] = {
    "required": _required,
    "required-unknown": _required_unknown,
    "null": _null,
    "enum": _enum,
    "type": _type,
    "oneOf": _alternatives,
    "anyOf": _alternatives,
    "additionalProperties": _undeclared,
    "unevaluatedProperties": _undeclared,
    "not": _excluded,
    "then": _where_holds,
    "else": _where_not,
    "propertyNames": _names,
    "properties": _closed,
}
