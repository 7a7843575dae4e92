"""Documents: bytes or a file in, values out, safely; the only room that parses text."""

from __future__ import annotations

from contracts.documents.bundling import bundle
from contracts.documents.document import Document
from contracts.documents.limits import Limits
from contracts.documents.loading import Source, from_data, load
from contracts.documents.references import Resolver

__all__ = ["Document", "Limits", "Resolver", "Source", "bundle", "from_data", "load"]
