"""A team, a pipeline and an architect at a live registry, on both databases."""

from __future__ import annotations

import json
from pathlib import Path

import httpx

from tests.e2e.conftest import Run, Server

LIBRARY = Path(__file__).parents[2] / "contracts" / "library"
RECEIPT = LIBRARY / "erp" / "goods-receipt"


def test_from_publishing_to_the_gate(server: Server, interlock: Run, tmp_path: Path) -> None:
    env = {"INTERLOCK_URL": server.url, "INTERLOCK_TOKEN": server.token}
    estate = (LIBRARY / "estate.yaml").read_text("utf-8")
    told = httpx.put(
        f"{server.url}/api/v1/estate",
        json={"document": estate},
        headers={"Authorization": f"Bearer {server.token}"},
        timeout=60,
    )
    assert told.is_success, told.text

    dry = interlock("publish", LIBRARY, "--dry-run", **env)
    assert (dry.status, dry.err) == (0, "")
    assert "would-publish  erp.purchase-order 1.0.0" in dry.out
    published = interlock("publish", LIBRARY, **env)
    assert published.status == 0, published.err
    assert "published      erp.goods-receipt 2.0.0@proposal, breaking with 1.0.0" in published.out
    again = interlock("publish", LIBRARY, **env)
    assert again.status == 0
    assert {line.split()[0] for line in again.out.splitlines() if line[0] != " "} == {"unchanged"}

    breaking = interlock(
        "check", RECEIPT / "2.0.0.openapi.yaml", "--contract", "erp.goods-receipt", **env
    )
    assert breaking.status == 1
    assert breaking.out.startswith("BREAKING")
    same = interlock(
        "check", RECEIPT / "1.0.0.openapi.yaml", "--contract", "erp.goods-receipt", **env
    )
    assert same.status == 0

    refused = interlock(
        "can-i-deploy", "--system", "erp", "--version", "2.0.0", "--to", "production", **env
    )
    assert refused.status == 1
    assert refused.out.startswith("NO  erp 2.0.0 → production")
    assert "wms" in refused.out
    assert "materialDocument" in refused.out
    assert max(map(len, refused.out.splitlines())) <= 80
    as_json = interlock(
        "can-i-deploy", "--system", "erp", "--version", "2.0.0", "--to", "production", "--format", "json", **env
    )  # fmt: skip
    assert json.loads(as_json.out)["answer"] == "no"
    open_question = interlock(
        "can-i-deploy", "--system", "wms", "--version", "1.0.0", "--to", "production", **env
    )
    assert open_question.status == 3, "nothing shows yet that it keeps its contracts"
    fine = interlock("can-i-deploy", "--system", "bi", "--version", "1.0.0", "--to", "test", **env)
    assert fine.status == 0, fine.out

    number = interlock(
        "can-i-deploy", "--system", "erp", "--version", "9", "--to", "production", **env
    )
    assert (number.status, number.out) == (2, "")
    assert "9" in number.err
    made = interlock(
        "token", "create", "ci", "--role", "publisher", "--team", "erp-inventory", **env
    )
    assert made.status == 0
    mine = {**env, "INTERLOCK_TOKEN": made.out.strip()}
    document = (RECEIPT / "1.0.0.openapi.yaml").read_text("utf-8")
    newer = tmp_path / "newer.yaml"
    newer.write_text(document.replace("version: 1.0.0", "version: 1.0.1", 1), encoding="utf-8")
    own = interlock("publish", newer, "--sidecar", RECEIPT / "contract.yaml", **mine)
    assert own.status == 0, own.err
    foreign = interlock("publish", LIBRARY / "wms" / "inventory-events", **mine)
    assert foreign.status in {0, 4}, "the same bytes change nothing, other bytes are refused"
    broken = tmp_path / "broken.yaml"
    broken.write_text(document.replace("- poNumber\n", "- poNumbers\n", 1), encoding="utf-8")
    conflict = interlock("publish", broken, "--sidecar", RECEIPT / "contract.yaml", **mine)
    assert conflict.status == 1
    assert "1.0.0" in conflict.err
    tokens = interlock("token", "list", **env)
    assert "publisher for erp-inventory" in tokens.out
    assert interlock("token", "list", **mine).status == 4


def test_matrix_and_merge_in_the_terminal(server: Server, interlock: Run) -> None:
    env = {"INTERLOCK_URL": server.url, "INTERLOCK_TOKEN": server.token}
    estate = (LIBRARY / "estate.yaml").read_text("utf-8")
    headers = {"Authorization": f"Bearer {server.token}"}
    httpx.put(
        f"{server.url}/api/v1/estate", json={"document": estate}, headers=headers, timeout=60
    ).raise_for_status()
    assert interlock("publish", LIBRARY, **env).status == 0
    question = ("matrix", "--contract", "erp.goods-receipt", "--in", "production")
    matrix = interlock(*question, **env)
    assert matrix.status == 0, matrix.err
    assert matrix.out.splitlines()[0] == "erp.goods-receipt in production"
    assert "procurement 1.0.0" in matrix.out
    cells = json.loads(interlock(*question, "--format", "json", **env).out)["cells"]
    assert {cell["contract"] for cell in cells} == {"erp.goods-receipt"}
    merge = interlock(
        "can-i-merge", "--contract", "erp.goods-receipt", "--version", "2.0.0@proposal", **env
    )
    assert merge.status == 1
    assert merge.out.startswith("NO  erp 2.0.0@proposal")
    fine = interlock("can-i-merge", "--contract", "erp.goods-receipt", "--version", "1.0.0", **env)
    assert (fine.status, fine.out[:3]) == (0, "YES")
    assert interlock("matrix", "--contract", "no.such", "--in", "production", **env).status == 2


def test_could_not_ask_is_an_answer_of_its_own(server: Server, interlock: Run) -> None:
    question = ("can-i-deploy", "--system", "erp", "--version", "1", "--to", "production")
    nobody = interlock(*question, "--url", "http://127.0.0.1:9")
    assert (nobody.status, nobody.out) == (4, "")
    assert "no registry answers at http://127.0.0.1:9" in nobody.err
    as_json = interlock(*question, "--url", "http://127.0.0.1:9", "--format", "json")
    assert as_json.status == 4
    assert json.loads(as_json.out)["answer"] == "could-not-ask"
    forged = interlock(*question, "--url", server.url, "--token", "ilk_nonsense")
    assert forged.status == 4
    other = interlock(*question, "--url", f"{server.url}/nowhere")
    assert other.status == 4


def test_writing_needs_a_token(server: Server, interlock: Run) -> None:
    refused = interlock("publish", RECEIPT, "--url", server.url)
    assert refused.status == 4
    assert "INTERLOCK_TOKEN" in refused.err
