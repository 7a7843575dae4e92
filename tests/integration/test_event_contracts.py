"""Event contracts at the registry: published, checked for each consumer, ``.proto`` files with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.verdict import Verdict
from registry.cli.documents import document_text
from registry.domain import ANONYMOUS, SYSTEM
from registry.services.check_compatibility import (
    CheckCompatibility,
    CompatibilityOutcome,
    check_compatibility,
)
from registry.services.publish_version import (
    PublishOutcome,
    PublishStatus,
    PublishVersion,
    publish_version,
)
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.story import SIDECAR, tell

Json = Any
NAME = "orders.order-events"
PROMISED = SIDECAR | {
    "id": NAME,
    "events": {"partitionKey": ["id"]},
    "consumers": [
        {"system": "shop", "uses": [{"channel": "orders", "reads": ["total"]}]},
        {"system": "depot", "uses": [{"message": "picked"}]},
    ],
}
HEADERS = {"type": "object", "required": ["ce_id"], "properties": {"ce_id": {"type": "string"}}}


def written(folder: Path, number: str, total: str = "integer", quantity: str = "int32") -> bytes:
    """The document of a version as the command line sends it, with its ``.proto`` file inside."""
    payload = {"type": "object", "required": ["total"], "properties": {"total": {"type": total}}}
    picked = {
        "schemaFormat": "application/vnd.google.protobuf;version=3",
        "schema": {"$ref": "picked.proto"},
    }
    messages = {
        "orders": {"placed": {"headers": HEADERS, "payload": payload}},
        "picks": {"picked": {"payload": picked}},
    }
    document = {
        "asyncapi": "3.0.0",
        "info": {"title": "Orders", "version": number},
        "defaultContentType": "application/json",
        "channels": {
            name: {"address": f"shop.{name}", "messages": listed}
            for name, listed in messages.items()
        },
        "operations": {
            f"send-{name}": {"action": "send", "channel": {"$ref": f"#/channels/{name}"}}
            for name in messages
        },
    }
    folder.mkdir(exist_ok=True)
    (folder / "asyncapi.yaml").write_text(yaml.safe_dump(document))
    text = (
        f'syntax = "proto3";\nmessage Picked {{\n  string id = 1;\n  {quantity} quantity = 2;\n}}\n'
    )
    (folder / "picked.proto").write_text(text)
    return document_text(folder / "asyncapi.yaml").encode()


def sent(uow: SqlUnitOfWork, document: bytes, **more: Json) -> PublishOutcome:
    command = PublishVersion(
        document, "asyncapi.yaml", sidecar=json.dumps(PROMISED).encode(), **more
    )
    return publish_version(command, uow, SYSTEM)


def asked(uow: SqlUnitOfWork, document: bytes, **more: Json) -> CompatibilityOutcome:
    return check_compatibility(CheckCompatibility(NAME, document, **more), uow, ANONYMOUS)


@pytest.fixture(autouse=True)
def estate(uow: SqlUnitOfWork, tmp_path: Path) -> None:
    tell(uow)
    assert sent(uow, written(tmp_path / "a", "1.0.0")).status is PublishStatus.PUBLISHED


def test_the_same_events_again_are_compatible(uow: SqlUnitOfWork, tmp_path: Path) -> None:
    assert asked(uow, written(tmp_path / "b", "1.1.0")).verdict is Verdict.COMPATIBLE


@pytest.mark.parametrize(
    ("change", "rule", "hurt"),
    [
        ({"total": "number"}, "type-widened", {"shop"}),
        ({"quantity": "string"}, "proto-field-type-changed", {"depot"}),
    ],
)
def test_a_change_is_told_to_whom_it_hurts(
    uow: SqlUnitOfWork, tmp_path: Path, change: dict[str, str], rule: str, hurt: set[str]
) -> None:
    told = asked(uow, written(tmp_path / "b", "2.0.0", **change))
    ((_, report),) = told.reports
    (finding,) = report.breaking
    assert finding.rule == rule
    assert set(finding.consumers) == hurt
    assert finding.witness is not None
    assert (finding.witness.as_message or "").startswith("send shop.")
    broken = {one.consumer for one in told.consumers if one.verdict is Verdict.BREAKING}
    assert broken == hurt


def test_another_partition_key_is_a_break_without_any_schema(
    uow: SqlUnitOfWork, tmp_path: Path
) -> None:
    promised = json.dumps(PROMISED | {"events": {"partitionKey": ["total"]}}).encode()
    told = asked(uow, written(tmp_path / "b", "1.1.0"), sidecar=promised)
    rules = {finding.rule for _, report in told.reports for finding in report.findings}
    assert rules == {"partition-key-changed"}
