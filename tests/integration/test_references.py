"""Contracts refer to published versions; what is referred to is found here only, and stays."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import ReferenceUnresolved
from contracts.verdict import Verdict
from registry.domain import ANONYMOUS, SYSTEM, Lifecycle, Reference, RunStatus
from registry.errors import PolicyDenied
from registry.jobs.work import Work
from registry.services.change_lifecycle import ChangeLifecycle, change_lifecycle
from registry.services.check_compatibility import CheckCompatibility, check_compatibility
from registry.services.get_version import get_version
from registry.services.publish_many import publish_many
from registry.services.publish_version import (
    Named,
    PublishOutcome,
    PublishStatus,
    PublishVersion,
    publish_version,
)
from registry.services.start_run import StartRun, start_run
from registry.settings import Settings
from registry.store.engine import connect
from registry.store.migrate import upgrade
from registry.store.transfer import export_registry, import_registry
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.conftest import Clock
from tests.integration.story import SIDECAR, openapi, tell

TYPES: dict[str, Any] = {
    "id": "orders.types", "title": "Types", "provider": "orders", "owner": "orders-team",
}  # fmt: skip


def types(version: str, amount: str = "number", **more: Any) -> PublishVersion:
    money = {"type": "object", "required": ["amount"], "properties": {"amount": {"type": amount}}}
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": {"Money": money}}
    return item(TYPES, schema, version, "types.json", **more)


def item(
    sidecar: dict[str, Any], document: Any, version: str, filename: str = "", **more: Any
) -> PublishVersion:
    content = document.encode() if isinstance(document, str) else json.dumps(document).encode()
    given = {"number": version, "filename": filename, "sidecar": json.dumps(sidecar).encode()}
    return PublishVersion(content, **(given | more))


def orders(version: str, ref: str, **more: Any) -> PublishVersion:
    document = json.loads(openapi(version))
    operation = document["paths"]["/orders/{id}"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    schema["properties"]["total"] = {"$ref": f"{ref}#/$defs/Money"}
    return item(SIDECAR, document, version, "orders.json", **more)


def publish(uow: SqlUnitOfWork, command: PublishVersion) -> PublishOutcome:
    return publish_version(command, uow, SYSTEM)


@pytest.fixture(autouse=True)
def _told(uow: SqlUnitOfWork) -> None:
    tell(uow)


def test_a_reference_is_resolved_and_compared(uow: SqlUnitOfWork) -> None:
    publish(uow, types("1.0.0"))
    publish(uow, types("2.0.0", amount="string"))
    found = publish(uow, orders("1.0.0", "interlock:orders.types@1.0.0"))
    assert found.version.content_sha256 != found.version.sha256
    assert [r.key for r in found.version.references] == ["orders.types@1.0.0"]
    view = get_version("orders.order", "1.0.0", uow, ANONYMOUS)
    assert view.resolved.sha256 == found.version.resolved_sha256
    with uow.read() as store:
        assert store.blobs.get(view.resolved.sha256) == view.resolved.raw
    moved = orders("1.1.0", "interlock:orders.types@2.0.0", dry_run=True)
    told = publish(uow, moved)
    assert told.report is not None
    assert told.report.verdict is Verdict.BREAKING
    assert {r.code for r in told.refusals} == {"breaking-needs-major"}
    assert told.report.breaking[0].new.source == "orders.types 2.0.0"
    checked = CheckCompatibility("orders.order", moved.document)
    assert check_compatibility(checked, uow, ANONYMOUS).verdict is Verdict.BREAKING


def test_who_refers_is_told_and_keeps_it_alive(uow: SqlUnitOfWork, clock: Clock) -> None:
    publish(uow, types("1.0.0"))
    publish(uow, orders("1.0.0", "interlock:orders.types@1.0.0"))
    told = publish(uow, types("2.0.0", amount="string", dry_run=True))
    assert [(r.contract, r.label, r.refers_to) for r in told.referrers] == [
        ("orders.order", "1.0.0", "1.0.0")
    ]
    check = check_compatibility(
        CheckCompatibility("orders.types", types("2.0.0").document), uow, ANONYMOUS
    )
    assert [r.contract for r in check.referrers] == ["orders.order"]
    view = get_version("orders.types", "1.0.0", uow, ANONYMOUS)
    assert [r.label for r in view.referrers] == ["1.0.0"]
    change_lifecycle(ChangeLifecycle("orders.types", "1.0.0", Lifecycle.DEPRECATED), uow, SYSTEM)
    clock.advance(days=100)
    retire = ChangeLifecycle("orders.types", "1.0.0", Lifecycle.RETIRED)
    with pytest.raises(PolicyDenied, match=r"referred to by orders\.order 1\.0\.0"):
        change_lifecycle(retire, uow, SYSTEM)


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        ("interlock:orders.types@9.0.0", "is not published; publish it first"),
        ("interlock:orders.types@3.0.0@money", "a proposal; a release refers to releases"),
        ("interlock:orders.types", "is no address of a published contract"),
        ("interlock:orders.old@1.0.0", "which is retired"),
        ("interlock:orders.proto@1.0.0", "leads to a document of the format protobuf"),
    ],
)
def test_what_cannot_be_referred_to(uow: SqlUnitOfWork, clock: Clock, ref: str, said: str) -> None:
    publish(uow, types("1.0.0"))
    publish(uow, types("3.0.0", branch="money"))
    publish(uow, item(TYPES | {"id": "orders.old"}, {"type": "object"}, "1.0.0"))
    for step in (Lifecycle.DEPRECATED, Lifecycle.RETIRED):
        change_lifecycle(ChangeLifecycle("orders.old", "1.0.0", step), uow, SYSTEM)
        clock.advance(days=100)
    proto = 'syntax = "proto3"; message Money { int64 units = 1; }'
    publish(uow, item(TYPES | {"id": "orders.proto"}, proto, "1.0.0", "money.proto"))
    with pytest.raises(PolicyDenied) as refused:
        publish(uow, orders("1.0.0", ref))
    assert said in str(refused.value)
    publish(uow, orders("1.0.0", "interlock:orders.types@1.0.0"))
    gone = orders("1.1.0", "interlock:orders.types@9.0.0").document
    with pytest.raises(ReferenceUnresolved, match=r"orders\.json.*is not published"):
        check = CheckCompatibility("orders.order", gone, "orders.json")
        check_compatibility(check, uow, ANONYMOUS)


def test_a_proposal_may_refer_to_a_proposal(uow: SqlUnitOfWork) -> None:
    publish(uow, types("1.0.0", branch="money"))
    found = publish(uow, orders("1.0.0", "interlock:orders.types@1.0.0@money", branch="pr"))
    assert found.version.references[0].version == "1.0.0@money"
    publish(uow, types("1.0.0", amount="string", branch="money"))
    again = publish(uow, orders("1.0.0", "interlock:orders.types@1.0.0@money", branch="pr"))
    assert again.status is PublishStatus.PUBLISHED  # same bytes, but what they refer to is new
    assert again.version.resolved_sha256 != found.version.resolved_sha256
    third = publish(uow, orders("1.0.0", "interlock:orders.types@1.0.0@money", branch="pr"))
    assert third.status is PublishStatus.UNCHANGED


AVRO = {
    "type": "record", "name": "Money", "namespace": "acme",
    "fields": [{"name": "amount", "type": "double"}],
}  # fmt: skip


def test_avro_names_and_imports_are_listed(uow: SqlUnitOfWork) -> None:
    publish(uow, item(TYPES | {"id": "orders.money"}, AVRO, "1.0.0", "money.avsc"))
    order = {"type": "record", "name": "Order", "fields": [{"name": "total", "type": "acme.Money"}]}
    bare = item(TYPES | {"id": "orders.event"}, order, "1.0.0", "order.avsc", dry_run=True)
    with pytest.raises(Exception, match=r"no Avro type is called 'acme\.Money'"):
        publish(uow, bare)
    listed = {"name": "acme.Money", "contract": "orders.money", "version": "1.0.0"}
    sidecar = TYPES | {"id": "orders.event", "references": [listed]}
    found = publish(uow, item(sidecar, order, "1.0.0", "order.avsc"))
    assert found.version.references[0].name == "acme.Money"
    proto = 'syntax = "proto3"; package acme; message Money { int64 units = 1; }'
    publish(uow, item(TYPES | {"id": "orders.proto"}, proto, "1.0.0", "money.proto"))
    changed = proto.replace("int64", "string")
    publish(uow, item(TYPES | {"id": "orders.proto"}, changed, "2.0.0", "money.proto"))
    text = (
        'syntax = "proto3"; package acme; import "money.proto"; message Order { Money total = 1; }'
    )
    own = TYPES | {"id": "orders.rpc"}
    for number, refused in (("1.0.0", False), ("1.1.0", True)):
        version = "2.0.0" if refused else "1.0.0"
        named = (Named("money.proto", "orders.proto", version),)
        out = publish(uow, item(own, text, number, "o.proto", references=named, dry_run=refused))
        assert bool(out.refusals) is refused, out.refusals


def test_in_one_transaction_the_referenced_comes_first(uow: SqlUnitOfWork) -> None:
    ref = "interlock:orders.types@1.0.0"
    items = [orders("1.0.0", ref), types("1.0.0")]
    done = publish_many(items, uow, SYSTEM)
    assert [one.contract.name for one in done] == ["orders.order", "orders.types"]
    assert done[0].version.references == (
        Reference(ref, "orders.types", "1.0.0", done[1].version.sha256, "jsonschema"),
    )


class Quoting(BaseHTTPRequestHandler):
    """Answers every order with a total that no Money of the referenced types is."""

    def do_GET(self) -> None:
        body = b'{"id": "1", "total": {"amount": "no number"}}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def test_a_live_system_is_held_against_what_is_referred_to(uow: SqlUnitOfWork) -> None:
    publish(uow, types("1.0.0"))
    version = publish(uow, orders("1.0.0", "interlock:orders.types@1.0.0")).version
    server = ThreadingHTTPServer(("127.0.0.1", 0), Quoting)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings = {
        "phases": ["fuzzing"],
        "max_examples": 2,
        "checks": ["response_schema_conformance"],
        "methods": ["GET"],
    }
    url = f"http://127.0.0.1:{server.server_port}/v1"
    command = StartRun("orders.order", "test", url=url, settings=settings)
    asked = start_run(command, uow, SYSTEM)
    assert asked.sha256 == version.resolved_sha256
    done = Work(Settings(), uow).carry_out(asked.id)
    server.shutdown()
    server.server_close()
    assert done is not None
    with uow.read() as store:
        failures = store.runs.failures(asked.id)
    assert done.status is RunStatus.FAILED, done.note
    assert any("no number" in f.message or "number" in f.message for f in failures), failures
    with uow.read() as store:
        evidence = store.runs.latest_evidence([version.content_sha256])
    assert [run.id for run in evidence[version.content_sha256]] == [asked.id]


def events(version: str, payload: Any) -> PublishVersion:
    document = {
        "asyncapi": "3.0.0",
        "info": {"title": "Moved", "version": version},
        "channels": {"moved": {"address": "moved", "messages": {"m": {"payload": payload}}}},
        "operations": {"send": {"action": "send", "channel": {"$ref": "#/channels/moved"}}},
    }
    return item(SIDECAR | {"id": "orders.moved", "consumers": []}, document, version, "e.json")


@pytest.mark.parametrize("kind", ["jsonschema", "avro"])
def test_messages_may_refer_to_types(uow: SqlUnitOfWork, kind: str) -> None:
    for version, amount in (("1.0.0", "number"), ("2.0.0", "string")):
        publish(uow, types(version, amount=amount))
        fields = [{"name": "amount", "type": {"number": "double", "string": "string"}[amount]}]
        money = item(TYPES | {"id": "orders.money"}, AVRO | {"fields": fields}, version, "m.avsc")
        publish(uow, money)

    def payload(version: str) -> dict[str, Any]:
        if kind == "jsonschema":
            return {"$ref": f"interlock:orders.types@{version}#/$defs/Money"}
        schema = {"$ref": f"interlock:orders.money@{version}"}
        return {"schemaFormat": "application/vnd.apache.avro;version=1.9.0", "schema": schema}

    publish(uow, events("1.0.0", payload("1.0.0")))
    same = publish(uow, replace(events("1.1.0", payload("1.0.0")), dry_run=True))
    assert same.report is not None
    assert same.report.verdict is Verdict.COMPATIBLE
    told = publish(uow, replace(events("1.1.0", payload("2.0.0")), dry_run=True))
    assert told.report is not None
    assert told.report.verdict is Verdict.BREAKING


def test_references_and_tags_survive_a_move(uow: SqlUnitOfWork, tmp_path: Path) -> None:
    publish(uow, types("1.0.0", tags=("stable",)))
    publish(uow, orders("1.0.0", "interlock:orders.types@1.0.0"))
    export_registry(uow, tmp_path / "all.interlock")
    engine = connect(f"sqlite:///{tmp_path / 'moved.sqlite3'}")
    upgrade(engine)
    moved = SqlUnitOfWork(engine)
    import_registry(moved, tmp_path / "all.interlock")
    found = get_version("orders.order", "1.0.0", moved, ANONYMOUS)
    assert found.resolved.sha256 == found.version.resolved_sha256
    stable = get_version("orders.types", "stable", moved, ANONYMOUS)
    assert [r.contract for r in stable.referrers] == ["orders.order"]
    engine.dispose()


def test_a_document_that_refers_to_too_much_is_refused(uow: SqlUnitOfWork) -> None:
    refs = {f"f{n}": {"$ref": f"interlock:orders.t{n}@1.0.0"} for n in range(2_000)}
    many = item(TYPES | {"id": "orders.many"}, {"properties": refs}, "1.0.0")
    with pytest.raises(PolicyDenied, match=r"is not published|more than"):
        publish(uow, many)
