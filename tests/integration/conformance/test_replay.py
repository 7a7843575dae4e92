"""A breaking finding shown live on two releases of the reference ERP, and what keeps it from being."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance.plan import Auth, Safety
from conformance.replay import Deployment, Outcome, Replay, replay
from conformance.replay.text import WIDTH, text
from contracts import compare
from contracts.documents import load
from contracts.verdict import Finding, Level
from registry.domain import SYSTEM, Run, RunStatus
from registry.errors import Invalid
from registry.jobs.work import Work
from registry.services.publish_version import PublishVersion, publish_version
from registry.services.register_estate import RegisterEstate, register_estate
from registry.services.start_replay import StartReplay, start_replay
from registry.services.start_run import StartRun, start_run
from registry.settings import Settings
from registry.store.unit_of_work import SqlUnitOfWork
from registry.web.replays import replays_of
from tests.integration.conformance.conftest import (
    LIBRARY,
    TOKEN,
    Service,
    document_of,
    services,
)

OLD = load(document_of("erp.purchase-order"))
NEW = load(document_of("erp.purchase-order", "2.0.0"))
FINDINGS = {f.rule: f for f in compare(OLD, NEW).findings if f.level is Level.ERROR}
pytestmark = pytest.mark.xdist_group("replay")


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Service]]:
    with services(tmp_path_factory.mktemp("replay")) as start:
        yield start("erp"), start("erp", release="2.0.0")


def shown(
    finding: Finding, releases: tuple[Service, Service], safety: Safety | None = None
) -> Replay:
    auth = Auth("bearer", "env:TOKEN")
    old, new = (Deployment(s.url, safety or Safety(), auth) for s in releases)
    return replay(finding, (OLD, old), (NEW, new), environ={"TOKEN": TOKEN})


def test_a_request_that_only_the_old_release_takes(releases: tuple[Service, Service]) -> None:
    found = shown(FINDINGS["required-property-added"], releases)
    assert (found.outcome, found.operation) == (Outcome.SHOWN, "POST /purchase-orders"), found
    old, new = found.sides
    assert old.response is not None
    assert new.response is not None
    assert (old.response.status, new.response.status) == (201, 400)
    assert "incoterms" in new.says
    assert TOKEN not in json.dumps(found.to_json())
    assert Replay.from_json(json.loads(json.dumps(found.to_json()))) == found
    told = text((found,))
    assert all(len(line) <= WIDTH for line in told.splitlines())
    assert "1 of 1 shown live" in told


def test_the_contracts_example_is_sent_where_it_shows_it(
    releases: tuple[Service, Service],
) -> None:
    found = shown(FINDINGS["property-refused"], releases)
    assert found.outcome is Outcome.SHOWN
    assert found.sides[0].request is not None
    sent = json.loads(found.sides[0].request.body or "")
    assert (sent["supplierId"], "deliverTo" in sent["lines"][0]) == ("SUP-10023", True)
    assert any("other places" in note for note in found.explained), "incoterms are missing too"


def test_an_answer_is_looked_for_and_explained(releases: tuple[Service, Service]) -> None:
    found = shown(FINDINGS["enum-value-added"], releases)
    assert (found.outcome, found.operation.split()[0]) == (Outcome.NOT_SHOWN, "GET")
    assert any("onHold" in note for note in found.explained)
    removed = replace(
        FINDINGS["enum-value-added"], where=("GET /purchase-orders response 200 application/json",)
    )
    assert shown(removed, releases).sides[1].response is not None


def test_an_answer_that_old_readers_cannot_read_is_shown(
    releases: tuple[Service, Service], tmp_path: Path
) -> None:
    with services(tmp_path) as start:
        broken = start("erp", "availability-day-as-instant")
        document = load(document_of("erp.inventory-availability"))
        label = "GET /inventory/availability response 200 application/json"
        finding = replace(FINDINGS["enum-value-added"], where=(label,))
        auth = Auth("bearer", "env:TOKEN")
        sides = [Deployment(s.url, auth=auth) for s in (releases[0], broken)]
        found = replay(
            finding, (document, sides[0]), (document, sides[1]), environ={"TOKEN": TOKEN}
        )
    assert found.outcome is Outcome.SHOWN, found
    assert "nextReceiptDate" in found.sentence


def test_what_an_environment_forbids_is_not_sent(releases: tuple[Service, Service]) -> None:
    found = shown(FINDINGS["required-property-added"], releases, Safety("live", production=True))
    assert found.outcome is Outcome.UNDECIDED
    assert [side.response for side in found.sides] == [None, None]
    assert all("production-safe-methods-only" in side.refused for side in found.sides)
    elsewhere = Safety("test", hosts=("erp.example:443",))
    found = shown(FINDINGS["required-property-added"], releases, elsewhere)
    assert all("target-on-the-list" in side.refused for side in found.sides)


def test_nobody_there_and_nothing_to_send(releases: tuple[Service, Service]) -> None:
    gone = Service("http://127.0.0.1:9", 0, Path())
    found = shown(FINDINGS["required-property-added"], (releases[0], gone))
    assert found.outcome is Outcome.UNDECIDED
    assert "not reachable" in found.sides[1].refused
    bare = replace(FINDINGS["required-property-added"], witness=None)
    assert "Nothing was sent" in shown(bare, releases).sentence
    odd = replace(FINDINGS["required-property-added"], where=("message orders",))
    assert shown(odd, releases).outcome is Outcome.UNDECIDED


def test_a_registry_replays_under_the_rules_of_its_environments(
    releases: tuple[Service, Service], uow: SqlUnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERLOCK_TEST_ERP", TOKEN)
    folder = document_of("erp.purchase-order").parent
    sidecar = (folder / "contract.yaml").read_bytes()
    estate = json.loads(json.dumps(load(LIBRARY / "estate.yaml").data))
    auth = "env:INTERLOCK_TEST_ERP"
    for name, service in zip(("test", "staging"), releases, strict=True):
        safety = {"allowedMethods": ["GET", "POST"]}
        endpoint = {"system": "erp", "url": service.url, "auth": auth}
        stated = {"id": name, "name": name, "safety": safety, "endpoints": [endpoint]}
        others = [e for e in estate["environments"] if e["id"] != name]
        estate["environments"] = [*others, stated]
    estate["deployments"] = []
    document = json.dumps(estate, default=str).encode()
    register_estate(RegisterEstate(document, "estate.json"), uow, SYSTEM)
    for number, branch in (("1.0.0", ""), ("2.0.0", "next")):
        content = document_of("erp.purchase-order", number).read_bytes()
        command = PublishVersion(content, sidecar=sidecar, number=number, branch=branch)
        publish_version(command, uow, SYSTEM)

    def ask(**rest: Any) -> Run:
        given = {"findings": ("required-property-added",)} | rest
        asked = StartReplay("erp.purchase-order", "1.0.0", "2.0.0@next", "test", "staging", **given)
        return start_replay(asked, uow, SYSTEM)

    done = Work(Settings(), uow).carry_out(ask().id)
    assert done is not None
    assert (done.status, done.note) == (RunStatus.INCONCLUSIVE, "1 of 1 shown live")
    (found,) = replays_of(done.summary)
    assert (found.outcome, found.sides[0].url) == (Outcome.SHOWN, releases[0].url)
    assert TOKEN not in json.dumps([dict(done.summary), dict(done.settings)])
    with pytest.raises(Invalid, match="may not leave"):
        ask(old_url="http://127.0.0.1:9")
    with pytest.raises(Invalid, match="replay"):
        settings = {"replay": {"old": {"url": "http://elsewhere"}}}
        start_run(StartRun("erp.purchase-order", "test", settings=settings), uow, SYSTEM)
