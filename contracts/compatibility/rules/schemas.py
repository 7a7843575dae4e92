"""Schema changes that the containment engine finds, named once in terms of writer and reader.

The engine says which keyword of the *reader* refuses a value of the *writer*. Where the reader
is the new version, the keyword was tightened (``max-length-lowered``); where the writer is the
new version, it was loosened (``max-length-raised``) and old readers are hurt. So every row of
the table is two rules, each the other's reverse.
"""

from __future__ import annotations

from collections.abc import Mapping

from contracts.compatibility.rules import Rule, register
from contracts.lean_dataclasses import dataclass
from contracts.verdict import Level

TIGHTENED = (
    "Keep accepting the old values for one notice period; tighten in the next major version, "
    "when nobody sends them any more."
)
LOOSENED = (
    "Keep sending only what readers know, or offer the wider values in a new field or version "
    "and let consumers move first."
)


@dataclass(frozen=True, slots=True)
class SchemaRule:
    """Two ids for one keyword: the new version as reader, the new version as writer."""

    tightened: str
    tightened_summary: str
    loosened: str
    loosened_summary: str
    tightened_advice: str = TIGHTENED
    loosened_advice: str = LOOSENED


_BY_KEYWORD: dict[str, SchemaRule] = {}


def _row(
    keywords: str,
    tightened: str,
    tightened_summary: str,
    loosened: str,
    loosened_summary: str,
    tightened_advice: str = TIGHTENED,
    loosened_advice: str = LOOSENED,
) -> None:
    entry = SchemaRule(
        tightened, tightened_summary, loosened, loosened_summary, tightened_advice, loosened_advice
    )
    for keyword in keywords.split():
        _BY_KEYWORD[keyword] = entry
    pairs = (
        (tightened, tightened_summary, tightened_advice, loosened),
        (loosened, loosened_summary, loosened_advice, tightened),
    )
    for identity, summary, advice, reverse in dict.fromkeys(pairs):
        register(
            Rule(identity, Level.ERROR, ("schema",), "schemas", summary, advice, reverse=reverse)
        )


_row(
    "maxLength",
    "max-length-lowered",
    "Strings that were short enough are now too long.",
    "max-length-raised",
    "Strings may be longer than readers expect.",
)
_row(
    "minLength",
    "min-length-raised",
    "Strings that were long enough are now too short.",
    "min-length-lowered",
    "Strings may be shorter than readers expect.",
)
_row(
    "pattern",
    "pattern-tightened",
    "Strings that matched the pattern do not match any more.",
    "pattern-loosened",
    "Strings need not match the pattern that readers expect.",
)
_row(
    "format contentEncoding contentMediaType contentSchema",
    "format-tightened",
    "Values in the old format are refused.",
    "format-loosened",
    "Values need not be in the format that readers expect.",
)
_row(
    "maximum exclusiveMaximum",
    "maximum-lowered",
    "Numbers that were small enough are now too large.",
    "maximum-raised",
    "Numbers may be larger than readers expect.",
)
_row(
    "minimum exclusiveMinimum",
    "minimum-raised",
    "Numbers that were large enough are now too small.",
    "minimum-lowered",
    "Numbers may be smaller than readers expect.",
)
_row(
    "multipleOf divisibleBy",
    "multiple-of-tightened",
    "Numbers of the old step are refused.",
    "multiple-of-loosened",
    "Numbers may be finer than readers expect.",
)
_row(
    "type",
    "type-narrowed",
    "Values of a type that was accepted are refused.",
    "type-widened",
    "Values may be of a type that readers do not expect.",
)
_row(
    "null",
    "null-refused",
    "Null was accepted and is refused.",
    "null-possible",
    "Null may come where readers do not expect it.",
)
_row(
    "enum",
    "enum-value-removed",
    "A value that was accepted is refused.",
    "enum-value-added",
    "A value may come that readers do not know.",
    loosened_advice=(
        "Announce the value first and let consumers ignore what they do not know "
        "(`x-extensible-enum`), or send it only in a new version."
    ),
)
_row(
    "const",
    "const-tightened",
    "Only one value is accepted, and it is not the one that is sent.",
    "const-loosened",
    "Another value may come than the one that readers expect.",
)
_row(
    "required",
    "property-became-required",
    "A property that could be left out is now insisted on.",
    "property-became-optional",
    "A property that readers count on may be missing.",
    "Keep it optional with a documented default; require it in the next major version.",
    "Keep sending the property always, at least until no consumer reads it.",
)
_row(
    "required-unknown",
    "required-property-added",
    "A property that writers do not know is insisted on.",
    "required-property-removed",
    "A property that readers count on is not sent any more.",
    "Add it as optional first; require it in the next major version.",
    "Send both the old property and its successor for one notice period.",
)
_row(
    "additionalProperties unevaluatedProperties",
    "additional-properties-closed",
    "Properties that could be added freely are refused.",
    "additional-properties-opened",
    "Properties may come that readers refuse.",
)
_row(
    "properties",
    "property-refused",
    "A property that was accepted is refused.",
    "property-unexpected",
    "A property is sent that readers refuse.",
    loosened_advice="Let readers ignore properties that they do not know before sending new ones.",
)
_row(
    "open-member",
    "open-property-added",
    "A property that callers could fill freely, the object being open, is described now.",
    "open-property-removed",
    "A property is described no longer, and since the object is open it may hold anything.",
    "Choose a name that nobody uses yet, or accept every value under it for one notice period.",
    "Send both the old property and its successor for one notice period, or close the object "
    "(no `additionalProperties: true`) if nothing else is ever sent under that name.",
)
_row(
    "propertyNames",
    "property-names-tightened",
    "Names of properties that were accepted are refused.",
    "property-names-loosened",
    "Properties may have names that readers refuse.",
)
_row(
    "minProperties",
    "min-properties-raised",
    "Objects with few properties are refused.",
    "min-properties-lowered",
    "Objects may have fewer properties than readers expect.",
)
_row(
    "maxProperties",
    "max-properties-lowered",
    "Objects with many properties are refused.",
    "max-properties-raised",
    "Objects may have more properties than readers expect.",
)
_row(
    "dependentRequired dependentSchemas dependencies",
    "dependency-tightened",
    "A property now asks for others that were not needed.",
    "dependency-loosened",
    "A property may come without others that readers expect with it.",
)
_row(
    "items prefixItems additionalItems unevaluatedItems",
    "items-tightened",
    "Items that were accepted are refused.",
    "items-loosened",
    "Items may come that readers refuse.",
)
_row(
    "minItems",
    "min-items-raised",
    "Arrays with few items are refused.",
    "min-items-lowered",
    "Arrays may have fewer items than readers expect.",
)
_row(
    "maxItems",
    "max-items-lowered",
    "Arrays with many items are refused.",
    "max-items-raised",
    "Arrays may have more items than readers expect.",
)
_row(
    "uniqueItems",
    "unique-items-added",
    "Arrays with repeated items are refused.",
    "unique-items-removed",
    "Arrays may hold repeated items, which readers refuse.",
)
_row(
    "contains minContains maxContains",
    "contains-tightened",
    "Arrays now need other items in them than before.",
    "contains-loosened",
    "Arrays may come without the items that readers expect in them.",
)
_row(
    "oneOf",
    "one-of-tightened",
    "A value fits none of the alternatives any more, or more than one.",
    "one-of-loosened",
    "A value may fit none of the alternatives that readers know, or more than one.",
)
_row(
    "anyOf",
    "any-of-tightened",
    "A value fits none of the alternatives any more.",
    "any-of-loosened",
    "A value may fit none of the alternatives that readers know.",
)
_row(
    "not",
    "not-tightened",
    "A value that was accepted is now excluded.",
    "not-loosened",
    "A value may come that readers exclude.",
)
_row(
    "if then else",
    "condition-tightened",
    "A condition now asks for more than before.",
    "condition-loosened",
    "A value may come that breaks a condition which readers rely on.",
)
_row(
    "false",
    "everything-refused",
    "Nothing is accepted any more where something was.",
    "something-sent",
    "Something may come where readers accept nothing.",
)
_row(
    "*",
    "schema-tightened",
    "A value that was accepted is refused.",
    "schema-loosened",
    "A value may come that readers refuse.",
)

NOT_DECIDED = "not-decided"
register(
    Rule(
        NOT_DECIDED,
        Level.UNKNOWN,
        ("schema",),
        "schemas",
        "The engine could neither prove the change safe nor show a value that breaks.",
        "Simplify the schema at the place named, or decide yourself and lower the level.",
    )
)

NOTHING_WRITTEN = "nothing-can-be-written"
register(
    Rule(
        NOTHING_WRITTEN,
        Level.WARNING,
        ("schema",),
        "schemas",
        "No value satisfies what the writer has to write, so nothing can break.",
        "Correct the schema at the place named: what is required there contradicts itself, and "
        "whatever else changed in the same payload was compared with nothing.",
    )
)

BY_KEYWORD: Mapping[str, SchemaRule] = _BY_KEYWORD
"""Keyword of the reader that refuses → the rules; ``*`` for every other keyword."""
