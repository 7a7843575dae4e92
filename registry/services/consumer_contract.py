"""Consumer contracts: a published Pact is what its consumer expects of the contracts it names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from contracts.compatibility.interactions import Holding
from contracts.compatibility.policies import Policies
from contracts.documents import Document, load
from contracts.errors import ContractError
from contracts.governance.expectations import Interaction
from contracts.governance.pact import looks_like_pact, read_pact
from contracts.governance.sidecar import load_sidecar
from contracts.verdict import Level
from registry.domain import Expectation, Kind, Problem, Version
from registry.errors import Invalid
from registry.services.candidate import Candidate
from registry.services.engine import read
from registry.services.ports import Store
from registry.services.resolving import hashes_of, open_version

FORMAT = "pact"
SOURCE = "pact"
MOST = 100
"""Interactions that are told one by one."""


def is_pact(document: Document) -> bool:
    """Whether a document is a Pact file."""
    return looks_like_pact(document.data)


def refuse_comparison(kind: Kind, name: str) -> None:
    """Raises Invalid: the contract is a consumer's, which breaks nobody when it changes."""
    if kind is Kind.CONSUMER:
        raise Invalid(
            "contract",
            f"{name} is a consumer contract: it is not compared with its earlier versions, but "
            "held against the contracts that it names; publish it with dry_run to see",
        )


def refusals(candidate: Candidate, store: Store) -> Iterator[tuple[str, str, str]]:
    """Why a Pact cannot be an expectation: code, sentence, field."""
    named = candidate.sidecar.expects
    if not named:
        text = "it does not say which contracts it is about; name them under 'expects' in"
        yield "nothing-expected", f"{text} contract.yaml", "expects"
    known = store.contracts.get_many(named)
    for name in named:
        if name not in known:
            yield "unknown-contract", f"it is about {name}, which is not published", "expects"
        elif known[name].kind is Kind.CONSUMER:
            yield "unknown-contract", f"it is about {name}, a consumer contract itself", "expects"


def problems(candidate: Candidate, store: Store) -> Iterator[Problem]:
    """What its interactions ask for and no named contract gives in its last release."""
    pact = read_pact(candidate.document)
    versions = list(store.versions.latest(candidate.sidecar.expects).values())
    contents = store.blobs.get_many(sha256 for v in versions for sha256 in hashes_of(v))
    holding = []
    for version in versions:
        try:
            contract = read(open_version(version, contents), version.format)
        except ContractError as error:
            yield Problem("interaction-not-checked", "warning", str(error), source="document")
            continue
        holding.append((version, Holding(contract, Policies().for_format(version.format))))
    told = 0
    for at, interaction in enumerate(pact.interactions):
        found = _unmet(interaction, holding)
        told += bool(found)
        if found and told <= MOST:
            pointer = _pointer(candidate.document, at)
            line = candidate.document.line(pointer)
            yield Problem("interaction-unmet", "warning", found, pointer, line, "document")
    if told > MOST:
        text = f"{told - MOST} more interactions do not hold"
        yield Problem("interaction-unmet", "warning", text, source="document")


def remember(store: Store, candidate: Candidate, before: tuple[str, ...], now: datetime) -> None:
    """Make it the expectation of its system towards every contract that it names.

    ``before``: what the version before it named; what is not named any more ends.
    """
    consumer, named = candidate.sidecar.provider, candidate.sidecar.expects
    plain = json.loads(json.dumps(candidate.document.data))
    label = f"{candidate.sidecar.id} {candidate.number}"
    standing = store.expectations.of_contracts({*named, *before})
    for name in sorted({*named, *before}):
        others = [
            one
            for one in standing.get(name, ())
            if one.source == SOURCE and one.consumer != consumer
        ]
        body = {"system": consumer, "pact": plain, "contract": label}
        mine = [Expectation(name, consumer, SOURCE, True, body)] if name in named else []
        store.contracts.lock(name)
        store.expectations.replace(name, SOURCE, [*others, *mine], now)


def forget(store: Store, version: Version, now: datetime) -> None:
    """End what a retired consumer contract expected; the sidecars' words stand again."""
    sidecar = load_sidecar(load(store.blobs.get(version.sidecar_sha256), name="contract.yaml"))
    label = f"{version.contract} {version.number}"
    standing = store.expectations.of_contracts(sidecar.expects)
    for name, found in sorted(standing.items()):
        tested = [one for one in found if one.source == SOURCE]
        others = [one for one in tested if one.body.get("contract") != label]
        if len(others) < len(tested):
            store.contracts.lock(name)
            store.expectations.replace(name, SOURCE, others, now)


def _unmet(interaction: Interaction, holding: list[tuple[Version, Holding]]) -> str:
    """Why it holds in none of the contracts; empty where it holds in one."""
    reasons = []
    for version, contract in holding:
        found = [u.finding for u in contract.unmet(interaction)]
        if not any(f.level in {Level.ERROR, Level.UNKNOWN} for f in found):
            return ""
        reasons.append(f"{version.contract} {version.number}: {found[0].message}")
    return "; ".join(reasons)


def _pointer(document: Document, at: int) -> str:
    """Where the interaction of that position stands, calls before messages."""
    calls = document.find("/interactions") or ()
    if at < len(calls):
        return f"/interactions/{at}"
    return f"/messages/{at - len(calls)}"
