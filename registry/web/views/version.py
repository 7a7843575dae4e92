"""One version: readable, as source with line numbers, and as the bytes that were published."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from contracts.documents import load
from contracts.errors import ContractError
from contracts.governance.sidecar import load_sidecar
from registry.domain import Kind, Lifecycle, Version
from registry.errors import Invalid, NotFound, PolicyDenied
from registry.services.authorization import Action, may
from registry.services.bundling import Bundle, bundle_of
from registry.services.change_lifecycle import ChangeLifecycle, change_lifecycle
from registry.services.get_contract import get_contract
from registry.services.get_version import VersionView, get_version
from registry.web import source as text
from registry.web.blueprint import web
from registry.web.context import principal, uow
from registry.web.dates import end_of_day
from registry.web.findings import source_link
from registry.web.outline import Outline, outline


@web.get("/contracts/<name>/versions/<label>")
def version(name: str, label: str) -> ResponseReturnValue:
    """What the version offers: operations or channels, with their fields."""
    try:
        view = get_version(name, label, uow(), principal())
    except NotFound:
        return redirect(_proposed(name, label))
    shown, problem = _outline(view)
    return render_template(
        "contracts/version.html",
        view=view,
        contract=view.contract,
        version=view.version,
        outline=shown,
        problem=problem,
        line_url=_line_url(view),
        now=uow().now(),
        expects=_expects(view),
        may_move=may(principal(), Action.CHANGE_LIFECYCLE, view.contract.owner),
        steps=_steps(view.version),
    )


@web.post("/contracts/<name>/versions/<label>/lifecycle")
def move_version(name: str, label: str) -> ResponseReturnValue:
    """Deprecate, retire or revive the version."""
    try:
        to = Lifecycle(request.form.get("to", ""))
        sunset = end_of_day("sunset_at", request.form.get("sunset_at", "").strip())
        reason = request.form.get("reason", "").strip()
        change_lifecycle(ChangeLifecycle(name, label, to, sunset, reason), uow(), principal())
        flash(f"{name} {label} is {to} now.", "ok")
    except ValueError:
        flash("Choose what the version is to become.", "bad")
    except (Invalid, PolicyDenied) as error:
        flash(str(error), "bad")
    return redirect(url_for("web.version", name=name, label=label), 303)


@web.get("/contracts/<name>/versions/<label>/source")
def source(name: str, label: str) -> str:
    """The document (or ``?part=sidecar``) with line numbers that can be linked to."""
    view = get_version(name, label, uow(), principal())
    sidecar = request.args.get("part") == "sidecar"
    content = view.sidecar if sidecar else view.document
    start = request.args.get("from", "1")
    hits = {
        p.line
        for p in view.version.problems
        if p.line is not None and (p.source == "sidecar") == sidecar
    }
    first = int(start) if start.isascii() and start.isdigit() and len(start) < 9 else 1
    return render_template(
        "contracts/source.html",
        view=view,
        contract=view.contract,
        version=view.version,
        sidecar=sidecar,
        page=text.page(content.decode("utf-8", "replace"), first, frozenset(hits)),
        page_url=lambda line: url_for(
            "web.source",
            name=name,
            label=label,
            part="sidecar" if sidecar else None,
            **{"from": line},
        ),
    )


@web.get("/contracts/<name>/versions/<label>/raw")
def raw(name: str, label: str) -> ResponseReturnValue:
    """The bytes as they were published, or with ``?bundle=1`` with all they refer to inside.

    A browser stores them, it never runs them.
    """
    view = get_version(name, label, uow(), principal())
    if request.args.get("bundle"):
        return _download(bundle_of(view))
    sidecar = request.args.get("part") == "sidecar"
    content = view.sidecar if sidecar else view.document
    digest = view.version.sidecar_sha256 if sidecar else view.version.sha256
    filename = "contract.yaml" if sidecar else view.version.filename or f"{name}-{label}"
    response = Response(content, mimetype="text/plain")
    response.headers.set("Content-Disposition", "attachment", filename=filename.rsplit("/", 1)[-1])
    response.set_etag(digest)
    return response.make_conditional(request)


def _download(bundle: Bundle) -> ResponseReturnValue:
    response = Response(bundle.content, mimetype=bundle.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=bundle.filename)
    response.set_etag(bundle.sha256)
    return response.make_conditional(request)


def _steps(version: Version) -> list[tuple[str, str]]:
    """What the version may become; a deprecated one may have its sunset postponed."""
    order = list(Lifecycle)
    if version.branch:
        return []
    return [(s.value, s.value.capitalize()) for s in order[order.index(version.lifecycle) :]]


def _proposed(name: str, number: str) -> str:
    """Where the proposal of a number stands that is not released yet.

    Raises:
        NotFound: nobody proposed it.
    """
    proposals = get_contract(name, uow(), principal()).proposals
    for proposal in proposals:
        if str(proposal.number) == number:
            return url_for("web.version", name=name, label=proposal.label)
    raise NotFound(f"{name} has no version {number!r}")


def _expects(view: VersionView) -> tuple[str, ...]:
    """The contracts that a consumer contract is about."""
    if view.contract.kind is not Kind.CONSUMER:
        return ()
    try:
        return tuple(load_sidecar(load(view.sidecar, name="contract.yaml")).expects)
    except ContractError:  # a partner is shown a part of it
        return ()


def _line_url(view: VersionView) -> object:
    base = url_for("web.source", name=view.contract.name, label=view.version.label)
    return source_link(base)


def _outline(view: VersionView) -> tuple[Outline | None, str]:
    try:
        document = view.resolved
    except ContractError as error:
        return None, str(error)

    def line(pointer: str) -> int | None:
        """Of the version's own source; what it refers to has its own page."""
        return document.line(pointer) if document.file(pointer).name == document.name else None

    return outline(document.data, view.version.format, line), ""
