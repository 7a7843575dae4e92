"""What a whole ``interlock diff`` costs, as ratios in one run: ``make bench``.

The floor is a process that starts, parses both files with the fastest loader and hashes every
subtree (its text, written by orjson, which is faster than anything that Python code could do with
the values). Processor time (user and system), the best of a few runs; other load does not count.
"""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import yaml_rs

sys.path.insert(0, str(Path(__file__).parent))
from openapi_documents import changed, document

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
PARSING = """
import sys
for path in sys.argv[1:]:
    if path.endswith('.json'):
        import orjson
        data = orjson.loads(open(path, 'rb').read())
    else:
        import yaml_rs
        data = yaml_rs.loads(open(path).read(), parse_datetime=False)
"""
FLOOR = f"""
import gc
import orjson
gc.disable()
def hashed(data):
    hashes, containers, write, sort = set(), [data], orjson.dumps, orjson.OPT_SORT_KEYS
    for value in containers:
        hashes.add(hash(write(value, option=sort)))
        below = value.values() if type(value) is dict else value
        containers.extend([v for v in below if type(v) is dict or type(v) is list])
{PARSING.rstrip()}
    hashed(data)
"""
INTERLOCK = "from registry.cli.main import main; main()"
"""What the installed script does."""
RUNNER = """
import os, subprocess, sys
quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
for _ in range(int(sys.argv[1])):
    process = subprocess.Popen(sys.argv[2:], **quiet)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, process.returncode)
"""
"""Runs a command: a child's peak memory is never below its parent's, so the parent is small."""


class Case(NamedTuple):
    """Two versions to compare, and in how many distinct places they differ."""

    name: str
    old: Any
    new: Any
    changes: int
    yaml: bool = False


class Cost(NamedTuple):
    """Processor seconds, peak bytes and exit status of a process."""

    seconds: float
    memory: int
    status: int


def ring(operations: int) -> Any:
    """A document in which every component reaches every other."""
    data = document(operations)
    schemas = data["components"]["schemas"]
    names = [name for name in schemas if name != "Problem"]
    for index, name in enumerate(names):
        following = names[(index + 1) % len(names)]
        schemas[name]["properties"]["next"] = {"$ref": f"#/components/schemas/{following}"}
    return data


def mesh(components: int) -> Any:
    """A document in which every component refers to five others, and so reaches all."""
    data = document(components)
    schemas = data["components"]["schemas"]
    names = [name for name in schemas if name != "Problem"]
    for index, name in enumerate(names):
        for step in (1, 7, 31, 101, 313):
            target = {"$ref": f"#/components/schemas/{names[(index + step) % len(names)]}"}
            value = {"type": "array", "items": target} if step % 3 else target
            schemas[name]["properties"][f"other{step}"] = value
    return data


def expandable(components: int) -> Any:
    """A document whose components refer to each other by name or whole, as an API of payments does."""
    data = document(components)
    schemas = data["components"]["schemas"]
    names = [name for name in schemas if name != "Problem"]
    for index, name in enumerate(names):
        properties = schemas[name]["properties"]
        properties["object"] = {"type": "string", "enum": [name.lower()]}
        for step in (1, 3, 17, 59):
            target = {"$ref": f"#/components/schemas/{names[(index + step) % len(names)]}"}
            union = {
                "anyOf": [{"type": "string", "maxLength": 5000}, target],
                "nullable": step == 3,
            }
            properties[f"expandable{step}"] = union
        schemas[name]["required"] = ["id", "object"]
    return data


def shortened(old: Any) -> Any:
    """The next version: every component takes shorter identifiers."""
    new = copy.deepcopy(old)
    for name, schema in new["components"]["schemas"].items():
        if name != "Problem":
            schema["properties"]["id"]["maxLength"] = 10
    return new


def wide(members: int, longest: int) -> Any:
    """A schema of an object with many members."""
    field = {"type": "string", "maxLength": longest}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {f"field{index}": field for index in range(members)},
    }


def _required(schema: Any) -> Any:
    return {**schema, "required": ["field1"]}


CASES: dict[str, tuple[Callable[[], Any], Callable[[Any], Any], int]] = {
    "JSON Schema, 1 change": (lambda: wide(5, 20), _required, 1),
    "10 operations": (lambda: document(10), changed, 12),
    "10 operations, YAML": (lambda: document(10), changed, 12),
    "1,500 operations, equal": (lambda: document(1500), copy.deepcopy, 0),
    "1,500 operations": (lambda: document(1500), changed, 12),
    "1,500 operations, YAML": (lambda: document(1500), changed, 12),
    "a ring of 1,500 components": (lambda: ring(1500), changed, 12),
    "500 components, all reach all": (lambda: mesh(500), changed, 12),
    "300 components in unions": (lambda: expandable(300), changed, 12),
    "1,000 components, all broken": (lambda: document(1000), shortened, 1000),
    "2,000 members, all changed": (lambda: wide(2000, 20), lambda _: wide(2000, 10), 2000),
}
"""Name → the old version, the new one made of it, in how many places they differ."""


def case(name: str) -> Case:
    """Two versions of that name."""
    make, change, changes = CASES[name]
    old = make()
    return Case(name, old, change(old), changes, name.endswith("YAML"))


def cost(command: list[str], repeat: int) -> Cost:
    """The best of several runs of a process."""
    told = subprocess.run(
        [sys.executable, "-c", RUNNER, str(repeat), *command],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    runs = [line.split() for line in told.stdout.splitlines()]
    return min(Cost(float(time), int(memory), int(status)) for time, memory, status in runs)


def measured(case: Case, folder: Path) -> tuple[int, Cost, Cost, Cost]:
    """The size of both files, merely parsing them, the floor, and the whole command."""
    paths = []
    for side, data in (("old", case.old), ("new", case.new)):
        path = folder / f"{side}.{'yaml' if case.yaml else 'json'}"
        path.write_text(yaml_rs.dumps(data) + "\n" if case.yaml else json.dumps(data, indent=2))
        paths.append(str(path))
    size = sum(Path(path).stat().st_size for path in paths)
    repeat = 2 if size > 1_000_000 else 8
    parsing = cost([sys.executable, "-c", PARSING, *paths], repeat)
    floor = cost([sys.executable, "-c", FLOOR, *paths], repeat)
    command = [sys.executable, "-c", INTERLOCK, "diff", *paths]
    return size, parsing, floor, cost(command, repeat)


def main() -> None:
    """Print the table."""
    start = cost([sys.executable, "-c", "pass"], 8)
    nothing = cost([sys.executable, "-c", INTERLOCK, "--help"], 8)
    print(f"python starts in {start.seconds * 1000:.0f} ms, `interlock --help` in", end=" ")
    print(f"{nothing.seconds * 1000:.0f} ms (processor time)\n")
    print(
        f"{'':<31}{'MB':>7}{'parse s':>9}{'floor s':>9}{'diff s':>9}{'ratio':>7}{'memory':>9}{'exit':>6}"
    )
    with tempfile.TemporaryDirectory() as folder:
        for name in CASES:
            one = case(name)
            size, parsing, floor, whole = measured(one, Path(folder))
            allowed = 0.0005 * one.changes
            ratio = max(0.0, whole.seconds - allowed) / floor.seconds
            memory = f"{whole.memory / size:.0f} ×" if size > 1_000_000 else "-"
            print(f"{name:<31}{size / 1e6:>7.2f}", end="")
            print(f"{parsing.seconds:>9.2f}{floor.seconds:>9.2f}", end="")
            print(f"{whole.seconds:>9.2f}{ratio:>7.1f}{memory:>9}{whole.status:>6}", flush=True)
    print("\nratio: without 0.5 ms for each changed place. memory: peak by the size of both files.")


if __name__ == "__main__":
    main()
