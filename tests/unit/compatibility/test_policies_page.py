"""Every assumption that a report can name stands on the page of policies."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contracts.compatibility import policies
from contracts.compatibility.comparison import UNSTABLE_OPERATION
from contracts.compatibility.rules.operations import SUNSET_PASSED
from contracts.compatibility.weights import DESCRIBED_OBJECTS
from contracts.formats import FORMATS
from contracts.formats.definitions import DIRECTION_UNDECLARED
from contracts.formats.detection import LAST_NAME_COUNTS
from contracts.schema import options

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
NAMES = {
    options.DECLARED_MEMBERS_ONLY,
    options.FORMAT_ASSERTED,
    options.FORMAT_ANNOTATION,
    LAST_NAME_COUNTS,
    options.READ_WRITE_ONLY,
    options.TOLERANT_READER,
    options.INFERRED_DIALECT,
    options.UNKNOWN_FORMATS,
    options.FREE_FORM,
    options.CHOSEN,
    *(content.value for content in policies.Content),
    *(growth.value for growth in policies.EnumGrowth),
    policies.SKIPS_UNKNOWN_MESSAGES,
    DIRECTION_UNDECLARED,
    UNSTABLE_OPERATION,
    DESCRIBED_OBJECTS,
    SUNSET_PASSED,
}


def test_the_page_names_exactly_the_assumptions() -> None:
    page = (REFERENCE / "policies.md").read_text()
    assert set(re.findall(r"^\| `([a-z-]+)`", page, re.MULTILINE)) == NAMES


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_has_its_line(format_: str) -> None:
    words = {"jsonschema": "JSON Schema", "protobuf": "Protocol Buffers"}
    page = (REFERENCE / "formats.md").read_text().lower()
    assert f"| {words.get(format_, format_).lower()} |" in page
