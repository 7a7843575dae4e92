"""The second judge's answer for schemas of everyday keywords.

Importing ``jsonschema`` costs more than comparing two small documents. For the keywords below this
module answers in its place: from the schema as the validators get it, never from the engine's
formulas, with the verdicts and the very complaints of ``jsonschema``; a property test holds it to
them. At anything else that a value meets it stops (:class:`NotEveryday`): ask ``jsonschema``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from contracts.schema.dialects import Dialect, dialect_of
from contracts.schema.everyday_assertions import (
    ASSERTED,
    KINDS,
    Laborious,
    NotEveryday,
    entries,
    matches,
    members,
)
from contracts.schema.everyday_complaints import Complaint, Path, best_of, with_context
from contracts.schema.everyday_formats import FORMATS, OTHER_FORMATS
from contracts.verdict import Json

_SILENT = frozenset(
    {"$anchor", "$comment", "$defs", "default", "definitions", "deprecated", "description"}
    | {"else", "example", "examples", "maxContains", "minContains", "readOnly", "then", "title"}
    | {"writeOnly"}
)
"""Keywords that assert nothing of their own."""


MOST_STEPS = 200_000
"""Schemas applied to values for one answer; a validator goes the same ways."""


class Everyday:
    """One schema, read for its everyday keywords."""

    def __init__(self, schema: Json, dialect: Dialect, *, formats: bool) -> None:
        if dialect is Dialect.DRAFT4:
            raise NotEveryday("draft 4 reads bounds and integers otherwise")
        self._root = schema
        self._dialect = dialect
        self._formats = formats
        self._steps = 0
        self._known: dict[tuple[int, int], tuple[int, Complaint | None]] = {}
        """Of a schema and an object or array: the steps that it takes to see, and a complaint."""
        self._one_suffices = False

    def accepts(self, value: Json) -> bool:
        """Whether the schema takes the value; raises NotEveryday or Laborious."""
        self._known.clear()
        self._one_suffices = True
        return self._takes(self._root, value)

    def complaint(self, value: Json, at: Sequence[str | int], keyword: str) -> str | None:
        """The complaint about that place and keyword, or else the best one.

        Raises:
            NotEveryday: only jsonschema can say.
            Laborious: it takes too many steps.
        """
        self._known.clear()
        self._one_suffices = False
        errors = list(self._errors(self._root, value, ()))
        here = [error for place, error in with_context(errors, ()) if place == tuple(at)]
        same = [error for error in here if error.keyword == keyword]
        return best.message if (best := best_of(same or here or errors)) else None

    def _takes(self, schema: Json, value: Json) -> bool:
        return next(self._errors(schema, value, ()), None) is None

    def _errors(self, schema: Json, value: Json, path: Path) -> Iterator[Complaint]:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise Laborious
        if schema is True:
            return
        if schema is False:
            words = ("False schema does not allow {!r}", value)
            yield Complaint(None, path, words, value, schema)
            return
        if type(schema) is not dict or type(value) not in KINDS:
            raise NotEveryday("not a schema, or not JSON")
        if type(value) is dict or type(value) is list:
            yield from self._remembered(schema, value, path)
        else:
            yield from self._keywords(schema, value, path)

    def _remembered(self, schema: dict[str, Json], value: Json, path: Path) -> Iterator[Complaint]:
        """The complaints; where one was looked for before, its steps count and are not gone again.

        ``unevaluatedProperties`` asks every part once more, on every level.
        """
        question = (id(schema), id(value))
        known = self._known.get(question)
        if known is not None and (known[1] is None or self._one_suffices):
            self._steps += known[0]
            if self._steps > MOST_STEPS:
                raise Laborious
            if known[1] is not None:
                yield known[1]
            return
        begun, first = self._steps, None
        for complaint in self._keywords(schema, value, path):
            if first is None:
                first = complaint
                self._known[question] = (self._steps - begun, first)
            yield complaint
        if first is None:
            self._known[question] = (self._steps - begun, None)

    def _within(
        self, schema: Json, value: Json, path: Path, step: str | int
    ) -> Iterator[Complaint]:
        """Complaints about a member or item; jsonschema blames the whole for a forbidden one."""
        return self._errors(schema, value, path if schema is False else (*path, step))

    def _keywords(self, schema: dict[str, Json], value: Json, path: Path) -> Iterator[Complaint]:
        alone = "$ref" in schema and not self._dialect.rules.siblings
        for keyword, limit in (("$ref", schema["$ref"]),) if alone else schema.items():
            applied = _APPLIED.get(keyword)
            if applied is not None:
                yield from applied(self, limit, value, schema, path)
                continue
            asserted = ASSERTED.get(keyword)
            if asserted is None:
                if keyword not in _SILENT and not keyword.startswith("x-"):
                    self._identity(keyword, schema)
                continue
            if keyword == "dependentRequired" and not self._dialect.rules.siblings:
                raise NotEveryday("a keyword since 2019-09")
            for words in asserted(limit, value, schema):
                yield Complaint(keyword, path, words, value, schema)

    def _identity(self, keyword: str, schema: Json) -> None:
        limit = schema[keyword]
        if schema is self._root and keyword == "$schema" and dialect_of(limit) is self._dialect:
            return
        known = not isinstance(limit, str) or "json-schema.org" in limit or "#" in limit
        if schema is not self._root or keyword != "$id" or known:
            raise NotEveryday(keyword)

    def _referred(self, reference: Json) -> Json:
        if not isinstance(reference, str) or not re.fullmatch(r"#(/[^%]*)?", reference):
            raise NotEveryday("$ref")
        at = self._root
        for token in reference[1:].split("/")[1:]:
            name = token.replace("~1", "/").replace("~0", "~")
            if type(at) is not dict or name not in at:
                raise NotEveryday("$ref")
            at = at[name]
            if type(at) is dict and isinstance(at.get("$id"), str):
                raise NotEveryday("$id")
        return at

    # ------------------------------------------------ keywords that apply schemas

    def _ref(
        self, limit: Json, value: Json, _schema: dict[str, Json], path: Path
    ) -> Iterator[Complaint]:
        return self._errors(self._referred(limit), value, path)

    def _properties(
        self, limit: Json, value: Json, _schema: dict[str, Json], path: Path
    ) -> Iterator[Complaint]:
        if type(value) is dict:
            for name, schema in members(limit):
                if name in value:
                    yield from self._within(schema, value[name], path, name)

    def _pattern_properties(
        self, limit: Json, value: Json, _schema: dict[str, Json], path: Path
    ) -> Iterator[Complaint]:
        if type(value) is dict:
            for pattern, schema in members(limit):
                for name, item in value.items():
                    if matches(pattern, name):
                        yield from self._within(schema, item, path, name)

    def _additional_properties(
        self, limit: Json, value: Json, schema: dict[str, Json], path: Path
    ) -> Iterator[Complaint]:
        if type(value) is not dict:
            return
        declared = dict(members(schema.get("properties", {})))
        patterns = [pattern for pattern, _ in members(schema.get("patternProperties", {}))]
        extra = [
            name
            for name in value
            if name not in declared and not any(matches(one, name) for one in patterns)
        ]
        if type(limit) is dict:
            for name in extra:
                yield from self._within(limit, value[name], path, name)
        elif type(limit) is not bool:
            raise NotEveryday("additionalProperties")
        elif not limit and extra:
            if "patternProperties" in schema:
                verb = "does" if len(extra) == 1 else "do"
                listed = ", ".join(map(repr, sorted(patterns)))
                message = f"{_listed(extra)} {verb} not match any of the regexes: {listed}"
            else:
                verb = "was" if len(extra) == 1 else "were"
                listed = _listed(extra)
                message = f"Additional properties are not allowed ({listed} {verb} unexpected)"
            yield Complaint("additionalProperties", path, ("{}", message), value, schema)

    def _property_names(
        self, limit: Json, value: Json, _schema: dict[str, Json], path: Path
    ) -> Iterator[Complaint]:
        for name in value if type(value) is dict else ():
            yield from self._errors(limit, name, path)

    def _unevaluated_properties(
        self, limit: Json, value: Json, schema: dict[str, Json], path: Path
    ) -> Iterator[Complaint]:
        if self._dialect is not Dialect.DRAFT202012:
            raise NotEveryday("unevaluatedProperties")
        if type(value) is not dict:
            return
        known = self._evaluated(schema, value)
        extra = [
            name
            for name, item in value.items()
            if name not in known
            for _ in self._errors(limit, item, ())
        ]
        if not extra:
            return
        if limit is False:
            verb = "was" if len(extra) == 1 else "were"
            message = f"Unevaluated properties are not allowed ({_listed(extra)} {verb} unexpected)"
        else:
            verb, listed = "was" if len(extra) == 1 else "were", ", ".join(map(repr, extra))
            message = (
                "Unevaluated properties are not valid under the given schema "
                f"({listed} {verb} unevaluated and invalid)"
            )
        yield Complaint("unevaluatedProperties", path, ("{}", message), value, schema)

    def _evaluated(self, schema: Json, value: dict[str, Json]) -> set[str]:
        """Members that a keyword of the schema, or of a part that takes the value, speaks of."""
        if type(schema) is bool:
            return set()
        if type(schema) is not dict or "$dynamicRef" in schema:
            raise NotEveryday("unevaluatedProperties")
        names = {name for name, _ in members(schema.get("properties", {})) if name in value}
        if "$ref" in schema:
            names |= self._evaluated(self._referred(schema["$ref"]), value)
        for keyword in ("additionalProperties", "unevaluatedProperties"):
            if keyword in schema:
                names |= {
                    name for name, item in value.items() if self._takes(schema[keyword], item)
                }
        for pattern, _ in members(schema.get("patternProperties", {})):
            names |= {name for name in value if matches(pattern, name)}
        for keyword in ("allOf", "anyOf", "oneOf"):
            for part in entries(schema.get(keyword, [])):
                if self._takes(part, value):
                    names |= self._evaluated(part, value)
        for name, part in members(schema.get("dependentSchemas", {})):
            names |= self._evaluated(part, value) if name in value else set()
        if "if" in schema:
            taken = self._takes(schema["if"], value)
            names |= self._evaluated(schema["if"], value) if taken else set()
            names |= self._evaluated(schema.get("then" if taken else "else", True), value)
        return names

    def _items(
        self, limit: Json, value: Json, schema: dict[str, Json], path: Path
    ) -> Iterator[Complaint]:
        newest = self._dialect is Dialect.DRAFT202012
        first = len(entries(schema["prefixItems"])) if newest and "prefixItems" in schema else 0
        if type(limit) is not dict and limit is not True:
            raise NotEveryday("items")  # lists of items; complaints about items: false
        if type(value) is list:
            for index in range(first, len(value)):
                yield from self._within(limit, value[index], path, index)

    def _prefix_items(
        self, limit: Json, value: Json, _schema: dict[str, Json], path: Path
    ) -> Iterator[Complaint]:
        if self._dialect is not Dialect.DRAFT202012:
            raise NotEveryday("prefixItems")
        if type(value) is list:
            for index, (item, schema) in enumerate(zip(value, entries(limit), strict=False)):
                yield from self._within(schema, item, path, index)

    def _all_of(
        self, limit: Json, value: Json, _schema: dict[str, Json], path: Path
    ) -> Iterator[Complaint]:
        for part in entries(limit):
            yield from self._errors(part, value, path)

    def _dependent_schemas(
        self, limit: Json, value: Json, _schema: dict[str, Json], path: Path
    ) -> Iterator[Complaint]:
        if not self._dialect.rules.siblings:
            raise NotEveryday("a keyword since 2019-09")
        for name, part in members(limit):
            if type(value) is dict and name in value:
                yield from self._errors(part, value, path)

    def _any_of(
        self, limit: Json, value: Json, schema: dict[str, Json], path: Path
    ) -> Iterator[Complaint]:
        context: list[Complaint] = []
        for part in entries(limit):
            errors = list(self._errors(part, value, ()))
            if not errors:
                return
            context += errors
        words = ("{!r} is not valid under any of the given schemas", value)
        yield Complaint("anyOf", path, words, value, schema, tuple(context))

    def _one_of(
        self, limit: Json, value: Json, schema: dict[str, Json], path: Path
    ) -> Iterator[Complaint]:
        context: list[Complaint] = []
        taking: list[Json] = []
        for part in entries(limit):
            errors: list[Complaint] | None = None
            if taking and self._takes(part, value):
                errors = []
            if errors is None and not taking:
                errors = list(self._errors(part, value, ()))
                context += errors
            if errors is not None and not errors:
                taking.append(part)
        if not taking:
            none = ("{!r} is not valid under any of the given schemas", value)
            yield Complaint("oneOf", path, none, value, schema, tuple(context))
        elif len(taking) > 1:
            several = [*taking[1:], taking[0]]
            form = "{!r} is valid under each of " + ", ".join(["{!r}"] * len(several))
            yield Complaint("oneOf", path, (form, value, *several), value, schema)

    def _not(
        self, limit: Json, value: Json, schema: dict[str, Json], path: Path
    ) -> Iterator[Complaint]:
        if self._takes(limit, value):
            words = ("{!r} should not be valid under {!r}", value, limit)
            yield Complaint("not", path, words, value, schema)

    def _if(
        self, limit: Json, value: Json, schema: dict[str, Json], path: Path
    ) -> Iterator[Complaint]:
        if self._dialect is Dialect.DRAFT6:
            return
        branch = "then" if self._takes(limit, value) else "else"
        if branch in schema:
            yield from self._errors(schema[branch], value, path)

    def _format(
        self, limit: Json, value: Json, schema: dict[str, Json], path: Path
    ) -> Iterator[Complaint]:
        if not self._formats or type(value) is not str:
            return
        if not isinstance(limit, str) or self._dialect.rules.draft < 2019:
            raise NotEveryday("format")
        if limit in OTHER_FORMATS:
            raise NotEveryday("format")
        known = FORMATS.get(limit)
        try:
            fits = known is None or known(value)
        except ImportError:
            raise NotEveryday("format") from None
        if not fits:
            yield Complaint("format", path, ("{!r} is not a {!r}", value, limit), value, schema)


def _listed(names: list[str]) -> str:
    return ", ".join(map(repr, sorted(names)))


_Applied = Callable[[Everyday, Json, Json, dict[str, Json], Path], Iterator[Complaint]]

_APPLIED: dict[str, _Applied] = {
    "$ref": Everyday._ref,
    "properties": Everyday._properties,
    "patternProperties": Everyday._pattern_properties,
    "additionalProperties": Everyday._additional_properties,
    "propertyNames": Everyday._property_names,
    "unevaluatedProperties": Everyday._unevaluated_properties,
    "items": Everyday._items,
    "prefixItems": Everyday._prefix_items,
    "allOf": Everyday._all_of,
    "anyOf": Everyday._any_of,
    "dependentSchemas": Everyday._dependent_schemas,
    "oneOf": Everyday._one_of,
    "not": Everyday._not,
    "if": Everyday._if,
    "format": Everyday._format,
}
