"""SHA-256 of texts, short ones without OpenSSL."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module

_SHORT = 1_000_000
"""Bytes of which Python's own SHA-256 is made as fast as OpenSSL is loaded, which takes 4 MB."""


def sha256(text: bytes) -> str:
    """The hexadecimal SHA-256 of a text (FIPS 180-4)."""
    if len(text) < _SHORT:
        for name in ("_sha2", "_sha256"):  # of Python 3.12, 3.11
            with suppress(ImportError):
                found: str = import_module(name).sha256(text).hexdigest()
                return found
    with suppress(ImportError):  # without the other digests of hashlib
        from _hashlib import openssl_sha256

        return openssl_sha256(text).hexdigest()
    import hashlib

    return hashlib.sha256(text).hexdigest()
