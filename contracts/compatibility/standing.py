"""Where a break of the engine stands in the two versions of an exchange."""

from __future__ import annotations

from contracts.compatibility.spots import Spot
from contracts.documents import Document, from_data, pointer
from contracts.formats.contract import Element
from contracts.verdict import Json, Place

ANYTHING: Document = from_data(True, name="no schema")
"""What a place without a schema admits."""


def place_at(place: Place, element: Element) -> Place:
    """The place of a break; that of the exchange itself where there is no schema to point at.

    Of a reference, the place that it leads to: what is missing is missing there.
    """
    if place.source == ANYTHING.name:
        return element.place()
    schema = element.schema
    if schema is None or not isinstance(place.value, dict) or "$ref" not in place.value:
        return place
    document = element.document.original(place.source)
    if document is None:
        return place
    spot = Spot(document, place.pointer, place.value, schema)
    led = spot.followed()
    return place if led is spot else led.document.place(led.pointer)


def schema_around(place: Place, element: Element) -> Json:
    """The schema at a place, or the one whose keyword the place is; None if elsewhere."""
    is_keyword = pointer.last(place.pointer) == "contains"
    if not is_keyword and _says_what(place.value):
        return place.value
    document = element.document.original(place.source)
    if document is None:
        return None
    value = document.find(place.pointer)
    return (
        value
        if not is_keyword and _says_what(value)
        else document.find(pointer.parent(place.pointer))
    )


def _says_what(value: Json) -> bool:
    return isinstance(value, dict) and ("type" in value or "properties" in value)
