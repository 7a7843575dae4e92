"""A version as one file that needs no other."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass

from registry.services.get_version import VersionView

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of every file in an archive, so that the same content is the same bytes."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The bytes, what they are, and what to call them."""

    content: bytes
    sha256: str
    filename: str
    media_type: str


def bundle_of(view: VersionView) -> Bundle:
    """The document with everything that it refers to inside; as published if that is nothing.

    A ``.proto`` file cannot hold another's package: it comes with its imports in a ZIP archive,
    each under the path that it is imported by.

    Raises:
        contracts.errors.ContractError: it cannot be read any more.
    """
    version = view.version
    filename = version.filename or f"{version.contract}-{version.number}"
    if not version.references:
        return Bundle(view.document, version.sha256, filename, "text/plain")
    if version.format == "protobuf":
        content = _archive(view, filename)
        digest = hashlib.sha256(content).hexdigest()
        return Bundle(
            content, digest, f"{version.contract}-{version.number}.zip", "application/zip"
        )
    document = view.resolved
    stem = filename.rpartition(".")[0] or filename
    return Bundle(document.raw, document.sha256, f"{stem}.bundled.json", "text/plain")


def _archive(view: VersionView, filename: str) -> bytes:
    files = {filename: view.document}
    for reference in view.version.references:
        files.setdefault(reference.name, view.parts[reference.sha256])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(_inside(name), LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return packed.getvalue()


def _inside(name: str) -> str:
    """A path that does not leave the archive's folder, whatever an import is called."""
    parts = [p for p in name.replace("\\", "/").replace(":", "/").split("/") if p not in {"", ".."}]
    return "/".join(parts)
