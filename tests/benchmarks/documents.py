"""How much reading safely costs: ratios to merely parsing, on one generated contract.

Run ``python -m tests.benchmarks.documents [operations]``. Times are the best of several runs in
one process; the ratios, and not the milliseconds, are what to compare between machines.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import orjson
import yaml_rs

from contracts.documents import load
from contracts.documents.hashes import Subtrees
from contracts.documents.limits import Limits
from contracts.documents.yaml_events import compose


def schema(depth: int, seed: int) -> dict[str, Any]:
    """An object of a few levels, with the keywords that contracts mostly use."""
    fields: dict[str, Any] = {}
    for index in range(6):
        name = f"field{seed}{index}"
        if depth and index % 3 == 0:
            fields[name] = schema(depth - 1, seed)
        elif index % 2:
            fields[name] = {"type": "string", "maxLength": 20 + index, "pattern": "^[A-Z0-9-]+$"}
        else:
            fields[name] = {"type": "number", "minimum": 0, "multipleOf": 0.001, "example": 12.5}
    description = "What the buyer sent, as it was received from procurement. " * 3
    return {
        "type": "object",
        "description": description,
        "required": list(fields)[:3],
        "properties": fields,
    }


def contract(operations: int) -> dict[str, Any]:
    """An OpenAPI document of that many operations."""
    paths: dict[str, Any] = {}
    for index in range(operations):
        body = {"application/json": {"schema": schema(2, index)}}
        paths[f"/resources/{index}/{{id}}"] = {
            "post": {
                "operationId": f"create{index}",
                "parameters": [{"name": "id", "in": "path", "required": True}],
                "requestBody": {"content": body},
                "responses": {"200": {"description": "created", "content": body}},
            }
        }
    return {"openapi": "3.1.0", "info": {"title": "bench", "version": "1.0.0"}, "paths": paths}


def best(run: Callable[[], object], repeat: int = 3) -> float:
    """Seconds of the quickest of several runs, without garbage collection."""
    times = []
    for _ in range(repeat):
        gc.collect()
        gc.disable()
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
        gc.enable()
    return min(times)


def main(operations: int) -> None:
    """Print the table."""
    data = contract(operations)
    pretty = json.dumps(data, indent=2).encode()
    compact = orjson.dumps(data)
    text = yaml_rs.dumps(data) + "\n"
    raw_yaml = text.encode()
    deep = f"/paths/~1resources~1{operations - 1}~1{{id}}/post/responses/200/content"
    floor_json = best(lambda: orjson.loads(pretty))
    floor_yaml = best(lambda: yaml_rs.loads(text, parse_datetime=False))
    rows: list[tuple[str, float, float]] = [
        ("load JSON, pretty", best(lambda: load(pretty)), floor_json),
        ("load JSON, compact", best(lambda: load(compact)), best(lambda: orjson.loads(compact))),
        ("load YAML", best(lambda: load(raw_yaml)), floor_yaml),
        ("YAML by events only", best(lambda: compose(text, "", Limits()), 1), floor_yaml),
        ("identify every subtree", best(lambda: Subtrees().of(data)), floor_json),
        ("compare with an equal copy", best(equal(data, orjson.loads(compact))), floor_json),
        ("first line, JSON", best(lambda: load(pretty).line(deep)), floor_json),
        ("first line, YAML", best(lambda: load(raw_yaml).line(deep)), floor_yaml),
    ]
    sizes = f"{len(pretty) / 1e6:.1f} MB pretty, {len(compact) / 1e6:.1f} MB compact"
    print(f"{operations} operations: JSON {sizes}; YAML {len(raw_yaml) / 1e6:.1f} MB")
    print(f"{'':<28}{'ms':>8}{'ratio to parsing':>20}")
    for label, seconds, floor in rows:
        print(f"{label:<28}{seconds * 1000:>8.0f}{seconds / floor:>20.1f}")


def equal(left: Any, right: Any) -> Callable[[], object]:
    """Whether two documents are the same, asked anew each time."""
    return lambda: Subtrees().same(left, right)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1500)
