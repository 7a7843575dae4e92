"""A breaking change on the command line: refusal, waiver of two teams, sunset, subscription."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from tests.e2e.conftest import Run, Server
from tests.integration.story import ESTATE, openapi, sidecar

GATE = ("can-i-deploy", "--system", "orders", "--version", "2", "--to", "production")
USES = [{"operation": "getOrder", "reads": ["id", "total"]}]


def test_the_life_of_a_breaking_change(server: Server, interlock: Run, tmp_path: Path) -> None:
    admin = {"INTERLOCK_URL": server.url, "INTERLOCK_TOKEN": server.token}
    told = httpx.put(
        f"{server.url}/api/v1/estate",
        json={"document": json.dumps(ESTATE), "filename": "estate.json"},
        headers={"Authorization": f"Bearer {server.token}"},
        timeout=60,
    )
    assert told.is_success, told.text

    def does(env: dict[str, str], *arguments: str, status: int = 0) -> str:
        ended = interlock(*arguments, **env)
        assert ended.status == status, ended.out + ended.err
        assert max(map(len, ended.out.splitlines()), default=0) <= 200
        return ended.out + ended.err

    def member(name: str, team: str) -> dict[str, str]:
        roles = ("--role", "publisher", "--role", "approver")
        secret = does(admin, "token", "create", name, *roles, "--team", team).splitlines()[0]
        return {**admin, "INTERLOCK_TOKEN": secret}

    olga, sam, dora = (
        member(name, f"{team}-team")
        for name, team in (("olga", "orders"), ("sam", "shop"), ("dora", "depot"))
    )
    both = [{"system": name, "uses": USES} for name in ("shop", "depot")]
    (tmp_path / "contract.yaml").write_bytes(sidecar(consumers=both))
    for number, total in (("1.0.0", "number"), ("2.0.0", "string")):
        (tmp_path / "orders.json").write_bytes(openapi(number, total))
        does(olga, "publish", "orders.json")
    hook = does(sam, "notify", "add", "https://example.org/h", "--team", "shop-team").splitlines()[
        0
    ]
    assert "shop-team" in does(sam, "notify", "list")
    assert does(dora, "notify", "list") == ""
    assert "pending" in does(sam, "notify", "test", hook) + does(sam, "notify", "deliveries")

    assert "BLOCKED" in does(olga, *GATE, status=1)
    until = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"
    asked = does(
        olga, "waiver", "request", "--contract", "orders.order", "--from", "1.0.0", "--to", "2.0.0",
        "--reason", "both are rewritten", "--until", until,
    )  # fmt: skip
    waiver = asked.split()[0]
    assert "waits for the signature of depot-team, shop-team" in asked
    assert "waits for the signature of depot-team" in does(sam, "waiver", "sign", waiver)
    does(olga, *GATE, status=1)
    assert waiver in does(dora, "waiver", "list", "--open", status=1)
    assert "counts" in does(dora, "waiver", "sign", waiver)
    assert "waived" in does(olga, *GATE)
    does(olga, "deployment", "record", "orders", "2", "--to", "production")

    does(sam, "deployment", "release", "shop", "3", "--consumes", "orders.order:2.0.0")
    does(sam, "deployment", "record", "shop", "3", "--to", "production")
    assert "not for team" not in does(
        dora, "deployment", "end", "shop", "--from", "production", status=4
    )
    early = does(
        olga,
        "lifecycle",
        "move",
        "orders.order",
        "1.0.0",
        "deprecated",
        "--sunset",
        until,
        status=2,
    )
    assert "criticality 1 asks for notice" in early
    assert "deprecated, sunset" in does(
        olga, "lifecycle", "move", "orders.order", "1.0.0", "deprecated"
    )
    standing = does(olga, "lifecycle", "readiness", "orders.order", "1.0.0", status=1)
    assert "still used by depot 1 in production" in standing
    assert "shop" not in standing
    assert "its sunset is" in does(
        olga, "lifecycle", "move", "orders.order", "1.0.0", "retired", status=1
    )
    assert "revoked by" in does(dora, "waiver", "revoke", waiver)
    assert "Everything has an owner" in does(olga, "orphans")
