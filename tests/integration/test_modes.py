"""Confluent's seven modes, through the registry: who is compared with whom, and in which direction.

Source: docs.confluent.io, *Schema Evolution and Compatibility*, compatibility types.
"""

from __future__ import annotations

import json
from typing import Any

from contracts.verdict import Mode
from registry.domain import SYSTEM
from registry.services.publish_version import PublishStatus, PublishVersion, publish_version
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.story import sidecar, tell

MODES = tuple(mode for mode in Mode if mode is not Mode.DIRECTIONAL)


def record(*fields: tuple[str, Any]) -> bytes:
    """An Avro record; a field with a value beside its name has it as its default."""
    listed = [{"name": n, "type": "string"} | ({"default": d} if d else {}) for n, d in fields]
    return json.dumps({"type": "record", "name": "Order", "fields": listed}).encode()


def enum(*symbols: str) -> bytes:
    return json.dumps({"type": "enum", "name": "Status", "symbols": symbols}).encode()


def schema(*types: str) -> bytes:
    said = {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": list(types)}
    return json.dumps(said).encode()


def proto(field: str) -> bytes:
    return f'syntax = "proto3"; message Order {{ {field} }}'.encode()


ONE, DEFAULT, TWO = (
    record(("id", "")),
    record(("id", ""), ("x", "?")),
    record(("id", ""), ("x", "")),
)
LATEST_ONLY = {"backward", "forward", "full"}
ALL = LATEST_ONLY | {"backward_transitive", "forward_transitive", "full_transitive"}
BACK, FORTH = {"backward", "backward_transitive"}, {"forward", "forward_transitive"}


CASES: tuple[tuple[str, list[bytes], bytes, set[str]], ...] = (
    ("avro", [ONE], DEFAULT, ALL),
    ("avro", [ONE], TWO, FORTH),
    ("avro", [TWO], ONE, BACK),
    ("avro", [ONE, DEFAULT], TWO, LATEST_ONLY | FORTH),
    ("avro", [TWO, DEFAULT], ONE, LATEST_ONLY | BACK),
    ("avro", [enum("A", "B")], enum("A", "B", "C"), BACK),
    ("avro", [enum("A", "B")], enum("A"), FORTH),
    ("jsonschema", [schema("string")], schema("string", "null"), BACK),
    ("jsonschema", [schema("string", "null")], schema("string"), FORTH),
    ("jsonschema", [schema("string"), schema("null")], schema("null"), LATEST_ONLY),
    ("jsonschema", [schema("string"), schema("null")], schema("null", "string"), BACK),
    ("protobuf", [proto("int32 a = 1;")], proto("int32 a = 1; string b = 2;"), ALL),
    ("protobuf", [proto("int32 a = 1;")], proto("repeated int32 a = 1;"), BACK),
    ("protobuf", [proto("repeated int32 a = 1;")], proto("int32 a = 1;"), FORTH),
    ("protobuf", [proto("string a = 1;"), proto("int32 a = 1;")], proto("int64 a = 1;"), LATEST_ONLY),
)  # fmt: skip
"""Format, what was published before, what comes now, and the modes that let it pass."""


def test_a_version_is_accepted_in_these_modes(uow: SqlUnitOfWork) -> None:
    tell(uow)
    for position, (format_, history, candidate, accepted) in enumerate(CASES):
        name = f"orders.shape{position}"
        for minor, document in enumerate(history):
            publish(uow, name, document, f"1.{minor}.0", "none", format_)
        last = f"1.{len(history)}.0"
        found = {
            mode.value: publish(
                uow, name, candidate, last, mode.value, format_, dry_run=True
            ).status
            for mode in MODES
        }
        passed = {mode for mode, status in found.items() if status is not PublishStatus.REFUSED}
        assert passed == accepted | {"none"}, (position, history, candidate)


def publish(
    uow: SqlUnitOfWork,
    contract: str,
    document: bytes,
    number: str,
    mode: str,
    format_: str,
    **rest: Any,
) -> Any:
    name = {"protobuf": "order.proto", "avro": "order.avsc"}.get(format_, "order.json")
    said = sidecar(id=contract, compatibility=mode, consumers=[])
    command = PublishVersion(document, name, said, number=number, format=format_, **rest)
    return publish_version(command, uow, SYSTEM)
