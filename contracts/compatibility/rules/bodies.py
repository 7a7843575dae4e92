"""Bodies and their media types, apart from what the schemas say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.compatibility.pairing import Pair
from contracts.compatibility.plain_text import is_plain_text
from contracts.compatibility.policies import Content, Policies
from contracts.compatibility.rules import Change, rule
from contracts.compatibility.spots import Spot, start
from contracts.formats.contract import Side
from contracts.formats.templates import ANY_ITEM, media_types_cover
from contracts.verdict import Json, Level


@rule(
    "required-request-body-added",
    on="request-body",
    level=Level.ERROR,
    reverse="required-request-body-removed",
    advice="Add the body as optional, and require it in the next major version.",
)
def required_request_body_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Callers must send a body where there was none."""
    if pair.added and pair.any.required:
        yield Change(f"{pair.label} was {pair.say('added')} and is required")


@rule(
    "request-body-became-required",
    on="request-body",
    level=Level.ERROR,
    reverse="request-body-became-optional",
    advice="Keep the body optional and treat its absence as before.",
)
def request_body_became_required(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Callers that sent no body are refused."""
    both = pair.both
    if both and both[1].required and not both[0].required:
        yield Change(f"{pair.label} became {pair.say('required')}", new="/required")


@rule(
    "request-body-removed",
    on="request-body",
    level=Level.ERROR,
    reverse="request-body-added",
    advice="Keep reading the body until no caller sends one.",
)
def request_body_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Nobody reads the body that callers send."""
    if pair.removed:
        yield Change(f"{pair.label} was {pair.say('removed')}: what callers send is not read")


@rule(
    "optional-request-body-added",
    on="request-body",
    level=Level.INFO,
    advice="Nothing to do: callers may send no body as before.",
)
def optional_request_body_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Callers may send a body where they could not before."""
    if pair.added and not pair.any.required:
        yield Change(f"{pair.label} was added and is optional")


@rule(
    "sent-body-removed",
    on="sent-body",
    level=Level.ERROR,
    reverse="sent-body-added",
    advice="Keep sending the body until no receiver reads it.",
)
def sent_body_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A callback or webhook comes without the body that receivers read."""
    if pair.removed:
        yield Change(f"{pair.label} was {pair.say('removed')}")


@rule(
    "sent-body-added",
    on="sent-body",
    level=Level.INFO,
    advice="Nothing to do: receivers that expect no body pass over it.",
)
def sent_body_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A callback or webhook comes with a body where it had none."""
    if pair.added:
        yield Change(f"{pair.label} was added")


@rule(
    "sent-body-became-optional",
    on="sent-body",
    level=Level.ERROR,
    reverse="sent-body-became-required",
    advice="Keep sending the body every time.",
)
def sent_body_became_optional(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A callback or webhook may come without the body that receivers count on."""
    both = pair.both
    if both and both[0].required and not both[1].required:
        yield Change(f"{pair.label} became {pair.say('optional')}", old="/required")


@rule(
    "request-media-type-removed",
    on="accepted-media-type",
    level=Level.ERROR,
    reverse="request-media-type-added",
    advice="Keep accepting the media type; answer 415 only in the next major version.",
)
def request_media_type_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Callers that send this media type are not understood any more."""
    if pair.removed:
        yield _listed(pair, "is no longer accepted" if not pair.swapped else _NEW)


@rule(
    "response-media-type-removed",
    on="sent-media-type",
    level=Level.ERROR,
    reverse="response-media-type-added",
    advice="Keep offering the media type; clients name it in their Accept header.",
)
def response_media_type_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Readers that ask for this media type do not get it any more."""
    if pair.removed:
        yield _listed(pair, "is no longer sent" if not pair.swapped else _NEW)


_NEW = "exists only in the new version"


def _listed(pair: Pair, what: str) -> Change:
    """A change of the media types, which Swagger 2.0 lists once for all the bodies."""
    message = f"{pair.label} {what}"
    without = pair.counterpart_owner
    lists = [owner.facts.get("listed") or ("", ()) for owner in pair.owners or ()]
    if without is None or not all(at for at, _ in lists):
        return Change(message)
    if pair.any.key in without.facts["listed"][1]:
        return Change(message)  # it has no body any more, or not yet
    return Change(message, old_at=lists[0][0], new_at=lists[1][0])


@rule(
    "media-type-added",
    on=("accepted-media-type", "sent-media-type"),
    level=Level.INFO,
    advice="Nothing to do as long as the media types that existed are served as before.",
)
def media_type_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """One more media type to choose from."""
    if pair.added and not _was_named(pair):
        yield _listed(pair, "was added")


def _was_named(pair: Pair) -> bool:
    """Whether a range of the other version (`*/*`) names the media type already."""
    other = pair.counterpart_owner
    known = [e.key for e in other.of_kind(pair.any.kind)] if other is not None else []
    return media_types_cover(known, [pair.any.key])


@rule(
    "response-media-type-loosened",
    on="sent-media-type",
    level=Level.WARNING,
    reverse="response-media-type-tightened",
    advice="Name the media types that are sent; clients read those they know.",
)
def response_media_type_loosened(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A range of media types is sent, where readers knew which one."""
    both = pair.both
    if both and not media_types_cover([both[0].key], [both[1].key]):
        one, other = reversed(both) if pair.swapped else both
        yield Change(f"{other.label} is sent now, before {one.facts['media_type']}")


@rule(
    "part-encoding-changed",
    on=("accepted-media-type", "sent-media-type"),
    level=Level.ERROR,
    reverse="part-encoding-changed",
    advice="Accept both forms of the part for one notice period.",
)
def part_encoding_changed(pair: Pair, policies: Policies) -> Iterator[Change]:
    """A part of a form or multipart body is written in another form."""
    if not pair.both or not any(pair.fact("encoding")):
        return
    parts = tuple(start(e.schema) if e.schema is not None else None for e in pair.both)
    listing = [p for p in parts if p and _lists(p)] if policies.content is Content.DECLARED else []
    written, read = pair.travelling("encoding")
    for name in sorted(set(written) | set(read)):
        writer, reader = (_encoding(side, name) for side in (written, read))
        if any(name not in {*side.declared(), *side.offered()} for side in listing):
            continue  # it came or went
        plain = any(map(is_plain_text, (side.declared().get(name) for side in parts if side)))
        for aspect in ("contentType",) if plain else DEFAULT_ENCODING:
            if _unreadable(aspect, writer[aspect], reader[aspect]):
                old = pair.any.writer is Side.CONSUMER
                sides = (writer, reader) if old is not pair.swapped else (reader, writer)
                was, now = (_form(side[aspect]) for side in sides)
                message = f"{pair.label}: {aspect} of part `{name}` is {now}, before {was}"
                yield Change(message, about=name)


def _lists(body: Spot) -> bool:
    """Whether a schema says which parts there are."""
    return isinstance(body.get("properties"), dict) or bool(body.declared())


DEFAULT_ENCODING: Mapping[str, Json] = {
    "contentType": None,
    "style": "form",
    "explode": True,
    "allowReserved": False,
}
"""What an Encoding Object says by saying nothing (OpenAPI 3.1.1 section 4.8.15)."""


def _encoding(parts: Mapping[str, Mapping[str, Json]], name: str) -> Mapping[str, Json]:
    """How a part is written; one that only its position names, as all items are."""
    every = parts.get(ANY_ITEM, DEFAULT_ENCODING) if name.startswith(ANY_ITEM) else DEFAULT_ENCODING
    return parts.get(name, every)


def _form(value: Json) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value).lower()


def _unreadable(aspect: str, written: Json, read: Json) -> bool:
    """Whether what is written in one form is not read in the other."""
    if written == read or aspect == "allowReserved":
        return False
    if aspect == "contentType":
        return bool(written and read) and not media_types_cover(read, written)
    return True
