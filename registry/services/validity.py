"""Does a document follow its own specification? Reported with places, by a validator not ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from contracts.documents import Document
from contracts.documents.pointer import join
from contracts.governance.lint import lint
from contracts.governance.metaschema import violations
from contracts.governance.pact import read_pact
from contracts.verdict import Place
from registry.domain import Problem
from registry.recent import Recent
from registry.services.candidate import Candidate
from registry.services.engine import read

INVALID = "invalid-document"
MOST = 50
"""Problems reported of one document; the rest would not be read."""
DATA = frozenset({"example", "examples", "default", "const", "enum", "value"})
"""Keys whose values are data: a ``$ref`` in there refers to nothing."""
LARGE = 2 * 1024 * 1024
"""Bytes above which the OpenAPI validator would keep the caller waiting too long."""


def document_problems(
    candidate: Candidate, document: Document, *, lint: bool
) -> tuple[Problem, ...]:
    """What is wrong with the documents themselves; who rehearses first does not wait twice.

    Raises:
        contracts.errors.ContractError: it is not of that format at all.
    """
    key = (
        *(document.sha256, document.name, candidate.format),
        *(candidate.sidecar_sha256, candidate.sidecar_document.name, str(lint)),
    )
    known = _PROBLEMS.get(key)
    if known is None:
        known = (
            *validity_problems(document, candidate.format),
            *(lint_problems(candidate, document) if lint else ()),
        )
        _PROBLEMS.put(key, known)
    return known


_PROBLEMS: Recent[tuple[str, ...], tuple[Problem, ...]] = Recent(8)
"""By everything that they follow from; a large document has tens of thousands."""


def validity_problems(document: Document, format_: str) -> tuple[Problem, ...]:
    """What is wrong, in the validator's words; empty: nothing found.

    Raises:
        contracts.errors.ContractError: it is not of that format at all.
    """
    if format_ == "pact":
        read_pact(document)
        return ()
    contract = read(document, format_)
    found = [
        _problem(o.code, "warning", o.message, o.pointer, document)
        for o in islice(contract.oddities, MOST)
        if o.document is document
    ]
    if format_ == "openapi":
        found += _openapi(document)
    return tuple(found)


def lint_problems(candidate: Candidate, document: Document) -> list[Problem]:
    """What the house policies say, in the registry's words."""
    sidecar = candidate.sidecar_document
    return [
        Problem(
            finding.policy,
            finding.level.value,
            f"{finding.message}; {finding.mend}" if finding.mend else finding.message,
            finding.place.pointer,
            finding.place.line,
            source_of(finding.place, document, sidecar),
        )
        for finding in lint(document, candidate.sidecar, sidecar_document=sidecar)
    ]


def source_of(place: Place, document: Document, sidecar: Document | None = None) -> str:
    """Which text a place is in: the sidecar, the document or one that it refers to."""
    if sidecar is not None and place.source == sidecar.name:
        return "sidecar"
    return "document" if place.source in {None, document.name} else str(place.source)


def _problem(rule: str, level: str, message: str, pointer: str, document: Document) -> Problem:
    """At its place: the document's own, or that of one that it refers to."""
    place = document.place(pointer)
    return Problem(rule, level, message, place.pointer, place.line, source_of(place, document))


def _openapi(document: Document) -> Iterator[Problem]:
    if document.size > LARGE:
        # the specification's own schema, compiled: a thousandth of the validator's time
        broken = [_problem(INVALID, "error", m, at, document) for at, m in violations(document)]
        yield from broken
        if not broken:
            message = f"beyond {LARGE} bytes only the specification's own schema is checked"
            yield Problem("validity-not-checked", "info", message, source="document")
        return
    foreign = next(_foreign_references(document.data), None)
    if foreign is not None:
        pointer, target = foreign
        message = f"$ref {target!r} leads outside; publish a bundled document"
        yield _problem(INVALID, "error", message, pointer, document)
        return
    from openapi_spec_validator.shortcuts import get_validator_cls

    data = _plain(document.data)
    try:
        for error in islice(get_validator_cls(data)(data).iter_errors(), MOST):
            pointer = join("", *error.absolute_path)
            message = error.message if len(error.message) <= 500 else error.message[:499] + "…"
            yield _problem(INVALID, "error", message, pointer, document)
    except (RecursionError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        message = f"openapi-spec-validator gave up: {type(error).__name__}"
        yield Problem("validity-not-checked", "warning", message, source="document")


def _foreign_references(data: Any) -> Iterator[tuple[str, str]]:
    stack: list[tuple[tuple[str, ...], Any]] = [((), data)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, Mapping):
            target = value.get("$ref")
            named = "properties" in path[-1:]
            if isinstance(target, str) and not named and not target.startswith("#"):
                yield join("", *path, "$ref"), target
            stack.extend(((*path, key), item) for key, item in value.items() if key not in DATA)
        elif isinstance(value, list):
            stack.extend(((*path, str(at)), item) for at, item in enumerate(value))


def _plain(data: Any) -> Any:
    """Plain dictionaries, lists and floats, as the validator expects them."""
    from decimal import Decimal

    if isinstance(data, Mapping):
        return {str(key): _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(value) for value in data]
    return float(data) if isinstance(data, Decimal) else data
