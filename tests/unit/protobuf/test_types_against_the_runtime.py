"""Every type against every other, single and repeated: what is said, and what the runtime reads."""

from __future__ import annotations

from collections import Counter

import pytest

from contracts import compare
from contracts.documents import load
from contracts.formats.protobuf.types import SCALARS
from contracts.formats.protobuf.witness import Readings, Sides
from contracts.verdict import Level

PREAMBLE = 'syntax = "proto3"; message N { string x = 1; } enum E { ZERO = 0; ONE = 1; }'
TYPES = (*SCALARS, "E", "N", "map<string, int32>")
FIELDS = [
    label + kind for kind in TYPES for label in ("", "repeated ") if not label or "map" not in kind
]


def source(field: str) -> bytes:
    return f"{PREAMBLE} message M {{ {field} a = 1; }}".encode()


@pytest.mark.parametrize("before", FIELDS)
def test_what_is_misread_is_told_and_what_is_called_a_break_is_misread(before: str) -> None:
    told: Counter[str] = Counter()
    old = load(source(before), name="old.proto")
    for after in FIELDS:
        new = load(source(after), name="new.proto")
        levels = {finding.level for finding in compare(old, new).findings}
        misread = Readings(Sides(old.data, new.data, "M", "old", "new")).of_field(1) is not None
        if misread:
            assert levels, (before, after)
        if Level.ERROR in levels:
            assert misread, (before, after)
        told["misread" if misread else "read"] += 1
    assert min(told.values()) > 0
