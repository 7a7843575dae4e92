"""AsyncAPI 2.0–2.6, 3.0 and 3.1: a document becomes channels, operations and their messages.

Sources: AsyncAPI Specification 2.6.0 and 3.0.0 (asyncapi.com/docs/reference/specification),
bindings repository. The contract belongs to the described application: what it *sends*, others
read; what it *receives*, others write (3.0.0, Operation Object). In 2.x the words look from
outside: others *subscribe* to what it sends and *publish* what it receives.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from contracts.documents import Document, Resolver
from contracts.errors import UnsupportedFormat
from contracts.formats.asyncapi.channels import channels
from contracts.formats.asyncapi.definitions import definitions
from contracts.formats.asyncapi.model import Model
from contracts.formats.asyncapi.servers import scheme_elements, server_elements
from contracts.formats.asyncapi.showing import show
from contracts.formats.asyncapi.traits import with_traits
from contracts.formats.contract import Contract, Element
from contracts.formats.definitions import with_definitions
from contracts.schema.dialects import Dialect

KNOWN = ("2", "3.0", "3.1")


def read(document: Document) -> Contract:
    """The contract in an AsyncAPI document; what is odd in it is noted, not refused.

    Raises:
        UnsupportedFormat: no ``asyncapi`` version that is known.
    """
    version = version_of(document)
    major, _, rest = version.partition(".")
    if major != "2" and f"{major}.{rest.partition('.')[0]}" not in KNOWN:
        raise UnsupportedFormat(
            f"AsyncAPI version {version} is not known; known are 2.0 to 2.6, 3.0 and 3.1",
            source=document.name,
            pointer="/asyncapi",
        )
    merged = with_traits(document, Resolver(document), overriding=major == "2")
    model = Model(merged, version, Dialect.ASYNCAPI, Resolver(merged))
    title = model.root().get("info", "title")
    root = Element(
        kind="contract",
        key="",
        label=title if isinstance(title, str) else document.name,
        document=merged,
        pointer="",
        facts={"operations": model.second or bool(model.root().get("operations"))},
        grow=lambda _: _children(model),
    )
    contract = Contract("asyncapi", version, merged, root, model.oddities, show, model.assumptions)
    used = ("channels", "operations")
    return with_definitions(contract, model, used, partial(definitions, model))


def version_of(document: Document) -> str:
    """The value of ``asyncapi`` as text.

    Raises:
        UnsupportedFormat: it is not there.
    """
    data = document.data if isinstance(document.data, dict) else {}
    version = data.get("asyncapi")
    if version is None or isinstance(version, (dict, list, bool)):
        raise UnsupportedFormat(
            "this is not an AsyncAPI document: it has no `asyncapi` version", source=document.name
        )
    return str(version)


def _children(model: Model) -> Iterator[Element]:
    yield from server_elements(model)
    yield from scheme_elements(model)
    yield from channels(model)
