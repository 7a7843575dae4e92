"""Read a document safely: bytes → :class:`Document` (values, source lines, limits, references)."""
