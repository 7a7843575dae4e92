"""A page as a test reads it: its elements, without caring how the HTML is laid out."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "path",
        "circle",
    ]
)

INLINE = frozenset(["a", "abbr", "b", "code", "em", "span", "strong"])


@dataclass
class Element:
    """One element with its text, in document order."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """Every element of a page; refuses HTML whose tags do not nest."""

    source: str
    elements: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[Element] = []
        self.feed(self.source)
        self.close()
        assert not self._open, f"<{self._open[-1].tag}> is never closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self._open, f"</{tag}> closes nothing"
        opened = self._open.pop()
        assert opened.tag == tag, f"</{tag}> closes <{opened.tag} {opened.attributes}>"
        if tag not in INLINE:
            self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Elements of a tag whose attributes have these values (``class_`` for ``class``)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            e
            for e in self.elements
            if e.tag == tag and all(e.attributes.get(n) == v for n, v in wanted.items())
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        """The only such element."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} <{tag}> with {attributes}"
        return found[0]

    @property
    def text(self) -> str:
        """Everything in the main part, single-spaced."""
        return " ".join(self.one("main").text.split())

    @property
    def local_links(self) -> set[str]:
        """Paths of links within the site, without fragments."""
        found = (e.attributes.get("href", "") for e in self.all("a"))
        return {link.split("#")[0] for link in found if link.startswith("/") and link.split("#")[0]}

    @property
    def ids(self) -> list[str]:
        """Every id, in order."""
        return [e.attributes["id"] for e in self.elements if "id" in e.attributes]

    def fields(self) -> dict[str, str]:
        """Names and values of the inputs of the page's forms that are sent as they stand."""
        given = {
            e.attributes["name"]: e.attributes.get("value", "")
            for e in self.all("input")
            if "name" in e.attributes and e.attributes.get("type") != "file"
        }
        given |= {e.attributes["name"]: e.text.removeprefix("\n") for e in self.all("textarea")}
        return given


def get(client: FlaskClient, url: str, status: int = 200) -> Page:
    """The page at ``url``."""
    return page_of(client.get(url), status)


def page_of(response: TestResponse, status: int = 200) -> Page:
    """The page of an answer with that status."""
    assert response.status_code == status, f"{response.status}: {response.text[:600]}"
    assert response.mimetype == "text/html"
    return Page(response.text)


def csrf_of(client: FlaskClient, url: str = "/sign-in") -> str:
    """The form token of the client's session."""
    return get(client, url).all("input", name="csrf")[0].attributes["value"]


def path_of(url: str) -> str:
    """Path and query of an address."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
