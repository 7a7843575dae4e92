"""TLS of a run: who we are and whom we trust, from PEM texts that live as long as the process."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import certifi


def arguments(texts: Mapping[str, str], directory: Path) -> dict[str, Any]:
    """Keyword arguments of a request; the files they name are private to ``directory``."""
    given: dict[str, Any] = {}
    if "certificate" in texts:
        own = _private(directory / "client.pem", texts["certificate"])
        key = _private(directory / "client.key", texts["key"]) if "key" in texts else None
        given["cert"] = (own, key) if key else own
    if "authority" in texts:
        public = Path(certifi.where()).read_text(encoding="utf-8")
        given["verify"] = _private(directory / "trusted.pem", f"{public}\n{texts['authority']}\n")
    return given


def context(texts: Mapping[str, str], directory: Path) -> ssl.SSLContext:
    """The same for a bare connection.

    Raises:
        ssl.SSLError: a text is no certificate or key, or they do not belong together.
    """
    found = ssl.create_default_context(cafile=certifi.where())
    files = arguments(texts, directory)
    if "verify" in files:
        found.load_verify_locations(files["verify"])
    if "cert" in files:
        cert = files["cert"]
        own, key = cert if isinstance(cert, tuple) else (cert, None)
        found.load_cert_chain(own, key)
    return found


def _private(path: Path, text: str) -> str:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text + "\n")
    return str(path)
