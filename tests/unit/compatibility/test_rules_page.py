"""The reference page says what the table says."""

from __future__ import annotations

from pathlib import Path

from contracts.compatibility.rules import load_rules
from contracts.compatibility.rules_page import page

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "rules.md"


def test_the_page_is_generated_from_the_table() -> None:
    assert PAGE.read_text() == page(), (
        "run: python -m contracts.compatibility.rules_page > docs/reference/rules.md"
    )


def test_every_rule_is_on_the_page() -> None:
    text = PAGE.read_text()
    assert all(f"### {rule}\n" in text for rule in load_rules())
