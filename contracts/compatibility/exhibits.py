"""A request or response that shows what a rule found, as the engine's witnesses show a schema's.

Both validators confirm what is said of its values; a query or form is read by the parser of
:mod:`urllib`. What is not confirmed is told without.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from contracts.compatibility.exhibitor import Exhibitor
from contracts.compatibility.pairing import Pair
from contracts.compatibility.rules import Change
from contracts.compatibility.spots import Spot, start
from contracts.documents import from_data
from contracts.elision import in_short, size_of
from contracts.formats.contract import Element, Side
from contracts.formats.openapi import serialised
from contracts.formats.openapi.showing import URLENCODED, request
from contracts.schema import Dialect, SchemaAt
from contracts.verdict import Direction, Json, Witness

_MOST_MEMBERS = 4
_LONGEST = 1_000
"""Characters and items of a value that is shown as it is written and as it is read."""
_DEFAULT = {"style": "form", "explode": True}


def exhibit(rule: str, change: Change, pair: Pair, by: Exhibitor) -> Witness | None:
    """A request that shows what a rule found; None where there is none, or none is confirmed."""
    make = _REQUESTS.get(rule)
    return make(change, pair, by) if make is not None else None


# -- what has to be there


def _absent(_change: Change, pair: Pair, by: Exhibitor) -> Witness | None:
    """A request without what its reader requires, and with all that its writer has to send."""
    owner = pair.old.parent if pair.old is not None else pair.counterpart_owner
    if owner is None or "path" not in owner.facts:
        return None  # a header of one part of a body
    others = _demanded(owner, by)
    name, value = _name(pair.any), {_name(element): sample for element, sample in others}
    if not _lacks(value, name, by):
        return None
    return _witness(pair, value, f"{name!r} is a required property", request(owner, others))


def _header(_change: Change, pair: Pair, by: Exhibitor) -> Witness | None:
    """A response without a header that its reader counts on, and with all the others."""
    owner = pair.new.parent if pair.new is not None else pair.counterpart_owner
    if owner is None:
        return None
    others = [e for e in owner.of_kind("sent-header") if e.required and e.key != pair.any.key]
    name, value = _name(pair.any), {_name(e): by.sample(e) for e in others}
    if not _lacks(value, name, by):
        return None
    lines = [
        owner.label,
        *(f"{header}: {serialised.as_text(in_short(v))}" for header, v in value.items()),
    ]
    return _witness(pair, value, f"{name!r} is a required property", "\n".join(lines))


def _media_type(_change: Change, pair: Pair, by: Exhibitor) -> Witness | None:
    """A request that sends, or asks for, a media type that is no more."""
    other, sent = pair.counterpart_owner, pair.any.kind == "accepted-media-type"
    call = _call(pair)
    if other is None or call.kind != "operation":
        return None
    header, named = "Content-Type" if sent else "Accept", str(pair.any.facts["media_type"])
    left = [str(e.facts["media_type"]) for e in other.of_kind(pair.any.kind)]
    known = {"type": "object", "properties": {header: {"enum": left}}}
    value = {header: named}
    if not _judged({"type": "object"}, value, by) or _judged(known, value, by) is not False:
        return None
    if sent:
        message = request(call, [(pair.any, by.sample(pair.any))])
    else:
        message = f"{request(call, [])}\nAccept: {named}"
    names = ("new", "old") if pair.swapped else ("old", "new")
    return Witness(value, *names, f"{named!r} is not one of {left}", f"/{header}", message)


def _lacks(value: Json, name: str, by: Exhibitor) -> bool:
    """Whether the validators miss that member, and nothing else."""
    before = {"type": "object", "required": [*value]}
    after = {"type": "object", "required": [*value, name]}
    return _judged(before, value, by) is True and _judged(after, value, by) is False


def _judged(schema: Json, value: Json, by: Exhibitor) -> bool | None:
    spot = start(SchemaAt(from_data(schema, name="around"), "", Dialect.DRAFT202012))
    return by.takes(spot, value, Direction.DATA) if spot is not None else None


def _demanded(call: Element, by: Exhibitor) -> list[tuple[Element, Json]]:
    """The parameters and the body that every request of an operation has to carry."""
    found = [(e, by.sample(e)) for e in call.of_kind("parameter") if e.required]
    for body in call.of_kind("request-body"):
        found += [(e, by.sample(e)) for e in body.of_kind("accepted-media-type")[: body.required]]
    return found


def _name(element: Element) -> str:
    return str(element.facts.get("name", "body"))


# -- how it is written


def _parameter(_change: Change, pair: Pair, by: Exhibitor) -> Witness | None:
    both = pair.both
    if both is None or any(e.facts.get("media_type") for e in both):
        return None
    if pair.any.facts.get("in") != "query":
        return None
    writer, reader = _sides(pair)
    spot = start(writer.schema) if writer.schema is not None else None
    name = str(writer.facts["name"])
    return _misread(pair, by, spot, name, writer.facts, reader.facts)


def _part(change: Change, pair: Pair, by: Exhibitor) -> Witness | None:
    if pair.both is None or not str(pair.any.facts.get("media_type")).startswith(URLENCODED):
        return None
    writer, reader = _sides(pair)
    whole = start(writer.schema) if writer.schema is not None else None
    spot = whole.declared().get(change.about) if whole is not None else None
    forms = [e.facts["encoding"].get(change.about, _DEFAULT) for e in (writer, reader)]
    return _misread(pair, by, spot, change.about, *forms)


def _misread(
    pair: Pair, by: Exhibitor, spot: Spot | None, name: str, wrote: Json, reads: Json
) -> Witness | None:
    """A list or object in one form, of which the other form makes something else."""
    forms = [(str(form["style"]), bool(form["explode"])) for form in (wrote, reads)]
    if spot is None or not all(serialised.known(style) for style, _ in forms):
        return None
    (style, explode), (other, exploded) = forms
    direction = pair.any.direction
    for value in _composites(spot, by, direction, 0):
        if size_of(value) > _LONGEST or not by.takes(spot, value, direction, declared=True):
            continue
        text = serialised.written(name, value, style, explode=explode)
        found = serialised.read(name, text, other, explode=exploded, whole=type(value))
        if found == serialised.texts(value):
            continue
        said = "as nothing" if found is None else f"as {json.dumps(found, ensure_ascii=False)}"
        message = request(_call(pair), [], pair.any, text)
        return _witness(pair, value, f"`{name}` is read {said}", message, misread=True)
    return None


def _composites(spot: Spot, by: Exhibitor, direction: Direction, depth: int) -> Iterator[Json]:
    """Lists and objects that a schema admits, as far as they are easily found."""
    spot = spot.followed()
    item = spot.below("items")
    if item is not None:
        value = by.sample_at(item, direction)
        yield from ([value, value], [value])
    declared = list(spot.declared().items())
    if declared or spot.get("type") == "object":
        value = by.sample_at(spot, direction)
        if isinstance(value, dict) and value:
            yield value
        for name, child in declared[:_MOST_MEMBERS]:
            yield {**(value or {}), name: by.sample_at(child, direction)}
        if not declared:
            yield {"key": "text"}
    if item is None and not declared and spot.get("type") is None:
        yield ["text", "text"]  # if the validators take it, where nothing is said of types
    for keyword in ("anyOf", "oneOf", "allOf"):
        for branch in spot.branches(keyword) if depth < 2 else ():
            yield from _composites(branch, by, direction, depth + 1)


def _call(pair: Pair) -> Element:
    call = pair.any.up("callback") or pair.any.up("webhook") or pair.any.up("operation")
    assert call is not None
    return call


def _sides(pair: Pair) -> tuple[Element, Element]:
    """Who writes and who reads, of a pair of both."""
    assert pair.both is not None
    old, new = pair.both
    return (old, new) if pair.any.writer is Side.CONSUMER else (new, old)


def _witness(
    pair: Pair, value: Json, error: str, message: str | None, *, misread: bool = False
) -> Witness:
    by_old = (pair.any.writer is Side.CONSUMER) is not pair.swapped
    names = ("old", "new") if by_old else ("new", "old")
    return Witness(value, *names, error, "", message, misread)


_REQUESTS: dict[str, Callable[[Change, Pair, Exhibitor], Witness | None]] = {
    "required-parameter-added": _absent,
    "parameter-became-required": _absent,
    "required-request-body-added": _absent,
    "request-body-became-required": _absent,
    "required-header-removed": _header,
    "header-became-optional": _header,
    "request-media-type-removed": _media_type,
    "response-media-type-removed": _media_type,
    "parameter-serialisation-changed": _parameter,
    "part-encoding-changed": _part,
}
