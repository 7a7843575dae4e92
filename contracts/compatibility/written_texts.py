"""The texts that plain values are written as where nobody writes quotes (parameters, headers).

``1``, ``true`` and ``[on]`` of a URL are numbers, booleans and strings only to who reads them: an
enumeration of integers that becomes one of their digits refuses nobody.
"""

from __future__ import annotations

from contracts.compatibility.spots import ANNOTATIONS, Spot
from contracts.verdict import Json

_INTEGER = "-?(0|[1-9][0-9]*)"
_NUMBER = r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?"
_OF_TEXT = frozenset({"pattern", "format", "minLength", "maxLength"})
_LISTED = 1000
"""Whole numbers of a range that are listed one by one."""


def texts(spot: Spot | None, *, exact: bool) -> dict[str, Json] | None:
    """A schema of strings: the texts a plain value is written as; None if nobody can say.

    Not ``exact``: at least those texts.
    """
    raw = spot.value if spot is not None else None
    if not isinstance(raw, dict):
        return None
    said = {word for word in raw if word not in ANNOTATIONS and word[:2] != "x-"} - {"type"}
    kind = raw.get("type")
    values = raw.get("enum")
    if isinstance(values, list) and said == {"enum"}:
        return _listed(values)
    if kind == "boolean" and not said:
        return {"type": "string", "enum": ["true", "false"]}
    if kind == "string" and said <= _OF_TEXT:
        return {"type": "string", **{word: raw[word] for word in said}}
    if kind == "integer" and said <= {"minimum", "maximum", "format"}:
        return _whole(raw, exact=exact)
    if kind == "number" and (not said or not exact):
        return {"type": "string", "pattern": f"^{_NUMBER}$"}
    return None


def _listed(values: list[Json]) -> dict[str, Json] | None:
    if not all(isinstance(value, (str, bool, int)) for value in values):
        return None
    return {"type": "string", "enum": [_written(value) for value in values]}


def _written(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _whole(raw: dict[str, Json], *, exact: bool) -> dict[str, Json] | None:
    least, most = raw.get("minimum"), raw.get("maximum")
    if type(least) is int and type(most) is int and 0 <= most - least < _LISTED:
        return _listed(list(range(least, most + 1)))
    if exact and not raw.keys().isdisjoint({"minimum", "maximum", "format"}):
        return None
    sign = "" if type(least) is int and least >= 0 else "-?"
    return {"type": "string", "pattern": f"^{sign}{_INTEGER[2:]}$"}
