"""OpenAPI 3.0–3.2 and Swagger 2.0: a document becomes operations and their exchanges.

Sources: OpenAPI Specification 2.0, 3.0.4, 3.1.1, 3.2.0 (spec.openapis.org).
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.documents import Document, Resolver
from contracts.errors import UnsupportedFormat
from contracts.formats.contract import Contract, Element, Part
from contracts.formats.definitions import with_definitions
from contracts.formats.node import Source
from contracts.formats.openapi.operations import notifications, operation_parts
from contracts.formats.openapi.security import scheme_elements
from contracts.formats.openapi.servers import server_elements
from contracts.formats.openapi.showing import show
from contracts.schema.dialects import Dialect

DIALECTS = {
    "2.0": Dialect.OPENAPI20,
    "3.0": Dialect.OPENAPI30,
    "3.1": Dialect.OPENAPI31,
    "3.2": Dialect.OPENAPI32,
}


def read(document: Document) -> Contract:
    """The contract in an OpenAPI document; what is odd in it is noted, not refused.

    Raises:
        UnsupportedFormat: no ``openapi`` or ``swagger`` version that is known.
    """
    version = version_of(document)
    family = ".".join(version.split(".")[:2])
    if family not in DIALECTS:
        raise UnsupportedFormat(
            f"OpenAPI version {version} is not known; known are {', '.join(DIALECTS)}",
            source=document.name,
            pointer="/openapi",
        )
    source = Source(document, version, DIALECTS[family], Resolver(document))
    title = source.root().get("info", "title")
    root = Element(
        kind="contract",
        key="",
        label=title if isinstance(title, str) else document.name,
        document=document,
        pointer="",
        unfold=lambda: _parts(source),
    )
    contract = Contract("openapi", version, document, root, source.oddities, show)
    return with_definitions(contract, source, ("paths", "webhooks"))


def version_of(document: Document) -> str:
    """The value of ``openapi`` or ``swagger`` as text.

    Raises:
        UnsupportedFormat: neither is there.
    """
    data = document.data if isinstance(document.data, dict) else {}
    version = data.get("openapi", data.get("swagger"))
    if version is None or isinstance(version, (dict, list, bool)):
        raise UnsupportedFormat(
            "this is not an OpenAPI document: it has no `openapi` or `swagger` version",
            source=document.name,
        )
    return str(version)


def _parts(source: Source) -> Iterator[Part]:
    yield Part("servers", lambda _: server_elements(source), kind="server")
    yield Part("schemes", lambda _: scheme_elements(source), kind="security-scheme")
    yield from operation_parts(source)
    yield Part("webhooks", lambda _: notifications(source), kind="webhook")
