"""Whether two flavours of OpenAPI, or two drafts, read the keywords of a schema alike."""

from __future__ import annotations

from contracts.compatibility.sameness import RESTATED
from contracts.compatibility.spots import ANNOTATIONS, Spot
from contracts.schema import Dialect
from contracts.verdict import Json


def reads_alike(old: Spot, new: Spot) -> bool:
    """Whether the keywords of two schemas mean the same on both sides, whatever stands inside."""
    one, other = old.schema.dialect, new.schema.dialect
    if one is other or one.rules == other.rules:
        return True
    if not (one.rules.openapi and other.rules.openapi):
        return False
    if {one, other} == _NOT_NULLABLE_YET:
        return all(_says_no_more_than_2_0(spot) for spot in (old, new))
    return all(isinstance(spot.value, dict) and _means_the_same(spot.value) for spot in (old, new))


_NOT_NULLABLE_YET = {Dialect.OPENAPI20, Dialect.OPENAPI30}


def _says_no_more_than_2_0(spot: Spot) -> bool:
    """Whether a schema of OpenAPI 2.0 or 3.0 is none that the other one reads otherwise.

    Both follow draft 4. ``nullable`` came with 3.0, where questions about it are read by dialect;
    ``type: file`` went.
    """
    raw = spot.value
    if not isinstance(raw, dict) or raw.get("type") == "file":
        return False
    return spot.schema.dialect.rules.nullable or "nullable" not in raw


def _means_the_same(raw: dict[str, Json]) -> bool:
    """Whether OpenAPI 3.1 and an earlier one read the keywords of a schema alike."""
    if not RESTATED.isdisjoint(raw) or isinstance(raw.get("items"), list):
        return False
    if "$ref" in raw and not raw.keys() <= ANNOTATIONS:
        return False
    return isinstance(raw.get("type", ""), str) and raw.get("type") not in ("null", "file")
