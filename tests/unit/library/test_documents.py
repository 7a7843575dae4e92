"""The shipped documents are valid, and every example follows the schema beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from contracts.documents import load

LIBRARY = Path(__file__).parents[3] / "contracts" / "library"
OPENAPI = sorted(LIBRARY.glob("*/*/*.openapi.yaml"))
ASYNCAPI = sorted(LIBRARY.glob("*/*/*.asyncapi.yaml"))
DOCUMENTS = OPENAPI + ASYNCAPI


def named(path: Path) -> str:
    return "/".join(path.parts[-3:])


def read(path: Path) -> Any:
    return load(path).data


@pytest.mark.parametrize("path", OPENAPI, ids=named)
def test_an_openapi_document_is_valid(path: Path) -> None:
    OpenAPIV31SpecValidator(read(path)).validate()


def at(document: Any, node: Any) -> Any:
    """Follow references of an object until it is itself."""
    while isinstance(node, dict) and "$ref" in node and len(node) == 1:
        target = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def examples(document: Any, node: Any, where: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every example next to a schema, with where it stands."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from examples(document, item, f"{where}/{index}")
    if not isinstance(node, dict):
        return
    if "schema" in node and ("example" in node or "examples" in node):
        if "example" in node:
            yield f"{where}/example", node["schema"], node["example"]
        for name, example in node.get("examples", {}).items():
            yield f"{where}/examples/{name}", node["schema"], at(document, example)["value"]
    if "payload" in node:
        for index, example in enumerate(node.get("examples", ())):
            yield f"{where}/examples/{index}", node["payload"], example["payload"]
    for key, value in node.items():
        if key not in {"example", "examples"}:
            yield from examples(document, value, f"{where}/{key}")


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_example_follows_its_schema(path: Path) -> None:
    document = read(path)
    found = list(examples(document, document))
    assert found
    root = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    root["components"] = document["components"]
    checker = Draft202012Validator.FORMAT_CHECKER
    for where, schema, value in found:
        whole = {**root, "allOf": [schema]}
        errors = [
            f"{error.json_path}: {error.message}"
            for error in Draft202012Validator(whole, format_checker=checker).iter_errors(value)
        ]
        assert not errors, f"{path.name}{where}: {errors}"
        assert jsonschema_rs.validator_for(whole, validate_formats=True).is_valid(value), where
