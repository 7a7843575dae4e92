"""Where a break of the engine stands in the two versions of an exchange."""

from __future__ import annotations

from contracts.compatibility.meeting import Meeting
from contracts.compatibility.spots import Spot
from contracts.documents import Document, from_data, pointer
from contracts.formats.contract import Element
from contracts.lean_dataclasses import replace
from contracts.schema import Break
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


_COUNTS = ("contains", "minContains", "maxContains")


def counted(found: Break, around: tuple[Json, Json], meeting: Meeting) -> Break:
    """A break of ``contains`` or its bounds where that one stands which changed.

    ``around``: the schemas of writer and reader.
    """
    one, other = around
    if found.keyword not in _COUNTS or not isinstance(one, dict) or not isinstance(other, dict):
        return found
    kinds, bound = "contains", "maxContains"
    if found.keyword == kinds:
        bound = "minContains"
    changed = [name for name in (kinds, bound) if one.get(name) != other.get(name)]
    keyword = found.keyword if found.keyword in changed or not changed else changed[0]
    if keyword == found.keyword:
        return found
    places = (found.writer, found.reader)
    writer, reader = (
        _sibling(place, schema, keyword, element)
        for place, schema, element in zip(
            places, around, (meeting.writer, meeting.reader), strict=True
        )
    )
    return replace(found, keyword=keyword, writer=writer, reader=reader)


def _sibling(place: Place, schema: Json, keyword: str, element: Element) -> Place:
    """The place of a keyword beside the one at a place, if it is there."""
    document = element.document.original(place.source)
    if document is None or keyword not in schema:
        return place
    is_keyword = pointer.last(place.pointer) in _COUNTS
    base = pointer.parent(place.pointer) if is_keyword else place.pointer
    return document.place(pointer.join(base, keyword))
