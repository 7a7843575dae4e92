"""The catalog, contracts, their versions and documents."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from flask import Response, request
from pydantic import Field

from contracts.verdict import Mode, Report
from registry.api.documents import headers_of
from registry.api.routes import Input, route
from registry.domain import Expectation, Lifecycle, Version
from registry.domain.document import PublishedDocument
from registry.security.requests import caller, runtime
from registry.services.authorization import Action
from registry.services.bundling import Bundle, bundle_of
from registry.services.change_lifecycle import ChangeLifecycle
from registry.services.change_lifecycle import change_lifecycle as change
from registry.services.check_compatibility import ConsumerVerdict
from registry.services.compare_versions import CompareVersions
from registry.services.compare_versions import compare_versions as compare
from registry.services.get_contract import ContractView
from registry.services.get_contract import get_contract as find_contract
from registry.services.get_document import get_document as find_document
from registry.services.get_version import get_version as find_version
from registry.services.links_port import Referrer
from registry.services.list_referrers import list_referrers as find_referrers
from registry.services.ports import CatalogFilter
from registry.services.search_catalog import CatalogPage, SearchCatalog, search_catalog


class CatalogQuery(Input):
    """What to look for; every field narrows the answer."""

    text: str = Field("", max_length=200)
    system: str = ""
    team: str = ""
    consumer: str = ""
    kind: str = ""
    format: str = ""
    lifecycle: str = ""
    criticality: int | None = Field(None, ge=1, le=3)
    classification: str = ""
    tag: str = ""
    page: int = Field(1, ge=1, le=100_000)
    per_page: int = Field(50, ge=1, le=200)


class CompareQuery(Input):
    """Two labels: ``1.0.0`` or ``2.0.0@branch``."""

    old: str = Field(max_length=200)
    new: str = Field(max_length=200)
    mode: Mode | None = None


class LifecycleStep(Input):
    """Where to; ``sunset_at`` goes with ``deprecated``."""

    to: Lifecycle
    sunset_at: datetime | None = None
    reason: str = Field("", max_length=2000)


@dataclass(frozen=True, slots=True)
class VersionDetail:
    """A version, and how it differs from the version it was published against."""

    version: Version
    report: Report | None
    referrers: tuple[Referrer, ...]
    users: tuple[str, ...]
    """Running releases that provide or consume it; while there are any it cannot be retired."""


@dataclass(frozen=True, slots=True)
class Referrers:
    """Versions that refer to a contract, or to one version of it."""

    referrers: tuple[Referrer, ...]


class ReferrersQuery(Input):
    """``version``: a label; left out: those of every version."""

    version: str = Field("", max_length=200)


class DocumentQuery(Input):
    """``bundle``: with everything it refers to inside."""

    bundle: bool = False


@dataclass(frozen=True, slots=True)
class ComparisonDetail:
    """The report from the old to the new version, and what each consumer gets from it."""

    old: Version
    new: Version
    report: Report
    consumers: tuple[ConsumerVerdict, ...]


@dataclass(frozen=True, slots=True)
class DeclaredUses:
    """What the consumers of a contract declared."""

    expectations: tuple[Expectation, ...]


@route("GET", "/contracts", action=Action.READ, problems=(400,))
def list_contracts(query: CatalogQuery) -> CatalogPage:
    """Search the catalog."""
    values = query.model_dump()
    page, per_page = values.pop("page"), values.pop("per_page")
    return search_catalog(
        SearchCatalog(CatalogFilter(**values), page, per_page), runtime().uow, caller()
    )


@route("GET", "/contracts/{name}", action=Action.READ, problems=(404,))
def get_contract(name: str) -> ContractView:
    """One contract with owner, versions, consumers, deployments, runs and waivers."""
    return find_contract(name, runtime().uow, caller())


@route("GET", "/contracts/{name}/comparison", action=Action.READ, problems=(400, 404))
def compare_versions(name: str, query: CompareQuery) -> ComparisonDetail:
    """Compare two stored versions."""
    command = CompareVersions(name, query.old, query.new, query.mode)
    found = compare(command, runtime().uow, caller())
    return ComparisonDetail(found.old, found.new, found.report, found.consumers)


@route("GET", "/contracts/{name}/expectations", action=Action.READ, problems=(404,))
def list_expectations(name: str) -> DeclaredUses:
    """What each consumer uses of a contract, and what is only proposed (`confirmed` is false).

    Undeclared consumers are not among them.
    """
    found = find_contract(name, runtime().uow, caller())
    declared = (e for c in found.consumers for e in (c.expectation, c.proposal))
    return DeclaredUses(tuple(one for one in declared if one is not None))


@route("GET", "/contracts/{name}/versions/{label}", action=Action.READ, problems=(404,))
def get_version(name: str, label: str) -> VersionDetail:
    """One version; `label` is a number, `number@branch`, a tag, a branch or `latest`."""
    found = find_version(name, label, runtime().uow, caller())
    return VersionDetail(found.version, found.report, found.referrers, found.users)


@route("GET", "/contracts/{name}/referrers", action=Action.READ, problems=(400, 404))
def list_referrers(name: str, query: ReferrersQuery) -> Referrers:
    """Which contract versions refer to a contract; what is referred to cannot be retired."""
    return Referrers(find_referrers(name, query.version, runtime().uow, caller()))


@route(
    "GET",
    "/contracts/{name}/versions/{label}/document",
    action=Action.READ,
    problems=(400, 404),
    media_type="text/plain application/zip",
)
def get_document(name: str, label: str, query: DocumentQuery) -> Response:
    """The document as published, byte for byte; its ETag is its SHA-256.

    With `bundle=1` everything it refers to stands inside; a `.proto` file comes with its imports
    in a ZIP archive.
    """
    given = runtime()
    if query.bundle:
        return _bundle(bundle_of(find_version(name, label, given.uow, caller())))
    return _bytes(find_document(name, label, given.uow, caller(), given.shelf))


@route(
    "GET",
    "/contracts/{name}/versions/{label}/sidecar",
    action=Action.READ,
    problems=(404,),
    media_type="text/plain",
)
def get_sidecar(name: str, label: str) -> Response:
    """The governance sidecar as published, byte for byte."""
    found = find_version(name, label, runtime().uow, caller())
    sha256 = hashlib.sha256(found.sidecar).hexdigest()  # a partner is shown a part of it
    return _bytes(PublishedDocument(name, label, sha256, "contract.yaml", found.sidecar))


@route(
    "POST",
    "/contracts/{name}/versions/{number}/lifecycle",
    action=Action.CHANGE_LIFECYCLE,
    problems=(400, 404, 409, 422),
)
def change_lifecycle(name: str, number: str, body: LifecycleStep) -> Version:
    """Move a version forward in its life: active, deprecated, retired."""
    command = ChangeLifecycle(name, number, body.to, body.sunset_at, body.reason)
    return change(command, runtime().uow, caller())


def _bundle(bundle: Bundle) -> Response:
    whole = PublishedDocument("", "", bundle.sha256, bundle.filename, bundle.content)
    response = _bytes(whole)
    if response.status_code == 200 and bundle.media_type != "text/plain":
        response.headers["Content-Type"] = bundle.media_type
    return response


def _bytes(document: PublishedDocument) -> Response:
    response = Response(document.content, headers=headers_of(document))
    response.make_conditional(request)
    return response
