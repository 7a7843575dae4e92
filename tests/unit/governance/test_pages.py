"""Reference pages say what the tables say."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest

from contracts.documents import load
from contracts.governance.pages import PAGES, SCHEMAS, page
from contracts.governance.shelf import SHIPPED

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_generated_from_its_table(name: str) -> None:
    command = f"python -m contracts.governance.pages {name} > docs/reference/{name}.md"
    assert (REFERENCE / f"{name}.md").read_text() == page(name), f"run: {command}"


FILES = {
    "contract.schema.json": sorted(SHIPPED.glob("*/*/contract.yaml")),
    "estate.schema.json": [SHIPPED / "estate.yaml"],
    "workflows.schema.json": [SHIPPED / "workflows.yaml"],
    "state-mapping.schema.json": sorted((SHIPPED / "mappings").glob("*.yaml")),
}


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_published_schema_is_generated_and_takes_the_shipped_files(name: str) -> None:
    text = (REFERENCE / name).read_text()
    assert text == page(name), (
        f"run: python -m contracts.governance.pages {name} > docs/reference/{name}"
    )
    validator = jsonschema_rs.Draft202012Validator(json.loads(text))
    assert FILES[name]
    for path in FILES[name]:
        data = load(path).data
        assert [error.message for error in validator.iter_errors(data)] == [], path
        assert validator.is_valid({**data, "x-own": 1})
        assert not validator.is_valid({**data, "misspelt": 1})
