"""Does a document follow its specification? Asked of the specification's own JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from contracts.documents import Document
from contracts.documents import pointer as pointers

OWN = Path(__file__).parent / "metaschemas"
MOST = 50
"""Violations that are told of one document."""
LONGEST = 300


def violations(document: Document) -> Iterator[tuple[str, str]]:
    """Pointers and sentences of what the specification forbids; nothing if it is not known.

    Sources: the meta-schemas of OpenAPI 2.0 to 3.2, AsyncAPI 2.6 to 3.1 and ODCS 3.
    """
    name = _name(document.data)
    validator = _validator(name) if name is not None else None
    if validator is None:
        return
    for error in islice(validator.iter_errors(document.data), MOST):
        deepest = _deepest(error)
        pointer = pointers.join("", *deepest.instance_path)
        message = str(deepest.message)
        yield pointer, message if len(message) <= LONGEST else message[: LONGEST - 1] + "…"


def _name(data: Any) -> str | None:
    if not isinstance(data, dict):
        return None
    for mark in ("openapi", "swagger", "asyncapi"):
        version = data.get(mark)
        if isinstance(version, str):
            family = "asyncapi" if mark == "asyncapi" else "openapi"
            return f"{family}-{'.'.join(version.split('.')[:2])}"
    version = data.get("apiVersion")
    if data.get("kind") == "DataContract" and str(version).startswith("v3."):
        return "odcs-3"
    return None


@cache
def _validator(name: str) -> Any:
    path = OWN / f"{name}.json"
    if name.startswith("openapi-"):
        spec = find_spec("openapi_spec_validator")
        places = spec.submodule_search_locations if spec is not None else None
        version = name.removeprefix("openapi-")
        path = Path(next(iter(places or ()))) / f"resources/schemas/v{version}/schema.json"
    known = {"openapi-2.0", "openapi-3.0", "openapi-3.1", "openapi-3.2", "odcs-3"}
    known |= {"asyncapi-2.6", "asyncapi-3.0", "asyncapi-3.1"}
    if name not in known or not path.is_file():
        return None
    import jsonschema_rs

    schema = json.loads(path.read_bytes())
    return jsonschema_rs.validator_for(schema, validate_formats=False)


def _deepest(error: Any) -> Any:
    """The error that says most: of alternatives, what the nearest one lacks."""
    while True:
        branches = [list(branch) for branch in getattr(error.kind, "context", None) or ()]
        branches = [branch for branch in branches if branch and not _no_reference(branch)]
        if not branches:
            return error
        nearest = min(branches, key=lambda branch: (len(branch), -_depth(branch)))
        error = max(nearest, key=lambda part: len(part.instance_path))


def _depth(branch: list[Any]) -> int:
    return max(len(part.instance_path) for part in branch)


def _no_reference(branch: list[Any]) -> bool:
    """Whether the alternative only says that the value is no reference."""
    return any(
        "'$ref'" in part.message or '"$ref" is a required' in part.message for part in branch
    )
