"""Sidecars, estate, lifecycle, authority, expectations and lint policies."""
