"""Recorded traffic held against a contract: a file in, what it shows out; nothing is kept."""

from __future__ import annotations

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from conformance.evidence.reports import FORMATS, MEDIA_TYPES, render
from contracts.errors import ContractError
from registry.errors import Invalid
from registry.services.check_drift import CheckDrift, check_drift
from registry.services.get_contract import get_contract
from registry.web.blueprint import web
from registry.web.context import principal, uow


@web.get("/contracts/<name>/drift")
def drift_form(name: str) -> str:
    """The form."""
    view = get_contract(name, uow(), principal())
    return render_template(
        "runs/drift.html", contract=view.contract, values={}, found=None, said=""
    )


@web.post("/contracts/<name>/drift")
def drift(name: str) -> ResponseReturnValue:
    """What the uploaded recording shows, as a page or in one of the formats of the command."""
    view = get_contract(name, uow(), principal())
    values = {key: value.strip() for key, value in request.form.items()}
    file = request.files.get("file")
    shape = values.get("format", "")
    try:
        if file is None or not file.filename:
            raise Invalid("file", "choose a recording: HAR, JSON lines, an access log, a capture")
        command = CheckDrift(name, file.read(), file.filename, base=values.get("base", ""))
        found = check_drift(command, uow(), principal())
    except (Invalid, ContractError) as error:
        page = render_template(
            "runs/drift.html", contract=view.contract, values=values, found=None, said=str(error)
        )
        return page, 422
    if shape in FORMATS:
        return Response(render(found, shape), mimetype=MEDIA_TYPES[shape])
    return render_template(
        "runs/drift.html", contract=view.contract, values=values, found=found, said=""
    )
