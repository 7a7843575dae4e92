"""Which keywords there are in which dialect, and what reads each of them."""

from __future__ import annotations

from functools import cache

from contracts.schema.array_keywords import (
    additional_items_part,
    contains_part,
    items_part,
    max_contains_part,
    prefix_part,
    unevaluated_items_part,
    unique_part,
)
from contracts.schema.choice_keywords import branch_part, combination_part, not_part
from contracts.schema.compiler import Handler, reference
from contracts.schema.dialects import Dialect
from contracts.schema.nodes import Op
from contracts.schema.object_keywords import (
    additional_properties_part,
    dependencies_part,
    pattern_properties_part,
    properties_part,
    property_names_part,
    required_part,
    unevaluated_properties_part,
)
from contracts.schema.value_keywords import (
    bound_part,
    const_part,
    enum_part,
    exclusive_bound_part,
    format_part,
    least_count_part,
    most_count_part,
    multiple_part,
    nullable_part,
    pattern_part,
    type_part,
)

FOREIGN_ASSERTIONS = frozenset(
    {
        "formatMinimum",
        "formatMaximum",
        "formatExclusiveMinimum",
        "formatExclusiveMaximum",
        "instanceof",
        "typeof",
        "regexp",
        "range",
        "exclusiveRange",
        "patternRequired",
        "uniqueItemProperties",
        "deepProperties",
        "deepRequired",
        "allRequired",
        "anyRequired",
        "oneRequired",
        "prohibited",
        "select",
        "selectCases",
        "divisibleBy",
    }
)
"""Assertions of common extensions: their meaning is not computed with, so never passed over."""


_ALWAYS: dict[str, Handler] = {
    "$ref": reference("$ref"),
    "type": type_part,
    "enum": enum_part,
    "minimum": bound_part("minimum", Op.MIN, "exclusiveMinimum"),
    "maximum": bound_part("maximum", Op.MAX, "exclusiveMaximum"),
    "exclusiveMinimum": exclusive_bound_part("exclusiveMinimum", Op.MIN, "minimum"),
    "exclusiveMaximum": exclusive_bound_part("exclusiveMaximum", Op.MAX, "maximum"),
    "multipleOf": multiple_part,
    "minLength": least_count_part("minLength", Op.MIN_LENGTH),
    "maxLength": most_count_part("maxLength", Op.MAX_LENGTH),
    "pattern": pattern_part,
    "format": format_part,
    "minItems": least_count_part("minItems", Op.MIN_ITEMS),
    "maxItems": most_count_part("maxItems", Op.MAX_ITEMS),
    "uniqueItems": unique_part,
    "items": items_part,
    "minProperties": least_count_part("minProperties", Op.MIN_MEMBERS),
    "maxProperties": most_count_part("maxProperties", Op.MAX_MEMBERS),
    "required": required_part,
    "properties": properties_part,
    "patternProperties": pattern_properties_part,
    "additionalProperties": additional_properties_part,
    "allOf": combination_part("allOf", "all"),
    "anyOf": combination_part("anyOf", "any"),
    "oneOf": combination_part("oneOf", "one"),
    "not": not_part,
}
_BEFORE_2019: dict[str, Handler] = {
    "dependencies": dependencies_part("dependencies", lists=True, schemas=True),
}
_SINCE_6: dict[str, Handler] = {
    "const": const_part,
    "contains": contains_part,
    "propertyNames": property_names_part,
}
_SINCE_7: dict[str, Handler] = {
    "then": branch_part("then", positive=True),
    "else": branch_part("else", positive=False),
}
_SINCE_2019: dict[str, Handler] = {
    "dependentRequired": dependencies_part("dependentRequired", lists=True, schemas=False),
    "dependentSchemas": dependencies_part("dependentSchemas", lists=False, schemas=True),
    "maxContains": max_contains_part,
}
_NULLABLE: dict[str, Handler] = {"nullable": nullable_part}
_UNEVALUATED: dict[str, Handler] = {
    "unevaluatedProperties": unevaluated_properties_part,
    "unevaluatedItems": unevaluated_items_part,
}


_OF_OTHER_DRAFTS = frozenset({"additionalItems", "prefixItems", *_BEFORE_2019, *_UNEVALUATED})


def foreign_assertion(keyword: str, dialect: Dialect) -> str | None:
    """Why a keyword that this dialect does not define may restrict values all the same.

    JSON Schema's drafts tell readers to ignore keywords they do not define, and both validators
    do so. Two cases stay open: ``dependencies`` since 2019-09, which its metaschema still
    describes, and keywords about items and unevaluated parts in OpenAPI 2.0 and 3.0, where readers
    differ. (Others of JSON Schema are taken at their word there: :attr:`Rules.words`.)
    """
    if keyword in FOREIGN_ASSERTIONS:
        return "is not understood"
    rules = dialect.rules
    if keyword == "dependencies" and rules.draft >= 2019:
        return "belongs to older drafts, and readers differ on it"
    if rules.openapi and rules.draft == 4 and keyword in _OF_OTHER_DRAFTS:
        return f"is not a keyword of {dialect}, and readers differ on it"
    return None


@cache
def handlers_of(dialect: Dialect) -> dict[str, Handler]:
    """The assertions and applicators of a dialect."""
    rules = dialect.rules
    found = dict(_ALWAYS)
    if rules.words >= 6:
        found.update(_SINCE_6)
    if rules.words >= 7:
        found.update(_SINCE_7)
    if rules.words >= 2019:
        found.update(_SINCE_2019)
    if rules.draft >= 2019:
        found.update(_UNEVALUATED)
    if rules.draft == 2019:
        found["$recursiveRef"] = reference("$recursiveRef")
    if rules.draft >= 2020:
        found["$dynamicRef"] = reference("$dynamicRef")
        found["prefixItems"] = prefix_part("prefixItems")
    elif not rules.openapi:
        found["additionalItems"] = additional_items_part
    if rules.nullable:
        found.update(_NULLABLE)
    if rules.draft < 2019 and not rules.openapi:
        found.update(_BEFORE_2019)
    return found
