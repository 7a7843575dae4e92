"""Large OpenAPI documents in the likeness of real ones, made to measure and to break things.

``python tests/benchmarks/openapi_documents.py OPERATIONS OLD NEW`` writes two versions; the
new one differs in a few components that many operations share.
"""

from __future__ import annotations

import copy
import json
import random
import sys
from pathlib import Path
from typing import Any

Json = Any
WORDS = [
    "order",
    "line",
    "price",
    "item",
    "supplier",
    "receipt",
    "invoice",
    "shipment",
    "account",
    "address",
    "unit",
]
CHANGES = 6


def document(operations: int, *, seed: int = 1) -> Json:
    """A document of that many operations, each with parameters, bodies and problem responses."""
    rng = random.Random(seed)
    components = {f"Schema{n}": _schema(rng, n) for n in range(operations)}
    components["Problem"] = {
        "type": "object",
        "properties": {"title": {"type": "string"}, "status": {"type": "integer"}},
    }
    paths: dict[str, Json] = {}
    for n in range(operations):
        path = f"/{rng.choice(WORDS)}s/{n // 4}" + ("/{id}" if n % 2 else "")
        item = paths.setdefault(path, {})
        item[("get", "post", "put", "delete")[n % 4]] = _operation(rng, n, operations)
    return {
        "openapi": "3.0.3",
        "info": {"title": "Generated", "version": "1.0.0", "description": "word " * 50},
        "servers": [{"url": "https://api.example/v1"}],
        "paths": paths,
        "components": {"schemas": components},
    }


def _schema(rng: random.Random, n: int) -> Json:
    properties: dict[str, Json] = {"id": {"type": "string", "maxLength": 20}}
    for word in rng.sample(WORDS, 8):
        properties[word] = rng.choice(
            [
                {"type": "string", "maxLength": rng.randint(5, 90), "description": "text " * 12},
                {"type": "integer", "minimum": 0, "maximum": rng.randint(10, 9999)},
                {"type": "string", "enum": sorted(rng.sample(WORDS, 4))},
                {"type": "boolean", "description": "flag " * 8},
                {"type": "array", "items": {"type": "string"}, "maxItems": 50},
            ]
        )
    for _ in range(2 if n > 2 else 0):
        target = rng.randint(0, n - 1)
        properties[f"ref{target}"] = {"$ref": f"#/components/schemas/Schema{target}"}
    return {"type": "object", "required": ["id"], "properties": properties}


def _operation(rng: random.Random, n: int, operations: int) -> Json:
    reference = {"$ref": f"#/components/schemas/Schema{rng.randint(0, operations - 1)}"}
    problem = {
        "description": "a problem",
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    }
    parameters: list[Json] = [
        {"name": f"{word}Filter", "in": "query", "schema": {"type": "string", "maxLength": 40}}
        for word in rng.sample(WORDS, 5)
    ]
    if n % 2:
        id_ = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        parameters.append(id_)
    operation: dict[str, Json] = {
        "operationId": f"operation{n}",
        "description": "what it does " * 30,
        "parameters": parameters,
        "responses": {
            "200": {"description": "done", "content": {"application/json": {"schema": reference}}},
            **dict.fromkeys(("400", "401", "404", "409", "500"), problem),
        },
    }
    if n % 4 in {1, 2}:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": reference}},
        }
    return operation


def changed(old: Json, *, seed: int = 2) -> Json:
    """The next version: some shared components and an operation differ."""
    rng = random.Random(seed)
    new = copy.deepcopy(old)
    schemas = new["components"]["schemas"]
    names = [name for name in schemas if name != "Problem"]
    for name in rng.sample(names, min(CHANGES, len(names))):
        schemas[name]["properties"]["id"]["maxLength"] = 10
        schemas[name]["properties"]["added"] = {"type": "string"}
    new["info"]["version"] = "2.0.0"
    return new


def main() -> None:
    """Write two versions to files."""
    operations, old, new = int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
    first = document(operations)
    old.write_text(json.dumps(first, indent=2))
    new.write_text(json.dumps(changed(first), indent=2))


if __name__ == "__main__":
    main()
