"""Everything that is not schema containment, one area per file."""
