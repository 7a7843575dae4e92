"""The part of a long payload that shows what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from contracts.documents import pointer
from contracts.errors import ContractError
from contracts.verdict import Json, Witness

HEAD = 6
"""Lines from the beginning of a payload that is shown in parts."""

AFTER = 4
"""Lines after the one that is at fault."""

_MARK = "\ufdd0here"


def excerpt(lines: Sequence[str], fault: int | None, most: int) -> list[str]:
    """At most some ``most`` lines, the one at fault among them; gaps say how much is left out."""
    if len(lines) <= most:
        return list(lines)
    if fault is None or fault < most - AFTER:
        return [*lines[:most], f"… {len(lines) - most} more lines (--format json shows all)"]
    first = fault - (most - HEAD - AFTER - 1)
    last = fault + AFTER + 1
    shown = [*lines[:HEAD], f"… {first - HEAD} lines", *lines[first:last]]
    left = len(lines) - last
    if left > 0:
        shown.append(f"… {left} more lines (--format json shows all)")
    return shown


def fault_line(witness: Witness, payload: str) -> int | None:
    """The line of a payload with the value that is refused; None where that cannot be told."""
    if not witness.instance:
        return None
    try:
        tokens = pointer.split(witness.instance)
        marked = json.dumps(
            _marked(witness.value, tokens), indent=2, ensure_ascii=False, default=_number
        )
    except (ContractError, LookupError, TypeError, ValueError, RecursionError):
        return None
    before, found, after = marked.partition(_MARK)
    if not found:
        return None
    at, tail = before.count("\n"), after.count("\n")
    lines = payload.rstrip("\n").splitlines()
    begins = next((i for i, line in enumerate(lines) if line in {"{", "["}), None)
    if begins is None or begins + at >= len(lines) - tail:
        return None
    return begins + at


def _marked(value: Json, tokens: Sequence[str]) -> Json:
    """The value with a mark in place of what the tokens lead to; copied along the way only."""
    if not tokens:
        return _MARK
    inside = _marked(pointer.step(value, tokens[0]), tokens[1:])
    if isinstance(value, dict):
        return {**value, tokens[0]: inside}
    items = list(value)
    items[int(tokens[0])] = inside
    return items


def _number(_value: object) -> int:
    return 0
