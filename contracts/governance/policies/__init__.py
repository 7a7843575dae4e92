"""Lint policies, one per file."""
