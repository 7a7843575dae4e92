"""Documents as commands send them: one text, whatever files it was written in."""

from __future__ import annotations

import json
from pathlib import Path

from contracts.documents import bundle, load


def document_text(path: Path) -> str:
    """The text of a file; where it refers to files beside it, they are bundled into one JSON.

    Raises:
        DocumentUnreadable: missing, not UTF-8, not YAML or JSON, or over a limit.
        ReferenceUnresolved: a reference leads nowhere, or out of the document's directory.
    """
    from registry.cli.publish import read_text

    text = read_text(path)
    if "$ref" not in text:
        return text
    document = load(path)
    bundled = bundle(document, strict=True)
    if bundled is document:
        return text
    try:
        return json.dumps(bundled.data, indent=2, ensure_ascii=False) + "\n"
    except TypeError:  # a number that a float cannot hold
        return bundled.raw.decode()
