"""One use case per file, a verb."""
