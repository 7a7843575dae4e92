"""Read what somebody wants to publish: document, sidecar, number; before any question is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.documents import Document, load
from contracts.documents.published import Target
from contracts.governance.sidecar import Sidecar, load_sidecar
from contracts.governance.vocabulary import LifecycleStatus
from registry.domain import Number
from registry.domain.identifiers import check_contract_name, check_slug
from registry.errors import Invalid
from registry.services.engine import detect

PROPOSAL = "proposal"
"""Branch of a version whose sidecar calls it proposed."""
MAX_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Candidate:
    """Everything that can be known without the registry."""

    document: Document
    raw: bytes
    sha256: str
    filename: str
    format: str
    format_version: str
    number: Number
    branch: str
    notes: str
    sidecar: Sidecar
    sidecar_document: Document
    sidecar_raw: bytes
    sidecar_sha256: str
    stated: str | None
    """The version the document gives itself."""
    listed: Mapping[str, Target]
    """Names that stand for published versions in the document."""


def contract_of(contract: str | None, sidecar: bytes | None, sidecar_name: str) -> str:
    """The contract's name, from the command or the sidecar.

    Raises:
        Invalid: neither names it, or they name two.
        contracts.errors.ContractError: the sidecar cannot be used.
    """
    if sidecar is None:
        if contract is None:
            raise Invalid("contract", "name the contract, or give its contract.yaml")
        return check_contract_name("contract", contract)
    stated = load_sidecar(load(sidecar, name=sidecar_name)).id
    if contract is not None and contract != stated:
        raise Invalid(
            "contract", f"{contract!r} is asked for and {sidecar_name} says {stated!r}; choose one"
        )
    return check_contract_name("contract", stated)


def read_candidate(
    *,
    document: bytes,
    filename: str,
    sidecar: bytes,
    sidecar_filename: str,
    number: str | None,
    format_: str | None,
    branch: str,
    notes: str,
    listed: Mapping[str, Target] | None = None,
) -> Candidate:
    """Parse and identify.

    Raises:
        contracts.errors.ContractError: document or sidecar cannot be read.
        Invalid: the number is missing or wrong, or the branch is no name.
    """
    suffix = ".proto" if format_ == "protobuf" else ""
    loaded = load(document, name=filename or "document", suffix=suffix)
    sidecar_document = load(sidecar, name=sidecar_filename)
    sidecar_ = load_sidecar(sidecar_document)
    format_ = format_ or detect(loaded)
    stated = _stated_version(loaded.data)
    if number is None and stated is None:
        raise Invalid("number", "the document does not say its version; give one, such as '1.0.0'")
    parsed = Number.parse(number if number is not None else stated or "", "number")
    if branch:
        check_slug("branch", branch)
    elif _proposed(sidecar_, parsed):
        branch = PROPOSAL
    if len(notes) > MAX_TEXT:
        raise Invalid("notes", f"are {len(notes)} characters long; use at most {MAX_TEXT}")
    return Candidate(
        document=loaded,
        raw=document,
        sha256=hashlib.sha256(document).hexdigest(),
        filename=filename[-200:],
        format=format_,
        format_version=_format_version(loaded.data),
        number=parsed,
        branch=branch,
        notes=notes,
        sidecar=sidecar_,
        sidecar_document=sidecar_document,
        sidecar_raw=sidecar,
        sidecar_sha256=hashlib.sha256(sidecar).hexdigest(),
        stated=stated,
        listed={**listed_in(sidecar_, parsed), **(listed or {})},
    )


def listed_in(sidecar: Sidecar, number: Number | None = None) -> dict[str, Target]:
    """Names that the sidecar gives to published versions, for every document or for a version's."""
    own = next((v.references for v in sidecar.versions if v.version == str(number)), ())
    return {r.name: Target(r.contract, r.version) for r in (*sidecar.references, *own)}


def status_of(sidecar: Sidecar, number: Number) -> LifecycleStatus | None:
    """What the sidecar says of this version, if it lists it."""
    return next((v.status for v in sidecar.versions if v.version == str(number)), None)


def _proposed(sidecar: Sidecar, number: Number) -> bool:
    return status_of(sidecar, number) in {LifecycleStatus.PROPOSED, LifecycleStatus.DRAFT}


def _stated_version(data: Any) -> str | None:
    info = data.get("info") if isinstance(data, Mapping) else None
    found = info.get("version") if isinstance(info, Mapping) else None
    return found if isinstance(found, str) else None


def _format_version(data: Any) -> str:
    if isinstance(data, Mapping):
        for key in ("openapi", "swagger", "asyncapi", "apiVersion", "$schema"):
            found = data.get(key)
            if isinstance(found, str):
                return found[-40:]
        metadata = data.get("metadata")
        pact = metadata.get("pactSpecification") if isinstance(metadata, Mapping) else None
        if isinstance(pact, Mapping) and isinstance(pact.get("version"), str):
            return str(pact["version"])[-40:]
    return ""
