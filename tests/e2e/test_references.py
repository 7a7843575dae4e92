"""A folder of contracts that refer to each other, and who uses them, from the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import httpx

from tests.e2e.conftest import Run, Server

ESTATE = """
teams: [{id: t, name: T}, {id: u, name: U}]
systems: [{id: erp, name: ERP, team: t}, {id: wms, name: WMS, team: u}, {id: bi, name: BI, team: u}]
"""
API = """
openapi: 3.1.0
info: {title: Quotes, version: %s}
paths:
  /quotes/{id}:
    get:
      operationId: getQuote
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        "200":
          description: It.
          content:
            application/json:
              schema:
                type: object
                required: [id, total]
                properties: {id: {type: string}, total: {$ref: "interlock:x.types@%s#/$defs/Money"}}
"""
PACT = {
    "consumer": {"name": "BI"},
    "provider": {"name": "ERP"},
    "interactions": [
        {
            "description": "a quote",
            "request": {"method": "GET", "path": "/quotes/1"},
            "response": {"status": 200, "body": {"total": {"amount": 1.5}}},
        }
    ],
}


def har(body: object) -> str:
    content = {"text": json.dumps(body)}
    request = {"method": "GET", "url": "https://erp/v1/quotes/1", "headers": []}
    response = {"status": 200, "headers": [], "content": content}
    return json.dumps({"log": {"entries": [{"request": request, "response": response}]}})


def write(folder: Path, sidecar: str, **documents: str) -> None:
    folder.mkdir(parents=True)
    listed = "".join(f"\n  - {{version: {v}, document: {v}.{end}}}" for v, end in (
        (name.rpartition(".")[0], name.rpartition(".")[2]) for name in documents
    ))  # fmt: skip
    versions = f"\nversions:{listed}" if listed else ""
    (folder / "contract.yaml").write_text(f"{sidecar}{versions}\n")
    for name, text in documents.items():
        (folder / name).write_text(text)


def money(kind: str) -> str:
    amount = {"type": "object", "required": ["amount"], "properties": {"amount": {"type": kind}}}
    return json.dumps({"title": "Types", "$defs": {"Money": amount}})


def test_references_expectations_and_tags(server: Server, interlock: Run, tmp_path: Path) -> None:
    env = {"INTERLOCK_URL": server.url, "INTERLOCK_TOKEN": server.token}
    head = {"Authorization": f"Bearer {server.token}"}
    httpx.put(f"{server.url}/api/v1/estate", json={"document": ESTATE}, headers=head, timeout=60)
    write(
        tmp_path / "all" / "quotes",
        "id: x.quotes\nprovider: erp\nowner: t\nconsumers:\n  - system: wms",
        **{"1.0.0.yaml": API % ("1.0.0", "1.0.0")},
    )
    write(
        tmp_path / "all" / "types",
        "id: x.types\nprovider: erp\nowner: t",
        **{"1.0.0.json": money("number"), "2.0.0.json": money("string")},
    )
    dry = interlock("publish", tmp_path / "all", "--dry-run", **env)
    assert (dry.status, dry.err) == (0, "")
    assert "3 versions: 3 would-publish; nothing is stored" in dry.out
    assert interlock("references", "x.types", **env).status == 2, "nothing was stored"
    assert interlock("publish", tmp_path / "all", **env).status == 0
    told = interlock("references", "x.types", "1.0.0", **env)
    assert told.out == "referred to by x.quotes 1.0.0 (to 1.0.0), team t\n"
    interlock("document", "x.quotes", "--bundle", "-o", "bundle.json", **env)
    bundled = json.loads((tmp_path / "bundle.json").read_text())
    assert bundled["x-interlock"]["x.types@1.0.0"] == json.loads(money("number"))

    following = tmp_path / "next.yaml"
    following.write_text(API % ("2.0.0", "2.0.0"))
    check = ("check", following, "--contract", "x.quotes")
    undeclared = interlock(*check, "--consumer", "wms", **env)
    assert undeclared.status == 1
    assert "it declared nothing" in undeclared.out
    (tmp_path / "calls.har").write_text(har({"id": "1"}))
    declare = ("declare", "--contract", "x.quotes", "--consumer", "wms")
    proposed = interlock(*declare, "--from-har", "calls.har", "--base", "/v1", **env)
    assert "proposed, 1 use" in proposed.out
    assert interlock(*check, "--consumer", "wms", **env).status == 1, "not confirmed yet"
    assert interlock(*declare, "--confirm", **env).out == "wms uses x.quotes: confirmed, 1 use\n"
    spared = interlock(*check, **env)
    assert spared.status == 1
    assert "Breaking for none: no known consumer uses what breaks." in spared.out
    assert interlock(*check, "--consumer", "wms", **env).status == 0

    write(tmp_path / "pact", "id: y.pact\nprovider: bi\nowner: u\nexpects: [x.quotes]")
    (tmp_path / "pact" / "pact.json").write_text(json.dumps(PACT))
    pact = interlock("publish", tmp_path / "pact" / "pact.json", "--number", "1.0.0", **env)
    assert (pact.status, pact.out) == (0, "published      y.pact 1.0.0\n")
    hurt = interlock(*check, "--consumer", "bi", **env)
    assert hurt.status == 1
    assert hurt.out.startswith("BREAKING for bi: 1 of 1 tested interactions would not hold")

    proposal = ("publish", following, "--sidecar", "all/quotes/contract.yaml", "--branch", "str")
    assert interlock(*proposal, "--tag", "next", **env).status == 0
    assert "next                     2.0.0@str" in interlock("tag", "list", "x.quotes", **env).out
    for label in ("next", "str", "2.0.0@str"):
        merge = interlock("can-i-merge", "--contract", "x.quotes", "--version", label, **env)
        assert (merge.status, "bi" in merge.out) == (1, True)
    for line in (told, proposed, spared, hurt, merge):
        assert max(map(len, line.out.splitlines())) <= 80
