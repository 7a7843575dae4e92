"""What a contract is, and whether two versions of one fit: bytes in, values out."""

from __future__ import annotations
