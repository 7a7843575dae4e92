"""Names in namespaces, aliases at every level and unions of named types, held against fastavro."""

from __future__ import annotations

import copy
import io
from random import Random
from typing import Any

import fastavro
import pytest

from contracts.documents import from_data
from contracts.errors import InvalidContract
from contracts.formats.avro.resolution import Clash, clashes
from contracts.formats.avro.schema import Schema, parse
from contracts.formats.avro.witness import Samples, rejection, value_at

Json = Any
PRIMITIVES = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"]
WIDER = {"int": "long", "long": "float", "float": "double", "string": "bytes", "bytes": "string"}
PLAIN: dict[str, Any] = {
    "null": None,
    "boolean": True,
    "int": -5,
    "long": 2**40,
    "float": 1.5,
    "double": 2.5,
    "bytes": b"ab",
    "string": "ab",
}
SLICES = 8
PAIRS_A_SLICE = 60


class Maker:
    """Draws a schema; every named type is defined once, in one of three namespaces."""

    def __init__(self, r: Random) -> None:
        self.r = r
        self.names: list[str] = []

    def schema(self, depth: int) -> Json:
        r = self.r
        kinds = ["primitive"] * 3 + ["array", "map", "union", "record", "record"] * (depth > 0)
        kind = r.choice([*kinds, "enum", "fixed", "name"])
        if kind == "name" and self.names:
            return r.choice(self.names)
        if kind == "array":
            return {"type": "array", "items": self.schema(depth - 1)}
        if kind == "map":
            return {"type": "map", "values": self.schema(depth - 1)}
        if kind == "union":
            return distinct([self.schema(depth - 1) for _ in range(r.randint(1, 3))])
        used = {name.rpartition(".")[2] for name in self.names}
        free = [name for name in "ABCD" if name not in used]
        return self.named(kind, r.choice(free), depth) if kind in {"record", "enum", "fixed"} and free else r.choice(PRIMITIVES)  # fmt: skip

    def named(self, kind: str, name: str, depth: int) -> Json:
        r = self.r
        full = r.choice(["", "x.", "y."]) + name
        self.names.append(full)
        made: dict[str, Json] = {"type": kind, "name": full}
        if r.random() < 0.3:
            made["aliases"] = [r.choice(["A", "B", "x.A", "y.B", "x.C"])]
        if kind == "enum":
            made["symbols"] = r.sample("XYZ", r.randint(1, 3))
        elif kind == "fixed":
            made["size"] = r.randint(1, 2)
        else:
            made["fields"] = [
                {"name": field, "type": self.schema(depth - 1)}
                for field in r.sample("pqrs", r.randint(0, 3))
            ]
        return made


def distinct(branches: list[Json]) -> list[Json]:
    """A union's branches, one of each type."""
    found = {
        (b if isinstance(b, str) else b.get("name", b["type"])): b
        for b in branches
        if not isinstance(b, list)
    }
    return list(found.values()) or ["null"]


def evolved(r: Random, schema: Json) -> Json:
    """The schema with promotions, moved branches, renamed types and fields, new symbols."""
    if isinstance(schema, str):
        return WIDER.get(schema, schema) if r.random() < 0.25 else schema
    if isinstance(schema, list):
        branches = distinct([evolved(r, branch) for branch in schema])
        r.shuffle(branches)
        return branches[: -1 if len(branches) > 1 and r.random() < 0.15 else None]
    made = dict(schema)
    for inner in ("items", "values"):
        if inner in made:
            made[inner] = evolved(r, made[inner])
    if "symbols" in made and r.random() < 0.3:
        made["symbols"] = made["symbols"][1:] or ["N"]
    if "fields" in made:
        made["fields"] = [_field(r, field) for field in made["fields"] if r.random() > 0.1]
        if r.random() < 0.2:
            made["fields"].append({"name": "z", "type": "int", "default": 1})
    if "name" in made and r.random() < 0.15:
        made |= {"aliases": [made["name"]], "name": "R" + made["name"].rpartition(".")[2]}
    return made


def _field(r: Random, field: Json) -> Json:
    changed = {**field, "type": evolved(r, field["type"])}
    if r.random() < 0.15:
        changed |= {"aliases": [field["name"]], "name": f"new_{field['name']}"}
    return changed


def value(r: Random, schema: Schema, depth: int = 0) -> Any:
    if depth > 12:
        raise RecursionError
    match schema.kind:
        case "record":
            return {n: value(r, f.schema, depth + 1) for n, f in schema.fields.items()}
        case "union":
            branch = r.choice(schema.parts)
            return (branch.name or branch.kind, value(r, branch, depth + 1))
        case "array":
            return [value(r, schema.parts[0], depth + 1) for _ in range(r.randint(0, 2))]
        case "map":
            return {"k": value(r, schema.parts[0], depth + 1)}
        case "enum":
            return r.choice(schema.symbols)
        case "fixed":
            return b"x" * schema.size
    return PLAIN[schema.kind]


def pair(seed: int) -> tuple[Json, Json, Schema, Schema] | None:
    r = Random(seed)
    writer = {"type": "array", "items": Maker(r).schema(3)}
    reader = evolved(r, writer) if r.random() < 0.8 else {"type": "array", "items": Maker(r).schema(3)}  # fmt: skip
    try:
        return writer, reader, parse(from_data(writer)), parse(from_data(reader))
    except InvalidContract:  # what is no longer defined is still named somewhere
        return None


def fastavro_is_lenient(clash: Clash) -> bool:
    """It takes one named type for another of the same name, and an alias in any namespace."""
    return clash.kind in {"type-mismatch", "union-branch-missing", "name-mismatch"}


@pytest.mark.parametrize("part", range(SLICES))
def test_what_is_readable_is_read_and_what_is_not_is_refused(part: int) -> None:
    told = {"readable": 0, "refused": 0}
    for seed in range(part * PAIRS_A_SLICE, (part + 1) * PAIRS_A_SLICE):
        drawn = pair(seed)
        if drawn is None:
            continue
        writer, reader, written, read = drawn
        found = list(clashes(written, read))
        if found:
            samples, check = Samples(written), rejection(writer, reader)
            for clash in found:
                try:
                    shown = value_at(written, clash, samples)
                except LookupError:  # a type without values
                    continue
                told["refused"] += 1
                assert check(shown) is not None or fastavro_is_lenient(clash), (seed, clash)
            continue
        try:
            sides = [fastavro.parse_schema(copy.deepcopy(schema)) for schema in (writer, reader)]
        except fastavro.schema.UnknownType:  # Java also looks outside of the namespace
            continue
        told["readable"] += 1
        for again in range(3):
            try:
                sample = value(Random(seed + again), written)
            except RecursionError:
                continue
            stream = io.BytesIO()
            fastavro.schemaless_writer(stream, sides[0], sample)
            stream.seek(0)
            fastavro.schemaless_reader(stream, *sides)
    assert min(told.values()) > 3
