"""Documents as commands send them: one text, whatever files it was written in."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

from contracts.documents import bundle, load


def document_text(path: Path, published: Collection[str] = ()) -> str:
    """The text of a file; where it refers to files beside it, they are bundled into one JSON.

    References to published contracts stay as they are, also by one of the names ``published``.

    Raises:
        DocumentUnreadable: missing, not UTF-8, not YAML or JSON, or over a limit.
        ReferenceUnresolved: a reference leads nowhere, or out of the document's directory.
    """
    from registry.cli.publish import read_text

    text = read_text(path)
    if "$ref" not in text:
        return text
    document = load(path)
    bundled = bundle(document, strict=True, published=published)
    if bundled is document:
        return text
    try:
        return json.dumps(bundled.data, indent=2, ensure_ascii=False) + "\n"
    except TypeError:  # a number that a float cannot hold
        return bundled.raw.decode()


def published_names(sidecar: Path | None) -> tuple[str, ...]:
    """Names that a sidecar gives to published contracts, for any of its versions."""
    from contracts.governance.sidecar import load_sidecar

    if sidecar is None:
        return ()
    read = load_sidecar(load(sidecar))
    every = (*read.references, *(r for v in read.versions for r in v.references))
    return tuple(reference.name for reference in every)


def beside(path: Path, contract: str) -> Path | None:
    """The ``contract.yaml`` next to a document, where it is the contract's."""
    found = path.parent / "contract.yaml"
    if not found.is_file() or found == path:
        return None
    data = load(found).data
    return found if isinstance(data, dict) and data.get("id") == contract else None
