"""Reference pages say what the tables say."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.governance.pages import PAGES, page

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_generated_from_its_table(name: str) -> None:
    command = f"python -m contracts.governance.pages {name} > docs/reference/{name}.md"
    assert (REFERENCE / f"{name}.md").read_text() == page(name), f"run: {command}"
