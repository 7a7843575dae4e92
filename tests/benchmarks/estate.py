"""An estate of any size, written straight into the tables: what each of its parts has is the same.

Every contract has ten releases and five consumers, every system provides twenty contracts; only
the number of them differs, so that two sizes compare what a page, an answer or a search costs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert

from contracts.verdict import Bump, Mode, Verdict
from registry.domain import Contract, Environment, Kind, Lifecycle, Number, Version
from registry.domain.encode import to_json
from registry.store import contracts, tables, versions
from registry.store.engine import WRITE_OPTION
from registry.store.unit_of_work import SqlUnitOfWork

VERSIONS = 10
CONSUMERS = 5
PROVIDED = 20
RELEASES = 2
LARGE, SMALL = 10_000, 100
"""Contracts; with them 500 systems and 50,000 dependencies, or a hundredth of that."""
THEN = datetime(2026, 1, 5, 9, tzinfo=UTC)
OBJECTS = [
    "order",
    "invoice",
    "shipment",
    "payment",
    "item",
    "customer",
    "price",
    "stock",
    "return",
    "ledger",
]
WORDS = [
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "heath",
    "islet",
    "jetty",
    "knoll",
    "lagoon",
    "mesa",
    "nook",
]
PAIR = ("pair-provider", "pair-consumer", "pair.contract")
"""A provider and a consumer that meet in one contract and nowhere else."""


def seed(uow: SqlUnitOfWork, size: int) -> None:
    """Fill an empty registry with ``size`` contracts and what belongs to them."""
    with uow.engine.execution_options(**{WRITE_OPTION: True}).begin() as connection:
        for table, rows in _rows(size):
            _insert(connection, table, rows)
        if connection.dialect.name == "postgresql":
            for table in ("versions", "expectations", "contract_search"):
                connection.exec_driver_sql(
                    f"select setval(pg_get_serial_sequence('{table}', 'id'), max(id)) from {table}"
                )
    with uow.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def contract_name(at: int) -> str:
    """The name of the contract at that place."""
    return f"{system_id(at // PROVIDED)}.{OBJECTS[at % 10]}-{at}"


def system_id(at: int) -> str:
    """The id of the system at that place."""
    return f"system-{at}"


def document(name: str, number: str, step: int) -> bytes:
    """A small API that grows by one optional field with every version."""
    fields = {"id": {"type": "string"}, "total": {"type": "number"}}
    fields |= {f"extra{n}": {"type": "string"} for n in range(step)}
    answer = {"type": "object", "required": ["id"], "properties": fields}
    body = {"description": "ok", "content": {"application/json": {"schema": answer}}}
    operation = {"operationId": "read", "responses": {"200": body}}
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": name, "version": number},
            "paths": {"/things": {"get": operation}},
        }
    ).encode()


def _insert(connection: Connection, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == 5000:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)


def _systems(size: int) -> int:
    return max(CONSUMERS + 1, size // PROVIDED)


def _consumers(at: int, size: int) -> list[str]:
    """Five systems that are not the provider, spread over the estate."""
    count = _systems(size)
    provider = at // PROVIDED
    stride = max(1, (count - 1) // CONSUMERS)
    offset = at % stride
    return [system_id((provider + 1 + offset + stride * k) % count) for k in range(CONSUMERS)]


def _uses(consumer: str) -> dict[str, Any]:
    return {"system": consumer, "uses": [{"operation": "read", "reads": ["id", "total"]}]}


def _sidecar(name: str, provider: str, consumers: list[str]) -> bytes:
    return json.dumps(
        {
            "id": name,
            "title": name.replace(".", " "),
            "provider": provider,
            "owner": _team(provider),
            "steward": "Stella Steward",
            "criticality": 2,
            "classification": "internal",
            "consumers": [_uses(consumer) for consumer in consumers],
        }
    ).encode()


def _team(system: str) -> str:
    return f"team-of-{system}"


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _members(size: int) -> Iterator[tuple[int, str, str, list[str]]]:
    """Every contract as (place, name, provider, consumers)."""
    for at in range(size):
        yield at, contract_name(at), system_id(at // PROVIDED), _consumers(at, size)
    yield size, PAIR[2], PAIR[0], [PAIR[1]]


def _system_ids(size: int) -> list[str]:
    return [*(system_id(at) for at in range(_systems(size))), *PAIR[:2]]


def _rows(size: int) -> Iterator[tuple[Table, Iterator[dict[str, Any]]]]:
    yield tables.teams, (_team_row(s) for s in _system_ids(size))
    yield tables.systems, (_system_row(s) for s in _system_ids(size))
    yield tables.environments, (_environment_row(at, e) for at, e in enumerate(ENVIRONMENTS))
    yield tables.blobs, _blobs(size)
    yield tables.contracts, (_contract_row(*member) for member in _members(size))
    yield tables.contract_search, (_searched_row(*member) for member in _members(size))
    yield tables.versions, _versions(size)
    yield tables.expectations, _expectations(size)
    yield tables.releases, _releases(size)
    yield tables.release_contracts, _release_contracts(size)
    yield tables.deployments, _deployments(size)
    yield tables.runs, _runs(size)


ENVIRONMENTS = ("development", "test", "production")


def _team_row(system: str) -> dict[str, Any]:
    return {
        "id": _team(system),
        "name": f"Team of {system}",
        "contact": "",
        "description": "",
        "active": True,
        "members": [],
    }


def _system_row(system: str) -> dict[str, Any]:
    return {
        "id": system,
        "name": system.replace("-", " ").capitalize(),
        "team": _team(system),
        "description": "",
        "type": "service",
        "region": "",
        "external": False,
        "facts": {},
    }


def _environment_row(at: int, environment: str) -> dict[str, Any]:
    return dict(to_json(Environment(environment, environment.capitalize(), order=at)))


def _blobs(size: int) -> Iterator[dict[str, Any]]:
    for _, name, provider, consumers in _members(size):
        contents = [_sidecar(name, provider, consumers)]
        contents += [document(name, f"1.{n}.0", n) for n in range(VERSIONS)]
        for content in contents:
            yield {"sha256": _sha(content), "content": content, "size": len(content)}


def _searched_row(*member: Any) -> dict[str, Any]:
    contract = _contract(*member)
    return {"contract": contract.name, "text": contracts.searched_text(contract)}


def _contract_row(*member: Any) -> dict[str, Any]:
    return contracts._row(_contract(*member))


def _contract(at: int, name: str, provider: str, consumers: list[str]) -> Contract:
    word = WORDS[at % len(WORDS)]
    return Contract(
        name=name,
        title=name.replace(".", " "),
        kind=Kind.API,
        format="openapi",
        owner=_team(provider),
        provider=provider,
        description=f"What {provider} says of its {word} {OBJECTS[at % 10]}, number {at}. " * 3,
        steward="Stella Steward",
        mode=Mode.DIRECTIONAL,
        tags=(word,),
        criticality=at % 3 + 1,
        latest=f"1.{VERSIONS - 1}.0",
        sidecar_sha256=_sha(_sidecar(name, provider, consumers)),
        created_at=THEN,
        updated_at=THEN,
    )


def _versions(size: int) -> Iterator[dict[str, Any]]:
    for _, name, provider, consumers in _members(size):
        sidecar = _sha(_sidecar(name, provider, consumers))
        for n in range(VERSIONS):
            number = f"1.{n}.0"
            content = document(name, number, n)
            yield versions._row(
                Version(
                    contract=name,
                    number=Number.parse(number),
                    sha256=_sha(content),
                    sidecar_sha256=sidecar,
                    format="openapi",
                    format_version="3.1.0",
                    filename="api.json",
                    size=len(content),
                    published_at=THEN + timedelta(days=n),
                    published_by="token:seed",
                    lifecycle=Lifecycle.ACTIVE,
                    baseline=f"1.{n - 1}.0" if n else None,
                    verdict=Verdict.COMPATIBLE if n else None,
                    bump=Bump.MINOR if n else None,
                )
            )


def _expectations(size: int) -> Iterator[dict[str, Any]]:
    for _, name, _, consumers in _members(size):
        for consumer in consumers:
            yield {
                "contract": name,
                "consumer": consumer,
                "source": "sidecar",
                "confirmed": True,
                "body": _uses(consumer),
                "since": THEN,
                "until": None,
            }


def _releases(size: int) -> Iterator[dict[str, Any]]:
    for system in _system_ids(size):
        for n in range(RELEASES):
            yield {
                "system": system,
                "version": f"{n + 1}.0",
                "created_at": THEN + timedelta(days=20 + n),
                "created_by": "token:seed",
            }


def _release_contracts(size: int) -> Iterator[dict[str, Any]]:
    """The first release speaks version 1.8.0, the second 1.9.0; everybody was built on 1.5.0."""
    for _, name, provider, consumers in _members(size):
        for n in range(RELEASES):
            row = {"version": f"{n + 1}.0", "contract": name, "expectation": None}
            number = f"1.{VERSIONS - RELEASES + n}.0"
            yield row | {"system": provider, "role": "provides", "number": number}
            for consumer in consumers:
                yield row | {"system": consumer, "role": "consumes", "number": "1.5.0"}


def _deployments(size: int) -> Iterator[dict[str, Any]]:
    for system in _system_ids(size):
        for environment in ENVIRONMENTS:
            yield {
                "id": f"dep-{system}-{environment}",
                "system": system,
                "version": "1.0",
                "environment": environment,
                "location": "",
                "deployed_at": THEN + timedelta(days=30),
                "deployed_by": "token:seed",
                "ended_at": None,
                "ended_by": "",
            }


def _runs(size: int) -> Iterator[dict[str, Any]]:
    """Two finished runs of every contract's last release, one of each hundred failed."""
    number = f"1.{VERSIONS - 1}.0"
    for at, name, provider, _ in _members(size):
        sha256 = _sha(document(name, number, VERSIONS - 1))
        for n in range(2):
            when = THEN + timedelta(days=31 + n, seconds=at)
            yield {
                "id": f"run-{at}-{n}",
                "contract": name,
                "number": number,
                "sha256": sha256,
                "environment": "test",
                "system": provider,
                "system_version": "1.0",
                "url": "http://127.0.0.1:1",
                "suite": "default",
                "status": "failed" if at % 100 == 7 else "passed",
                "requested_at": when,
                "requested_by": "token:seed",
                "seed": 1,
                "started_at": when,
                "finished_at": when,
                "heartbeat_at": when,
                "worker": "w",
                "attempt": 1,
                "settings": {},
                "summary": {},
                "failures_count": 0,
                "note": "",
            }
