"""2020-12 schemas said in older drafts: what a draft lacks is left out, the rest keeps its meaning."""

from __future__ import annotations

from typing import Any

from contracts.schema import Dialect

URI = {
    Dialect.DRAFT4: "http://json-schema.org/draft-04/schema#",
    Dialect.DRAFT6: "http://json-schema.org/draft-06/schema#",
    Dialect.DRAFT7: "http://json-schema.org/draft-07/schema#",
    Dialect.DRAFT201909: "https://json-schema.org/draft/2019-09/schema",
    Dialect.DRAFT202012: "https://json-schema.org/draft/2020-12/schema",
}
_SINCE = {
    **dict.fromkeys(("contains", "propertyNames"), 6),
    **dict.fromkeys(("if", "then", "else"), 7),
    **dict.fromkeys(("minContains", "maxContains"), 2019),
    **dict.fromkeys(("unevaluatedProperties", "unevaluatedItems"), 2019),
}


def said_in(dialect: Dialect, found: Any) -> Any:
    """The schema in another draft."""
    return _said(dialect.rules.draft, found)


def _said(draft: int, found: Any) -> Any:
    if found is True:
        return {} if draft == 4 else True
    if found is False:
        return {"not": {}} if draft == 4 else False
    if not isinstance(found, dict):
        return found
    out: dict[str, Any] = {}
    for keyword, value in found.items():
        if draft < _SINCE.get(keyword, 0):
            continue
        _keyword(draft, out, keyword, value)
    if draft == 4:
        _old_bounds(out)
    if draft < 2020:
        _tuples(out)
    reference = out.pop("$ref", None)
    if reference is not None:
        if draft >= 2019 or not set(out) - {"title", "default"}:
            out["$ref"] = reference
        else:
            out.setdefault("allOf", [])
            out["allOf"] = [*out["allOf"], {"$ref": reference}]
    return out


def _keyword(draft: int, out: dict[str, Any], keyword: str, value: Any) -> None:
    if keyword in ("properties", "patternProperties"):
        out[keyword] = {name: _said(draft, part) for name, part in value.items()}
    elif keyword == "$defs":
        word = "$defs" if draft >= 2019 else "definitions"
        out[word] = {name: _said(draft, part) for name, part in value.items()}
    elif keyword in ("dependentSchemas", "dependentRequired"):
        said = {name: _said(draft, part) for name, part in value.items()}
        if draft >= 2019:
            out[keyword] = said
        else:
            _dependencies(out, said)
    elif keyword in ("allOf", "anyOf", "oneOf", "prefixItems"):
        parts = [_said(draft, part) for part in value]
        out[keyword] = out.get(keyword, []) + parts if keyword == "allOf" else parts
    elif keyword == "$ref" and draft < 2019:
        out["$ref"] = value.replace("#/$defs/", "#/definitions/")
    elif keyword == "const" and draft == 4:
        if "enum" in out:
            out.setdefault("allOf", []).append({"enum": [value]})
        else:
            out["enum"] = [value]
    elif keyword == "enum" and "enum" in out:
        out.setdefault("allOf", []).append({"enum": value})
    elif isinstance(value, (dict, bool)) and keyword not in ("uniqueItems", "default", "const"):
        said = _said(draft, value)
        old = draft == 4 and keyword == "additionalProperties" and isinstance(value, bool)
        out[keyword] = value if old else said
    else:
        out[keyword] = value


def _dependencies(out: dict[str, Any], said: dict[str, Any]) -> None:
    for name, then in said.items():
        known = out.setdefault("dependencies", {})
        if name in known:
            out.setdefault("allOf", []).append({"dependencies": {name: then}})
        else:
            known[name] = then


def _old_bounds(out: dict[str, Any]) -> None:
    """Exclusive bounds modify the inclusive ones; where both stand, the other goes beside."""
    for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if exclusive in out:
            limit = {bound: out.pop(exclusive), exclusive: True}
            if bound in out:
                out.setdefault("allOf", []).append(limit)
            else:
                out.update(limit)


def _tuples(out: dict[str, Any]) -> None:
    """``prefixItems`` was a list of ``items``, and ``items`` then ``additionalItems``."""
    if "prefixItems" in out:
        rest = out.pop("items", None)
        out["items"] = out.pop("prefixItems")
        if rest is not None:
            out["additionalItems"] = rest if rest != {"not": {}} else False
