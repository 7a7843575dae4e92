"""What starts runs by itself: schedules and inbound webhooks."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.errors import Conflict, Invalid, NotFound
from registry.services.authorization import Action, may
from registry.services.fire_triggers import Call, fire_trigger
from registry.services.manage_triggers import (
    CreatedTrigger,
    CreateTrigger,
    create_trigger,
    list_triggers,
    remove_trigger,
)
from registry.services.view_choices import contract_choices
from registry.services.view_estate import list_environments
from registry.web.blueprint import web
from registry.web.context import ports, principal, uow

FIELDS = ("contract", "environment", "cron", "suite")


@web.get("/runs/triggers")
def triggers() -> str:
    """Every trigger, without secrets, and the form for a new one."""
    values = {name: request.args.get(name, "") for name in FIELDS}
    return _page(values, {})


@web.post("/runs/triggers")
def add_trigger() -> ResponseReturnValue:
    """A new one; a webhook's secret stands on this answer and nowhere else."""
    form = {name: request.form.get(name, "").strip() for name in FIELDS}
    try:
        if request.form.get("kind") == "schedule" and not form["cron"]:
            raise Invalid("cron", "say when: five fields of cron, such as 15 2 * * mon-fri")
        if request.form.get("kind") == "webhook":
            form["cron"] = ""
        command = CreateTrigger(
            form["contract"], form["environment"], cron=form["cron"], suite=form["suite"]
        )
        created = create_trigger(command, uow(), principal(), ports().sealer)
    except Invalid as error:
        return _page(form, {e.field: e.message for e in error.errors}), 422
    except NotFound as error:
        return _page(form, {"contract": str(error)}), 422
    if created.secret:
        return _page({}, {}, created), 201, {"Cache-Control": "no-store"}
    flash(f"{created.trigger.contract} runs by itself from now on.", "ok")
    return redirect(url_for("web.triggers"), 303)


@web.post("/runs/triggers/<trigger_id>/remove")
def drop_trigger(trigger_id: str) -> ResponseReturnValue:
    """It starts nothing any more."""
    try:
        found = remove_trigger(trigger_id, uow(), principal())
        flash(f"The {found.kind} of {found.contract} is removed.", "ok")
    except Conflict as error:
        flash(str(error), "bad")
    return redirect(url_for("web.triggers"), 303)


@web.post("/runs/triggers/<trigger_id>/runs")
def start_trigger(trigger_id: str) -> ResponseReturnValue:
    """Start its run now."""
    try:
        call = Call(trigger_id)
        started = fire_trigger(call, uow(), principal(), ports().sealer, ports().queue)
    except (Invalid, NotFound) as error:
        flash(str(error), "bad")
        return redirect(url_for("web.triggers"), 303)
    return redirect(url_for("web.run", run_id=started.id), 303)


def _page(
    values: Mapping[str, str], errors: Mapping[str, str], created: CreatedTrigger | None = None
) -> str:
    found = list_triggers(uow(), principal())
    environments = list_environments(uow(), principal())
    return render_template(
        "runs/triggers.html",
        triggers=found,
        values=values,
        errors=errors,
        created=created,
        address=url_for("api.fireTrigger", trigger=created.trigger.id, _external=True)
        if created
        else "",
        may_run=may(principal(), Action.RUN_CONFORMANCE),
        contracts=contract_choices(uow(), principal()),
        environments=[(e.id, e.name) for e in environments],
        after_deployment=[e for e in environments if e.policy.runs_after_deployment],
    )
