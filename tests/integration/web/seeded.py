"""A registry with the shipped estate and library, a contract of our own and runs, for page tests."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from contracts.governance.shelf import read_library
from registry.app import open_runtime
from registry.domain import SYSTEM, Run, RunFailure, RunStatus, Version
from registry.runtime import Runtime
from registry.services.get_version import get_version
from registry.services.publish_version import PublishVersion, publish_version
from registry.services.register_estate import RegisterEstate, register_estate
from registry.settings import Settings

TICKET = b"""\
$schema: https://json-schema.org/draft/2020-12/schema
title: Ticket
type: object
required: [id, state]
properties:
  id: {type: string, maxLength: 20}
  state: {enum: [open, closed]}
  note: {type: string}
"""
TICKET_SIDECAR = b"""\
id: erp.ticket
title: Support tickets
provider: erp
owner: erp-inventory
steward: Jo Steward
compatibility: backward
consumers:
  - system: analytics
"""


def seeded_runtime(data: Path, *, open_mode: bool = True) -> Runtime:
    """A runtime on a fresh SQLite file in ``data``, filled through the use cases."""
    runtime = open_runtime(Settings(data=data, open=open_mode))
    uow = runtime.uow
    library = read_library()
    register_estate(RegisterEstate(library.estate_path.read_bytes()), uow, SYSTEM)
    for shelved in library.contracts:
        for item in shelved.versions:
            command = PublishVersion(
                item.path.read_bytes(),
                item.path.name,
                shelved.path.read_bytes(),
                number=item.number,
                branch=item.branch,
            )
            publish_version(command, uow, SYSTEM)
    ticket = PublishVersion(TICKET, "ticket.yaml", TICKET_SIDECAR, number="1.0.0")
    publish_version(ticket, uow, SYSTEM)
    _seed_runs(runtime, get_version("erp.purchase-order", "1.0.0", uow, SYSTEM).version)
    return runtime


def _seed_runs(runtime: Runtime, version: Version) -> None:
    now = runtime.uow.now()
    states = (RunStatus.FAILED, RunStatus.PASSED, RunStatus.RUNNING, RunStatus.INCONCLUSIVE)
    with runtime.uow.write() as store:
        for index, status in enumerate(states):
            run = Run(
                id=f"run-{status}",
                contract=version.contract,
                number="1.0.0",
                sha256=version.sha256,
                environment="test",
                system="erp",
                system_version="1.0.0",
                url="http://127.0.0.1:9/erp",
                suite="http",
                status=status,
                requested_at=now - timedelta(minutes=10 * index + 5),
                requested_by="tester",
                seed=7,
                started_at=now - timedelta(minutes=10 * index + 4),
                finished_at=now - timedelta(minutes=10 * index) if status.final else None,
                failures_count=1 if status is RunStatus.FAILED else 0,
                summary={"operations": {"tested": 6, "total": 6}},
                note="the endpoint did not answer" if status is RunStatus.INCONCLUSIVE else "",
            )
            store.runs.put(run)
        store.runs.put_failures("run-failed", [FAILURE])


FAILURE = RunFailure(
    check="status_code_conformance",
    title="Undocumented HTTP status code",
    message="Received: 418\nDocumented: 200, 404 <script>alert(1)</script>",
    operation="GET /purchase-orders/{poNumber}",
    pointer="/paths/~1purchase-orders~1{poNumber}/get/responses",
    line=40,
    curl="curl -X GET 'http://127.0.0.1:9/erp/purchase-orders/PO-1001'",
    request={"method": "GET", "url": "http://127.0.0.1:9/erp", "headers": {"Accept": "*/*"}},
    response={"status": 418, "headers": {"Content-Type": "application/json"}, "body": '{"a": 1}'},
    count=3,
)
