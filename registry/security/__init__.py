"""Tokens, sessions, roles and the audit chain."""
