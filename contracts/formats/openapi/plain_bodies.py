"""What is around bodies that nobody made elements of: is it plain, and where are the elements?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from contracts.documents import pointer
from contracts.formats.contract import Element, Part
from contracts.formats.node import Source
from contracts.verdict import Json

_OF_PARTS = frozenset({"$ref", "headers"})
"""Members of encodings that make more of them than is understood here."""


class LookedAt(Exception):
    """Elements have to be made, and compared one by one."""


def body_parameters(owner: Mapping[str, Json], source: Source) -> Iterator[Json]:
    """The body parameters among those of an operation or path, not yet followed."""
    parameters = owner.get("parameters", [])
    for one in parameters if isinstance(parameters, list) else [None]:
        if not isinstance(one, dict):
            raise LookedAt
        ref, led = one.get("$ref"), one
        if isinstance(ref, str) and ref.startswith("#/"):
            led = source.document.find(pointer.from_fragment(ref[1:]))
        if not isinstance(led, dict) or "$ref" in led or led.get("in") == "formData":
            raise LookedAt
        if led.get("in") == "body":
            yield one


def check_servers(owner: Mapping[str, Json]) -> None:
    """The servers of a path or operation are the same, if each is one."""
    if "servers" not in owner:
        return
    servers = owner["servers"]
    if not isinstance(servers, list) or not all(
        isinstance(one, dict) and isinstance(one.get("url"), str) and "$ref" not in one
        for one in servers
    ):
        raise LookedAt


def check_encoding(parts: Json) -> None:
    """The parts of a body are written alike, if each says so itself."""
    if not isinstance(parts, dict) or not all(
        isinstance(one, dict) and _OF_PARTS.isdisjoint(one) for one in parts.values()
    ):
        raise LookedAt


def in_body(media_type: str, owner: Element, part: Part) -> Element:
    """A media type of what an operation takes."""
    return next(one for one in owner.grown(part)[-1].children if one.key == media_type)


def in_answer(status: str, media_type: str, owner: Element, part: Part) -> Element:
    """A media type of what an operation answers with."""
    response = next(one for one in owner.grown(part) if one.key == status)
    return next(one for one in response.of_kind("sent-media-type") if one.key == media_type)


def in_operation(key: str, find: Callable[..., Element], *given: object) -> Element:
    """The same in an operation of a path; the owner of the path's part and the part come last."""
    *names, owner, part = given
    assert isinstance(owner, Element)
    assert isinstance(part, Part)
    operation = next(one for one in owner.grown(part) if one.key == key)
    wanted = "body" if find is in_body else "responses"
    return find(*names, operation, next(one for one in operation.parts if one.name == wanted))
