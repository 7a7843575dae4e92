"""The API keeps its own contract: every operation answered, every answer as documented."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from contracts.documents import load
from contracts.governance.lint import lint
from contracts.governance.sidecar import load_sidecar
from contracts.verdict import Level
from registry.api.contract import FOLDER, SIDECAR
from registry.api.document import VERSION
from registry.domain import Role
from registry.services.authorization import ALLOWED, Action
from tests.integration.api.conftest import DOCUMENT, OPERATIONS, Api
from tests.integration.conftest import Clock
from tests.integration.story import ESTATE, openapi, sidecar


def item(document: bytes, **rest: Any) -> dict[str, Any]:
    return {"document": document.decode(), "sidecar": sidecar().decode(), **rest}


def publish(api: Api, *items: dict[str, Any], dry_run: bool = False, expect: int = 200) -> Any:
    return api("publish", {"items": list(items), "dry_run": dry_run}, expect=expect)


def test_the_document_is_valid_openapi_and_served(client: FlaskClient) -> None:
    validate(DOCUMENT)
    served = client.get("/api/v1/openapi.json")
    assert served.get_json() == DOCUMENT
    again = client.get("/api/v1/openapi.json", headers={"If-None-Match": served.headers["ETag"]})
    assert again.status_code == 304


def test_the_published_document_is_the_one_the_routes_make() -> None:
    """After a change: ``python -m registry.api.contract``, and a new number once released."""
    published = FOLDER / f"{VERSION}.openapi.json"
    assert json.loads(published.read_text("utf-8")) == DOCUMENT
    problems = lint(load(published), load_sidecar(load(SIDECAR)), sidecar_document=load(SIDECAR))
    assert [p for p in problems if p.level is Level.ERROR] == []


def test_a_correlation_id_comes_back(client: FlaskClient) -> None:
    answer = client.get("/api/v1/contracts", headers={"X-Correlation-Id": "p2p-2026-000417"})
    assert answer.headers["X-Correlation-Id"] == "p2p-2026-000417"
    assert client.get("/api/v1/contracts").headers["X-Correlation-Id"]


def test_every_operation_does_what_it_says(admin: Api, clock: Clock) -> None:
    admin("putEstate", {"document": json.dumps(ESTATE), "filename": "estate.json"})
    first = publish(admin, item(openapi("1.0.0")))
    assert first["publications"][0]["status"] == "published"
    proposed = publish(admin, item(openapi("2.0.0", "string"), branch="text"))
    assert proposed["publications"][0]["report"]["verdict"] == "breaking"
    same = publish(admin, item(openapi("1.0.0")))
    assert same["publications"][0]["status"] == "unchanged"

    assert admin("whoami")["roles"] == ["admin"]
    assert admin("listContracts", text="order")["total"] == 1
    assert admin("getContract", name="orders.order")["contract"]["latest"] == "1.0.0"
    assert len(admin("listExpectations", name="orders.order")["expectations"]) == 2
    assert admin("getVersion", name="orders.order", label="latest")["report"] is None
    text = admin("getDocument", name="orders.order", label="1.0.0")
    assert text == openapi("1.0.0").decode()
    assert admin("getSidecar", name="orders.order", label="1.0.0") == sidecar().decode()
    compared = admin("compareVersions", name="orders.order", old="1.0.0", new="2.0.0@text")
    verdicts = {one["consumer"]: one["verdict"] for one in compared["consumers"]}
    assert verdicts == {"shop": "breaking", "depot": "compatible"}
    checked = admin("check", {"contract": "orders.order", "document": openapi("1.1.0").decode()})
    assert checked["verdict"] == "compatible"

    words = {"uses": {"uses": [{"operation": "getOrder", "reads": ["total"]}]}}
    depot = {"name": "orders.order", "consumer": "depot"}
    assert admin("declareUse", words, **depot)["source"] == "declared"
    compared = admin("compareVersions", name="orders.order", old="1.0.0", new="2.0.0@text")
    assert {one["verdict"] for one in compared["consumers"]} == {"breaking"}
    assert len(admin("deleteUse", **depot)) == 1
    words = {"uses": {"uses": [{"operation": "getOrder", "reads": ["id"]}]}, "proposed": True}
    assert not admin("declareUse", words, **depot)["confirmed"]
    assert admin("declineUse", **depot)["source"] == "inferred"
    admin("declareUse", words, **depot)
    assert admin("confirmUse", {}, **depot)["confirmed"]

    assert len(admin("getEstate")["systems"]) == 3
    assert admin("getSystem", system="orders")["system"]["team"] == "orders-team"
    admin("getOwnership")
    admin("putRelease", {"provides": {"orders.order": "1.0.0"}}, system="orders", version="3")
    admin(
        "createDeployment",
        {"system": "orders", "version": "3", "environment": "production"},
        expect=201,
    )
    decision = admin("canIDeploy", system="orders", version="3", to="production")
    assert decision["answer"] in {"yes", "unknown"}
    assert admin("createUndeployment", {"system": "depot", "environment": "production"})

    run = admin(
        "startRun",
        {"contract": "orders.order", "environment": "test", "url": "http://127.0.0.1:9/v1"},
        expect=202,
    )
    assert admin("listRuns", contract="orders.order")["total"] == 1
    assert admin("getRun", run=run["id"])["run"]["status"] == "queued"
    assert admin("cancelRun", run=run["id"])["status"] == "cancelled"
    (series,) = admin("getTrend", name="orders.order")["series"]
    assert (series["points"][0]["status"], series["pass_rate"]) == ("cancelled", None)
    assert admin("getRunReport", run=run["id"], format="har")["log"]["entries"] == []
    assert "CANCELLED" in admin("getRunReport", run=run["id"], format="text")

    waiver = admin(
        "requestWaiver",
        {
            "contract": "orders.order",
            "from_version": "1.0.0",
            "to_version": "2.0.0@text",
            "reason": "the shop moves next week",
            "expires_at": (clock() + timedelta(days=14)).isoformat(),
        },
        expect=201,
    )
    assert [w["id"] for w in admin("listWaivers")["waivers"]] == [waiver["id"]]
    admin("revokeWaiver", waiver=waiver["id"])

    merge = admin("canIMerge", contract="orders.order", version="2.0.0@text")
    assert merge["answer"] == "yes"  # the newest shop is built against 2.0.0 already
    tagged = {"name": "orders.order", "tag": "next"}
    assert admin("moveTag", {"version": "text"}, **tagged)["label"] == "2.0.0@text"
    assert [tag["name"] for tag in admin("listTags", name="orders.order")["tags"]] == ["next"]
    assert admin("canIMerge", contract="orders.order", version="next")["version"] == "2.0.0@text"
    assert admin("deleteTag", **tagged)["label"] == "2.0.0@text"
    assert admin("listReferrers", name="orders.order")["referrers"] == []
    matrix = admin("getMatrix", name="orders.order", environment="production")
    assert {cell["consumer"] for cell in matrix["cells"]} == {"shop"}

    hook = admin("createWebhook", {"url": "https://example.org/hook"}, expect=201)
    assert hook["secret"].startswith("whsec_")
    assert hook["secret"] not in str(admin("listWebhooks")["webhooks"])
    delivery = admin("sendTest", webhook=hook["webhook"]["id"], expect=202)
    assert [one["id"] for one in admin("listDeliveries", state="pending")["deliveries"]] == [
        delivery["id"]
    ]
    assert admin("replayDelivery", delivery=delivery["id"], expect=202)["attempts"] == 0
    assert not admin("stopWebhook", webhook=hook["webhook"]["id"])["active"]

    told = json.loads(json.dumps(ESTATE))
    told["environments"][0]["endpoints"][0]["url"] = "http://127.0.0.1:9/v1"
    admin("putEstate", {"document": json.dumps(told)})
    wanted = {"contract": "orders.order", "environment": "test"}
    trigger = admin("createTrigger", wanted, expect=201)
    assert trigger["secret"].startswith("trg_")
    assert "sealed_secret" not in str(admin("listTriggers", contract="orders.order"))
    fired = admin("fireTrigger", trigger=trigger["trigger"]["id"], expect=202)
    assert (fired["contract"], fired["status"]) == ("orders.order", "queued")
    log = '{"request": "GET /nowhere HTTP/1.1", "status": 200}'
    drift = admin("checkDrift", {"recording": log}, name="orders.order")
    assert [f["check"] for f in drift["failures"]] == ["undocumented_operation"]
    both = {"old_environment": "test", "new_environment": "test"}
    asked = {"old": "1.0.0", "new": "2.0.0@text", **both}
    assert admin("createReplay", asked, name="orders.order", expect=202)["suite"] == "replay"
    assert admin("removeTrigger", trigger=trigger["trigger"]["id"])["kind"] == "webhook"

    ana = {"login": "ana", "password": "correct horse battery", "roles": ["publisher"]}
    assert "password_hash" not in admin("createUser", ana, expect=201)
    assert admin("changeUser", {"disabled": True}, login="ana")["disabled_at"]
    assert [u["login"] for u in admin("listUsers")["users"]] == ["ana"]

    made = admin("createToken", {"name": "ci", "roles": ["publisher"]}, expect=201)
    assert made["secret"].startswith("ilk_")
    assert "secret" not in str(admin("listTokens"))
    rotated = admin("rotateToken", {"overlap_hours": 1}, token=made["token"]["id"], expect=201)
    assert rotated["secret"] != made["secret"]
    assert admin("listOrphans")["orphans"] == []
    assert admin("revokeToken", token=made["token"]["id"])["revoked_at"]
    step = {"to": "deprecated", "sunset_at": (clock() + timedelta(days=400)).isoformat()}
    admin("changeLifecycle", step, name="orders.order", number="1.0.0")
    shared = {"subject": "orders.order", "team": "shop-team"}
    assert "INTERLOCK_PUBLIC_READ" in admin("createShare", shared, expect=409)["detail"]
    assert admin("listShares", kind="contract", subject="orders.order")["shares"] == []
    admin("revokeShare", share="shr_none", expect=404)
    assert admin("listAudit")["total"] > 5
    assert admin("createCheckpoint", expect=201)["count"] > 5
    assert len(admin("listCheckpoints")["checkpoints"]) == 1
    assert admin("checkAudit")["broken_at"] is None
    untold = set(OPERATIONS) - admin.seen
    assert untold == {"approveWaiver"}, "every operation stands here, or in a test of its own"


def test_a_consumers_approver_signs_a_waiver(
    admin: Api, as_role: Callable[..., Api], clock: Clock
) -> None:
    publish(admin, item(openapi("1.0.0")))
    publish(admin, item(openapi("2.0.0", "string"), branch="text"))
    waiver = admin(
        "requestWaiver",
        {
            "contract": "orders.order",
            "from_version": "1.0.0",
            "to_version": "2.0.0@text",
            "reason": "the shop moves next week",
            "expires_at": (clock() + timedelta(days=14)).isoformat(),
        },
        expect=201,
    )
    approver = as_role(Role.APPROVER, teams=("shop-team",))
    signed = approver("approveWaiver", {"note": "agreed"}, waiver=waiver["id"])
    assert len(signed["approvals"]) == 1


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_who_may_call_it(operation: str, anonymous: Api, as_role: Callable[..., Api]) -> None:
    """A route that changes something asks for a token, and for the right role."""
    path, method, described = OPERATIONS[operation]
    action = Action(described["x-interlock-action"])
    assert described["x-interlock-roles"] == sorted(r.value for r in ALLOWED[action].roles)
    for name in re.findall(r"{(\w+)}", path):
        path = path.replace(f"{{{name}}}", "thing")
    body = EXAMPLE_BODIES.get(operation, {})
    for api in (anonymous, as_role(Role.VIEWER)):
        headers = {"Authorization": f"Bearer {api.token}"} if api.token else {}
        answer = api.client.open(f"/api/v1{path}", method=method, json=body, headers=headers)
        if action is Action.READ:
            assert answer.status_code not in {401, 403}
        else:
            assert answer.status_code == (403 if api.token else 401), answer.text
            assert answer.mimetype == "application/problem+json"


EXAMPLE_BODIES: dict[str, dict[str, Any]] = {
    "publish": {"items": [item(openapi("1.0.0"))]},
    "putEstate": {"document": "{}"},
    "createDeployment": {"system": "orders", "version": "1", "environment": "test"},
    "createUndeployment": {"system": "orders", "environment": "test"},
    "declareUse": {"uses": {"uses": [{"operation": "getOrder"}]}},
    "checkDrift": {"recording": "{}"},
    "createReplay": {
        "old": "1.0.0",
        "new": "2.0.0",
        "old_environment": "test",
        "new_environment": "test",
    },
    "startRun": {"contract": "orders.order", "environment": "test"},
    "createToken": {"name": "x"},
    "createUser": {"login": "x", "password": "correct horse battery"},
    "createTrigger": {"contract": "orders.order", "environment": "test"},
    "createWebhook": {"url": "https://example.org/hook"},
    "changeLifecycle": {"to": "retired"},
    "requestWaiver": {
        "contract": "orders.order",
        "from_version": "1.0.0",
        "to_version": "2.0.0",
        "reason": "because",
        "expires_at": "2027-01-01T00:00:00Z",
    },
}


@pytest.mark.parametrize(
    ("operation", "body", "given", "status", "word"),
    [
        ("listContracts", None, {"pages": "1"}, 400, "known are"),
        ("listContracts", None, {"page": "0"}, 400, "greater than or equal to 1"),
        ("listContracts", None, {"criticality": "high"}, 400, "integer"),
        ("getContract", None, {"name": "nobody.knows"}, 404, "nobody.knows"),
        ("canIDeploy", None, {"system": "orders"}, 400, "field required"),
        (
            "canIDeploy",
            None,
            {"system": "orders", "version": "9", "to": "production"},
            404,
            "9",
        ),
        (
            "canIDeploy",
            None,
            {"system": "orders", "version": "1", "to": "production", "together": "shop"},
            400,
            "system:version",
        ),
        (
            "canIDeploy",
            None,
            {"system": "orders", "version": "1", "to": "production", "at": "2026-01-01T00:00:00"},
            400,
            "offset",
        ),
        ("check", {"contract": "orders.order"}, {}, 400, "field required"),
        ("check", {"contract": "nobody", "document": "{}"}, {}, 404, "nobody"),
        ("publish", {"items": []}, {}, 400, "at least 1 item"),
        ("publish", {"items": [{"document": "a: 1"}]}, {}, 400, "contract.yaml"),
        ("publish", {"items": [item(b"a: 1\nb: [c")]}, {}, 400, "document:3:1"),
        ("publish", {"items": [item(b"a: 1")]}, {}, 400, "does not say its version"),
        ("createToken", {"name": "x", "roles": ["king"]}, {}, 400, "roles"),
        ("createToken", {"name": "x", "expires_at": "2020-01-01T00:00:00Z"}, {}, 400, "past"),
    ],
)
def test_bad_input_gets_one_clear_sentence(
    admin: Api, operation: str, body: Any, given: dict[str, str], status: int, word: str
) -> None:
    problem = admin(operation, body, expect=status, **given)
    told = problem["detail"] + str(problem.get("errors", ""))
    assert word.lower() in told.lower()
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"{}", "text/plain", 400),
        (b"[" * 100_000, "application/json", 400),
    ],
)
def test_a_broken_body_is_named(admin: Api, content: bytes, kind: str, status: int) -> None:
    headers = {"Authorization": f"Bearer {admin.token}", "Content-Type": kind}
    answer = admin.client.post("/api/v1/publications", data=content, headers=headers)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_a_refusal_carries_the_whole_answer_and_stores_nothing(admin: Api) -> None:
    publish(admin, item(openapi("1.0.0")))
    problem = publish(admin, item(openapi("1.1.0", "string")), expect=422)
    assert problem["reasons"]
    assert problem["publication"]["report"]["verdict"] == "breaking"
    dry = publish(admin, item(openapi("1.1.0", "string")), dry_run=True)
    assert dry["publications"][0]["refusals"]
    conflict = publish(admin, item(openapi("1.0.0", "string")), expect=409)
    assert conflict["code"] == "version-conflict"
    assert len(admin("getContract", name="orders.order")["versions"]) == 1


def test_many_are_published_or_none(admin: Api) -> None:
    publish(admin, item(openapi("1.0.0")), item(openapi("1.0.1", "string")), expect=422)
    admin("getContract", name="orders.order", expect=404)


def test_a_document_is_cached_by_its_hash(admin: Api) -> None:
    publish(admin, item(openapi("1.0.0")))
    path = "/api/v1/contracts/orders.order/versions/1.0.0/document"
    first = admin.client.get(path)
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    again = admin.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_an_unknown_address_is_a_problem_document(admin: Api) -> None:
    answer = admin.client.get("/api/v1/nothing/here")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
