"""Publish a version: paste or upload, check, see the difference, then publish."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from contracts.errors import ContractError
from registry.errors import Invalid, NotFound, PolicyDenied, RegistryError
from registry.services.authorization import Action, authorize
from registry.services.get_contract import ConsumerView, get_contract
from registry.services.get_version import get_version
from registry.services.ports import CatalogFilter
from registry.services.publish_version import (
    PublishOutcome,
    PublishStatus,
    PublishVersion,
    publish_version,
)
from registry.services.search_catalog import SearchCatalog, search_catalog
from registry.web import signs
from registry.web.blueprint import web
from registry.web.context import principal, uow
from registry.web.preview import Preview, of_error, of_outcome

SUGGESTED = 300
TEXTS = ("document", "sidecar")


@dataclass(frozen=True, slots=True)
class PublishForm:
    """What the reader filled in; kept whatever goes wrong."""

    document: str = ""
    sidecar: str = ""
    contract: str = ""
    number: str = ""
    branch: str = ""
    format: str = ""
    notes: str = ""
    filename: str = ""
    checked: str = ""

    @property
    def digest(self) -> str:
        """Changes with everything that decides what is published."""
        parts = (
            self.document, self.sidecar, self.contract, self.number, self.branch, self.format,
        )  # fmt: skip
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]

    def command(self, *, dry_run: bool) -> PublishVersion:
        """The use case's command."""
        return PublishVersion(
            document=self.document.encode(),
            filename=self.filename,
            sidecar=self.sidecar.encode() if self.sidecar.strip() else None,
            contract=self.contract or None,
            number=self.number or None,
            format=self.format or None,
            branch=self.branch,
            notes=self.notes,
            dry_run=dry_run,
        )


@dataclass(frozen=True, slots=True)
class FormErrors:
    """What is wrong with the fields, and with the whole."""

    fields: Mapping[str, str] = field(default_factory=dict)
    message: str = ""


@web.get("/publish")
def publish() -> str:
    """The empty form, or one that starts from a stored version."""
    authorize(principal(), Action.PROPOSE)
    form = PublishForm(contract=request.args.get("contract", "").strip())
    start = request.args.get("from", "")
    if form.contract and start:
        view = get_version(form.contract, start, uow(), principal())
        form = replace(
            form,
            document=view.source,
            sidecar=view.sidecar.decode("utf-8", "replace"),
            filename=view.version.filename,
        )
    return _page(form)


@web.post("/publish")
def publish_form() -> ResponseReturnValue:
    """Check (always), and publish if that is asked for what was checked and shown."""
    form, unread = _read_form()
    if unread.fields:
        return _page(form, None, unread), 422
    preview, errors = _check(form)
    wanted = request.form.get("action") == "publish"
    if wanted and preview.can_publish and form.checked != form.digest:
        errors = FormErrors(
            message="What you see below was not shown before; look at it, then publish."
        )
    elif wanted and preview.can_publish:
        try:
            return _publish(form)
        except (RegistryError, ContractError) as error:
            preview, errors = of_error(error, form.document, form.sidecar), _errors(error)
    status = 422 if errors.fields or errors.message or (wanted and not preview.can_publish) else 200
    return _page(form, preview, errors), status


@web.post("/publish/check")
def publish_check() -> str:
    """Only the preview, for the form that is being typed into."""
    form, unread = _read_form()
    if not form.document.strip() or unread.fields:
        return render_template("publish/checked.html", preview=None, form=form, errors=unread)
    preview, errors = _check(form)
    return render_template("publish/checked.html", preview=preview, form=form, errors=errors)


def _publish(form: PublishForm) -> ResponseReturnValue:
    outcome = publish_version(form.command(dry_run=False), uow(), principal())
    name, label = outcome.contract.name, outcome.version.label
    done = "was already there, unchanged" if outcome.status is PublishStatus.UNCHANGED else (
        "is proposed" if outcome.version.branch else "is published"
    )  # fmt: skip
    flash(f"{name} {label} {done}.", "ok")
    return redirect(url_for("web.version", name=name, label=label), 303)


def _check(form: PublishForm) -> tuple[Preview, FormErrors]:
    if not form.document.strip():
        error = Invalid("document", "paste the document, or choose its file")
        return of_error(error, "", ""), _errors(error)
    try:
        outcome = publish_version(form.command(dry_run=True), uow(), principal())
        return of_outcome(outcome, form.document, form.sidecar, *_beside(outcome)), FormErrors()
    except (RegistryError, ContractError) as error:
        return of_error(error, form.document, form.sidecar), _errors(error)


def _beside(outcome: PublishOutcome) -> tuple[str, Sequence[ConsumerView]]:
    """The baseline's source and the known consumers, to show beside the outcome."""
    if outcome.baseline is None:
        return "", ()
    name = outcome.contract.name
    source = get_version(name, outcome.baseline.label, uow(), principal()).source
    return source, get_contract(name, uow(), principal()).consumers


def _errors(error: Exception) -> FormErrors:
    if isinstance(error, Invalid):
        return FormErrors({e.field: e.message for e in error.errors})
    if isinstance(error, NotFound):
        return FormErrors({"contract": str(error)})
    if isinstance(error, PolicyDenied):
        return FormErrors(message=" ".join([str(error), *error.reasons]))
    return FormErrors(message=str(error)) if isinstance(error, RegistryError) else FormErrors()


def _read_form() -> tuple[PublishForm, FormErrors]:
    given = {name: request.form.get(name, "").strip() for name in PublishForm.__slots__}
    wrong: dict[str, str] = {}
    for name in TEXTS:
        try:
            given[name] = _text(name)
        except Invalid as error:
            wrong[name] = error.errors[0].message
    upload = request.files.get("document_file")
    if upload is not None and upload.filename:
        given["filename"] = upload.filename.rsplit("/", 1)[-1].rsplit("\\", 1)[-1][:200]
    return PublishForm(**given), FormErrors(wrong)


def _text(name: str) -> str:
    """The uploaded file if there is one, else the pasted text with the line ends of Unix.

    A browser turns every line end of a text field into CRLF (HTML, form submission §4.10.22).
    """
    upload = request.files.get(f"{name}_file")
    if upload is not None and upload.filename:
        try:
            content: bytes = upload.read()
            return content.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise Invalid(
                name,
                f"{upload.filename[:100]} is not UTF-8 text (byte {error.start}); save it as UTF-8",
            ) from None
    return request.form.get(name, "").replace("\r\n", "\n")


def _page(
    form: PublishForm, preview: Preview | None = None, errors: FormErrors | None = None
) -> str:
    found = search_catalog(SearchCatalog(CatalogFilter(), 1, SUGGESTED), uow(), principal())
    return render_template(
        "publish/publish.html",
        form=form,
        preview=preview,
        errors=errors or FormErrors(),
        known=[(e.contract.name, e.contract.title) for e in found.entries],
        formats=tuple(signs.FORMATS.items()),
    )
