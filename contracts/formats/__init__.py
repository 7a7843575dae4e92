"""One module per format: a Document becomes exchanges, where a writer meets a reader."""

from __future__ import annotations

from contracts.formats.contract import Contract, Element, Oddity, Side
from contracts.formats.detection import FORMATS, detect, read

__all__ = ["FORMATS", "Contract", "Element", "Oddity", "Side", "detect", "read"]
