"""What was published under a label."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PublishedDocument:
    """The bytes of a version and what they are called by."""

    contract: str
    label: str
    """``2.0.0`` or ``2.0.0@branch``."""
    sha256: str
    filename: str
    content: bytes
