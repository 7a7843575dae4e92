"""A contract's document as people read it: operations, channels, messages, fields.

Built for reading only; what decides compatibility is :mod:`contracts.formats`. Every entry
carries the line it stands on. Bounded: however wild the document, at most
:data:`registry.web.outline.fields.MOST` fields are laid out.
"""

from registry.web.outline.document import Outline, outline
from registry.web.outline.fields import Field

__all__ = ["Field", "Outline", "outline"]
