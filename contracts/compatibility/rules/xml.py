"""How payloads look in XML: names of elements and attributes, where bodies are sent as XML.

The source is the XML Object: OpenAPI 3.0.3 section 4.7.26, OpenAPI 3.2.0 section 4.26.
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import Change, rule
from contracts.documents import pointer
from contracts.formats.contract import Element
from contracts.verdict import Json, Level


@rule(
    "xml-form-changed",
    on=("property", "subschema"),
    level=Level.ERROR,
    reverse="xml-form-changed",
    advice="Offer the other form under a media type of its own until nobody needs the first one.",
    media="xml",
)
def xml_form_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A value stands in XML under another name or namespace, or as another kind of node."""
    if pair.both is None:
        return
    before, after = map(_form, pair.both)
    if before != after:
        yield Change(
            f"{pair.label} is {_words(after)} in XML now, before {_words(before)}",
            old="/xml" if pair.fact("xml")[0] else "",
            new="/xml" if pair.fact("xml")[1] else "",
        )


def _form(element: Element) -> tuple[str | None, str, str | None]:
    """Kind of node, name, namespace; only what makes a difference to a parser."""
    said = element.facts.get("xml")
    xml = said if isinstance(said, dict) else {}
    kind = xml.get("nodeType")
    if not isinstance(kind, str):
        wrapped = "wrapping element" if xml.get("wrapped") is True else None
        kind = "attribute" if xml.get("attribute") is True else wrapped
    kind = {"cdata": "text", "element": None}.get(kind or "", kind)
    return kind, _text(xml.get("name")) or _name(element), _text(xml.get("namespace"))


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _name(element: Element) -> str:
    """What the place of a schema calls it: the property, or the component."""
    *_, holder, name = ("", "", *pointer.split(element.pointer))
    return name if holder in {"properties", "schemas", "definitions"} else ""


def _words(form: tuple[str | None, str, str | None]) -> str:
    kind, name, namespace = form
    named = f" `{name}`" if name and kind != "text" else ""
    return f"{_KINDS.get(kind or '', kind)}{named}" + (f" of {namespace}" if namespace else "")


_KINDS = {"": "an element", "attribute": "an attribute", "text": "text", "none": "no node"} | {
    "wrapping element": "a wrapping element"
}
