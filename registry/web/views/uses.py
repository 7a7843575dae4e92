"""What a consumer uses of a contract: declared in a form, inferred from a file, confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from contracts.documents import load
from contracts.errors import ContractError
from registry.domain import Kind
from registry.errors import Invalid, NotFound
from registry.services.authorization import Action, may
from registry.services.declare_use import ConfirmUse, DeclareUse
from registry.services.declare_use import confirm_use as confirm
from registry.services.declare_use import declare_use as declare
from registry.services.declare_use import decline_use as decline
from registry.services.get_contract import ConsumerView, get_contract
from registry.services.infer_use import InferUse, infer_use
from registry.web.blueprint import web
from registry.web.context import principal, uow

WAYS = (
    ("words", "In words: operations, channels, fields"),
    ("pact", "By a Pact file of versions 1 to 4"),
    ("traffic", "Propose what recorded traffic or captured messages show"),
)
EXAMPLE = """uses:
  - operation: getOrder
    reads: [id, lines[].quantity]
tolerance: {unknownFields: ignore, newEnumValues: accept}
"""


@web.get("/contracts/<name>/uses/new")
def new_use(name: str) -> str:
    """The form; with ``?consumer=`` it starts from what is proposed or declared."""
    consumer = request.args.get("consumer", "")
    found = next((c for c in _view(name).consumers if c.system == consumer), None)
    return _page(name, {"consumer": consumer, "way": "words", "text": _words(found)}, {})


@web.post("/contracts/<name>/uses")
def declare_use(name: str) -> ResponseReturnValue:
    """Declare it, or propose what a file shows."""
    form = {field: request.form.get(field, "").strip() for field in ("consumer", "way", "base")}
    form["text"] = request.form.get("text", "").replace("\r\n", "\n")
    try:
        command = _command(name, form)
        told = declare(command, uow(), principal())
    except (Invalid, ContractError, NotFound) as error:
        fields = {e.field: e.message for e in error.errors} if isinstance(error, Invalid) else {}
        return _page(name, form, fields or {"": str(error)}), 422
    said = "declared" if told.confirmed else "proposed; its team confirms it"
    flash(f"What {told.consumer} uses of {name} is {said}.", "ok")
    return redirect(url_for("web.contract", name=name, _anchor="consumers"), 303)


@web.post("/contracts/<name>/uses/<consumer>/confirmation")
def confirm_use(name: str, consumer: str) -> ResponseReturnValue:
    """Confirm what is proposed, or with ``answer=decline`` strike it out."""
    declined = request.form.get("answer") == "decline"
    reason = request.form.get("reason", "").strip()
    try:
        command = ConfirmUse(name, consumer, reason)
        (decline if declined else confirm)(command, uow(), principal())
        done = "struck out" if declined else "confirmed: checks and the gate judge by it"
        flash(f"What was proposed for {consumer} is {done}.", "ok")
    except NotFound as error:
        flash(str(error), "bad")
    return redirect(url_for("web.contract", name=name, _anchor="consumers"), 303)


def _command(name: str, form: Mapping[str, str]) -> DeclareUse:
    upload = request.files.get("file")
    filename = (upload.filename or "")[-200:] if upload is not None else ""
    content = upload.read() if upload is not None and filename else form["text"].encode()
    if not form["consumer"]:
        raise Invalid("consumer", "choose the system that uses the contract")
    if not content.strip():
        raise Invalid("text", "say what it uses, or choose a file")
    if form["way"] == "pact":
        return DeclareUse(name, form["consumer"], pact=content, filename=filename or "pact.json")
    if form["way"] == "traffic":
        inferred = InferUse(name, content, filename or "traffic", form["base"])
        uses = infer_use(inferred, uow(), principal())
        return DeclareUse(name, form["consumer"], uses=uses, proposed=True)
    data = load(content, name=filename or "what it uses").data
    if not isinstance(data, dict):
        raise Invalid("text", f"is no object with 'uses'; write for example\n{EXAMPLE}")
    return DeclareUse(name, form["consumer"], uses=data)


def _view(name: str) -> Any:
    return get_contract(name, uow(), principal())


def _words(consumer: ConsumerView | None) -> str:
    """What is proposed or declared, to be changed; the example where that is nothing."""
    found = (consumer.proposal or consumer.expectation) if consumer is not None else None
    if found is None or not found.said or "pact" in found.body:
        return EXAMPLE
    stated = {key: value for key, value in found.body.items() if key != "system"}
    return orjson.dumps(stated, option=orjson.OPT_INDENT_2).decode() + "\n"


def _page(name: str, form: Mapping[str, str], errors: Mapping[str, str]) -> str:
    view = _view(name)
    known = [consumer.system for consumer in view.consumers]
    fits = view.contract.kind in {Kind.API, Kind.EVENT}
    return render_template(
        "contracts/use.html",
        contract=view.contract,
        form=form,
        errors=errors,
        text_error=next((m for f, m in errors.items() if f not in {"", "consumer", "file"}), ""),
        known=known,
        ways=[way for way in WAYS if fits or way[0] != "traffic"],
        may_declare=may(principal(), Action.DECLARE_USE),
    )
