"""Values outside the body: parameters that consumers send, headers that they are sent.

``parameter`` elements are written by the consumer, ``sent-header`` elements by the provider;
both may stand in requests and in responses, because callbacks turn the roles round.
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compatibility.pairing import Pair
from contracts.compatibility.plain_text import is_plain_text, takes_empty_text
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import Change, rule
from contracts.compatibility.rules.operations import ending
from contracts.compatibility.spots import start
from contracts.formats.contract import Element
from contracts.formats.templates import media_type_key, media_types_cover
from contracts.verdict import Level


@rule(
    "required-parameter-added",
    on="parameter",
    level=Level.ERROR,
    reverse="required-parameter-removed",
    advice="Add it as optional, treat its absence as before, and require it in the next major.",
)
def required_parameter_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Callers must send a parameter that they do not know."""
    element = pair.new
    if pair.added and element is not None and element.required and element.facts["in"] != "path":
        yield Change(f"{pair.label} was {pair.say('added')} and is required")


@rule(
    "parameter-became-required",
    on="parameter",
    level=Level.ERROR,
    reverse="parameter-became-optional",
    advice="Keep it optional with a documented default; require it in the next major version.",
)
def parameter_became_required(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Callers that left a parameter out are refused."""
    both = pair.both
    if both and both[1].required and not both[0].required and both[1].facts["in"] != "path":
        yield Change(f"{pair.label} became {pair.say('required')}", new="/required")


@rule(
    "parameter-removed",
    on="parameter",
    level=Level.WARNING,
    reverse="parameter-added",
    advice="Deprecate it first; callers that still send it are no longer heard.",
)
def parameter_removed(pair: Pair, policies: Policies) -> Iterator[Change]:
    """What callers send is no longer looked at."""
    if pair.removed and pair.any.facts["in"] != "path":
        end = ending(pair.any, policies)
        yield Change(
            f"{pair.label} was {pair.say('removed')}{end.words}: what callers send is ignored",
            level=end.level,
            assumptions=end.assumptions,
            advice=end.advice,
        )


@rule(
    "optional-parameter-added",
    on="parameter",
    level=Level.INFO,
    advice="Nothing to do: callers may leave it out.",
)
def optional_parameter_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A parameter that callers may use, or leave out."""
    if pair.added and not pair.any.required:
        yield Change(f"{pair.label} was added and is optional")


@rule(
    "parameter-serialisation-changed",
    on=("parameter", "sent-header"),
    level=Level.ERROR,
    reverse="parameter-serialisation-changed",
    advice="Add a second parameter with the new form and accept both for one notice period.",
)
def parameter_serialisation_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The same value is written in another form (style, explode, media type)."""
    if not pair.both:
        return
    written, read = (media and media_type_key(media) for media in pair.travelling("media_type"))
    if written and read and media_types_cover([read], [written]):
        return
    composite = all(may_be_composite(element) for element in pair.both)
    before, after = (_form(element, composite=composite) for element in pair.both)
    of_members = all(_is_object(element) for element in pair.both)
    if before != after:
        told = [
            _example(element, form, of_members=of_members)
            for element, form in zip(pair.both, (before, after), strict=True)
        ]
        old, new = reversed(told) if pair.swapped else told
        yield Change(f"{pair.label} is written as {new}, before as {old}")


@rule(
    "empty-value-refused",
    on="parameter",
    level=Level.ERROR,
    reverse="empty-value-possible",
    advice="Keep accepting the name without a value (`?name`) until no caller sends it so.",
)
def empty_value_refused(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Callers that send a parameter without a value may be refused (`allowEmptyValue`)."""
    both = pair.both
    before, after = pair.fact("empty")
    if both and before and not after:
        name, is_text = both[1].facts["name"], takes_empty_text(both[1])
        said = f"{pair.label} without a value (`?{name}`) is {pair.say('refused')}"
        said += ", though its schema takes an empty text" if is_text else ""
        level = Level.WARNING if is_text else None
        yield Change(said, level, old="/allowEmptyValue")


_JOINED = {"spaceDelimited": "%20", "pipeDelimited": "|", "tabDelimited": "%09"}


def _is_object(element: Element) -> bool:
    spot = start(element.schema) if element.schema is not None else None
    return spot is not None and spot.get("type") == "object"


def _example(element: Element, form: str, *, of_members: bool) -> str:
    """A form as it looks on the wire (OpenAPI 3.1.1 section 4.8.12.5).

    For a list of two values, or an object of two members.
    """
    style, name = str(element.facts["style"]), element.facts["name"]
    if form == element.facts.get("media_type") or form == "plain text":
        return form
    one_by_one = bool(element.facts["explode"])
    if style.lower() == "deepobject":
        return f"`{name}[x]=a&{name}[y]=b`"
    if style in {"form", "cookie"} and of_members:
        return "`x=a&y=b`" if one_by_one else f"`{name}=x,a,y,b`"
    if style in {"form", "cookie"}:
        return f"`{name}=a&{name}=b`" if one_by_one else f"`{name}=a,b`"
    if style in _JOINED:
        return f"`{name}=a{_JOINED[style]}b`"
    if style == "matrix":
        return f"`;{name}=a;{name}=b`" if one_by_one else f"`;{name}=a,b`"
    if style == "label":
        return "`.a.b`" if one_by_one else "`.a,b`"
    if style == "simple":
        return "`a,b`" + (" (objects as `k=v`)" if one_by_one else "")
    return style


def _form(element: Element, *, composite: bool) -> str:
    """How a value is laid out; ``explode`` matters only where both sides may be lists."""
    facts = element.facts
    if facts.get("media_type"):
        return str(facts["media_type"])
    style, explode = str(facts["style"]), bool(facts["explode"])
    if not composite:
        return "plain text" if style in {"form", "simple", "cookie", "deepObject"} else style
    if style == "simple" and facts["in"] == "header" and not explode:
        return "a list with commas"
    return f"{style}, one by one" if explode else f"{style}, together"


def may_be_composite(element: Element) -> bool:
    """Whether a parameter's schema may admit arrays or objects."""
    return element.schema is not None and not is_plain_text(start(element.schema))


@rule(
    "required-header-removed",
    on="sent-header",
    level=Level.ERROR,
    reverse="required-header-added",
    advice="Keep sending the header until no consumer reads it any more.",
)
def required_header_removed(pair: Pair, policies: Policies) -> Iterator[Change]:
    """A header that readers count on is not sent any more."""
    if pair.removed and pair.any.required:
        end = ending(pair.any, policies)
        yield Change(
            f"{pair.label} was {pair.say('removed')}{end.words}; it was always sent",
            level=end.level,
            assumptions=end.assumptions,
            advice=end.advice,
        )


@rule(
    "header-became-optional",
    on="sent-header",
    level=Level.ERROR,
    reverse="header-became-required",
    advice="Keep sending the header in every message.",
)
def header_became_optional(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A header that readers count on may be missing."""
    both = pair.both
    if both and both[0].required and not both[1].required:
        yield Change(f"{pair.label} became {pair.say('optional')}", old="/required")


@rule(
    "optional-header-removed",
    on="sent-header",
    level=Level.WARNING,
    reverse="optional-header-added",
    advice="Deprecate the header first; ask the consumers whether they read it.",
)
def optional_header_removed(pair: Pair, policies: Policies) -> Iterator[Change]:
    """A header that was sometimes sent is never sent any more."""
    if pair.removed and not pair.any.required:
        end = ending(pair.any, policies)
        yield Change(
            f"{pair.label} was {pair.say('removed')}{end.words}; it was optional",
            level=end.level,
            assumptions=end.assumptions,
            advice=end.advice,
        )


@rule(
    "header-added",
    on="sent-header",
    level=Level.INFO,
    advice="Nothing to do: readers skip headers that they do not know.",
)
def header_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A new header that readers may look at."""
    if pair.added:
        yield Change(f"{pair.label} was added")
