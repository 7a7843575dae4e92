"""Schemas as companies write them, and releases of them with several changes at once."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

Json = Any

FIELDS: dict[str, tuple[Json, ...]] = {
    "poNumber": ({"type": "string", "maxLength": 20, "pattern": "^[A-Z0-9-]+$"}, {"type": "string", "maxLength": 10, "pattern": "^[A-Z0-9-]+$"}),
    "lineNumber": ({"type": "string", "pattern": "^[0-9]{1,5}$"}, {"type": "string", "pattern": "^[0-9]{1,10}$"}, {"type": "integer", "minimum": 1, "maximum": 99999}),
    "quantity": ({"type": "number", "minimum": 0, "multipleOf": 0.001}, {"type": "integer", "minimum": 0}, {"type": "number", "exclusiveMinimum": 0}),
    "currency": ({"type": "string", "pattern": "^[A-Z]{3}$"}, {"enum": ["EUR", "USD", "JPY"]}, {"enum": ["EUR", "USD", "JPY", "KWD"]}, {"type": "string", "minLength": 3, "maxLength": 3}),
    "amount": ({"type": "string", "pattern": "^-?\\d{1,15}(\\.\\d{1,4})?$"}, {"type": "string", "pattern": "^-?\\d{1,15}(\\.\\d{1,2})?$"}, {"type": "number", "multipleOf": 0.01}),
    "gtin": ({"type": "string", "pattern": "^\\d{8,14}$"}, {"type": "string", "pattern": "^\\d{14}$"}, {"type": "string", "pattern": "^(\\d{8}|\\d{12,14})$"}),
    "uom": ({"type": "string", "pattern": "^[A-Z0-9]{2,3}$"}, {"type": "string", "minLength": 2, "maxLength": 3}, {"enum": ["EA", "H87", "KGM"]}),
    "status": ({"enum": ["draft", "approved", "transmitted"]}, {"enum": ["draft", "approved", "transmitted", "partiallyReceived"]}, {"type": "string"}, {"type": "string", "enum": ["draft", "approved"]}),
    "description": ({"type": "string", "maxLength": 255}, {"type": ["string", "null"], "maxLength": 255}, {"type": "string", "maxLength": 40}, {"type": "string"}),
    "revision": ({"type": "integer", "minimum": 1}, {"type": "integer", "minimum": 0}, {"type": "integer"}),
    "isFinal": ({"type": "boolean"}, {"type": ["boolean", "null"]}, {"const": True}),
    "country": ({"type": "string", "pattern": "^[A-Z]{2}$"}, {"type": "string", "minLength": 2, "maxLength": 3}),
    "tags": ({"type": "array", "items": {"type": "string"}}, {"type": "array", "items": {"type": "string", "minLength": 1}, "uniqueItems": True}, {"type": "array", "items": {"type": "string"}, "maxItems": 10}),
    "labels": ({"type": "object", "additionalProperties": {"type": "string"}}, {"type": "object", "propertyNames": {"pattern": "^[a-z-]+$"}, "additionalProperties": {"type": "string"}}, {"type": "object", "maxProperties": 5, "additionalProperties": {"type": "string"}}),
    "discount": ({"type": "number", "minimum": 0, "maximum": 99.9}, {"type": "number", "minimum": 0, "exclusiveMaximum": 100}),
    "address": ({"$ref": "#/$defs/address"}, {"anyOf": [{"$ref": "#/$defs/address"}, {"type": "null"}]}),
    "price": ({"$ref": "#/$defs/money"}, {"type": "object", "allOf": [{"$ref": "#/$defs/money"}], "properties": {"perQuantity": {"type": "number", "exclusiveMinimum": 0}}}),
    "payment": (
        {"oneOf": [{"type": "object", "required": ["method", "iban"], "properties": {"method": {"const": "transfer"}, "iban": {"type": "string", "maxLength": 34}}}, {"type": "object", "required": ["method"], "properties": {"method": {"const": "card"}, "last4": {"type": "string", "pattern": "^\\d{4}$"}}}]},
        {"oneOf": [{"type": "object", "required": ["method", "iban"], "properties": {"method": {"const": "transfer"}, "iban": {"type": "string", "maxLength": 34}}}]},
        {"type": "object", "required": ["method"], "properties": {"method": {"enum": ["transfer", "card", "cash"]}}, "if": {"properties": {"method": {"const": "transfer"}}}, "then": {"required": ["iban"]}},
    ),
}  # fmt: skip
"""Fields with what they were, are or will be; a release goes from one form to another."""

MONEY = {
    "type": "object",
    "required": ["amount", "currency"],
    "properties": {"amount": FIELDS["amount"][0], "currency": FIELDS["currency"][0]},
}
ADDRESS = {
    "type": "object",
    "required": ["street", "city"],
    "properties": {
        "street": {"type": "string", "minLength": 1},
        "city": {"type": "string"},
        "country": FIELDS["country"][0],
        "postcode": {"type": "string", "pattern": "^[0-9A-Z -]{3,10}$"},
    },
}


def _record(r: Random, least: int, most: int) -> Json:
    names = r.sample(sorted(FIELDS), r.randint(least, most))
    made: dict[str, Json] = {
        "type": "object",
        "properties": {name: copy.deepcopy(r.choice(FIELDS[name])) for name in names},
        "required": sorted(r.sample(names, r.randint(0, len(names)))),
    }
    if r.random() < 0.4:
        made["additionalProperties"] = False
    return made


def document(r: Random) -> Json:
    """An order, invoice or the like: fields, lines with fields of their own, shared parts."""
    root = _record(r, 3, 9)
    lines = _record(r, 2, 6)
    if r.random() < 0.3:
        lines["properties"]["subLines"] = {"type": "array", "items": {"$ref": "#/$defs/line"}}
    root["properties"]["lines"] = {"type": "array", "items": {"$ref": "#/$defs/line"}}
    if r.random() < 0.5:
        root["properties"]["lines"]["minItems"] = 1
        root["required"] = [*root["required"], "lines"]
    shared = {"line": lines, "money": copy.deepcopy(MONEY), "address": copy.deepcopy(ADDRESS)}
    return {**root, "$defs": shared}


def release(r: Random, old: Json) -> Json:
    """The next version: up to five changes in the order, its lines and the shared parts."""
    new = copy.deepcopy(old)
    for _ in range(r.randint(1, 5)):
        _change(r, r.choice([new, new, *new["$defs"].values()]))
    return new


def said(found: Json) -> Json:
    """The document as it may be written: draft 4 knows no empty list of required members."""
    records = (found, *found["$defs"].values())
    parts = [{k: v for k, v in record.items() if k != "required" or v} for record in records]
    return {**parts[0], "$defs": dict(zip(found["$defs"], parts[1:], strict=True))}


def _change(r: Random, record: Json) -> None:
    fields, required = record["properties"], record["required"]
    known = [name for name in fields if name in FIELDS]
    draw = r.random()
    if draw < 0.45 and known:
        name = r.choice(known)
        fields[name] = copy.deepcopy(r.choice(FIELDS[name]))
    elif draw < 0.6:
        name = r.choice(sorted(FIELDS))
        fields.setdefault(name, copy.deepcopy(r.choice(FIELDS[name])))
    elif draw < 0.7 and len(fields) > 1:
        name = r.choice(sorted(fields))
        del fields[name]
        record["required"] = [one for one in required if one != name]
    elif draw < 0.85:
        free = [name for name in fields if name not in required]
        if required and (r.random() < 0.5 or not free):
            record["required"] = required[:-1]
        elif free:
            record["required"] = [*required, r.choice(free)]
    elif draw < 0.93:
        if record.pop("additionalProperties", None) is None:
            record["additionalProperties"] = False
    else:
        record["description"] = "Reworded."
