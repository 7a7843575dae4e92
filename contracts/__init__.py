"""What a contract is, and whether two versions of one fit: bytes in, values out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contracts.compatibility.comparing import compare

__all__ = ["compare"]


def __getattr__(name: str) -> Any:
    """Loads :func:`compare` when it is first asked for: importing a room must stay cheap."""
    if name == "compare":
        from contracts.compatibility.comparing import compare

        return compare
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
