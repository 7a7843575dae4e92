"""Conformance: the runs, one run with what it found, starting and cancelling one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from conformance.evidence.reports import FORMATS
from contracts.documents import load
from contracts.errors import ContractError
from contracts.governance.sidecar import load_sidecar
from registry.domain import Environment, Kind, Run, RunFailure, RunStatus
from registry.errors import Conflict, Invalid, NotFound, RegistryError
from registry.services.authorization import Action, authorize
from registry.services.get_contract import get_contract
from registry.services.get_run import RunView, get_run
from registry.services.list_runs import ListRuns, list_runs
from registry.services.ports import RunFilter
from registry.services.record_run import cancel_run
from registry.services.report_run import report_run
from registry.services.run_history import FailureHistory, Standing
from registry.services.start_replay import StartReplay, start_replay
from registry.services.start_run import StartRun, start_run
from registry.services.view_choices import contract_choices, view_choices
from registry.services.view_estate import list_endpoints, list_environments
from registry.web.blueprint import web
from registry.web.context import ports, principal, uow
from registry.web.evidence import index_parts, progress, tried
from registry.web.findings import pretty, source_link
from registry.web.governance import grouped
from registry.web.paging import page_number, page_of
from registry.web.replays import replays_of

PER_PAGE = 50
MOST_ENDPOINTS = 100


@dataclass(frozen=True, slots=True)
class FailureShown:
    """One failure with its exchange as text."""

    anchor: str
    failure: RunFailure
    request: str
    response: str
    example: str
    """The message or row that shows it, where there is no request."""
    source_url: str
    history: FailureHistory | None
    owner: str
    """Who promised to mend it, or who owns the contract."""


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Failures of one cause."""

    check: str
    title: str
    severity: str
    count: int
    failures: tuple[FailureShown, ...]


@web.get("/runs")
def runs() -> str:
    """Runs, newest first."""
    wanted = RunFilter(
        contract=request.args.get("contract", ""),
        environment=request.args.get("environment", ""),
        system=request.args.get("system", ""),
        status=request.args.get("status", ""),
    )
    found = list_runs(ListRuns(wanted, page_number(), PER_PAGE), uow(), principal())
    choices = view_choices(uow(), principal())
    return render_template(
        "runs/runs.html",
        found=found,
        wanted=wanted,
        statuses=[s.value for s in RunStatus],
        environments=[e.id for e in choices.environments],
        systems=choices.systems,
        page=page_of(found.page, found.per_page, found.total),
    )


@web.get("/runs/<run_id>")
def run(run_id: str) -> ResponseReturnValue:
    """One run; while it goes on, its state is asked for again, and at its end the page."""
    view = get_run(run_id, uow(), principal())
    following = request.headers.get("HX-Request") == "true"
    counted = _counted(view)
    if following and view.run.status.final:
        return "", 200, {"HX-Refresh": "true"}
    return render_template(
        "runs/progress.html" if following else "runs/run.html",
        view=view,
        run=view.run,
        contract=view.contract,
        groups=_groups(view),
        tried=tried(view.run.summary, counted),
        counted=counted,
        replays=replays_of(view.run.summary),
        exchange=exchange,
        progress=progress(view.run.summary),
        settings=grouped(view.run.settings),
        seconds=_seconds(view.run),
        gone=[h for h in view.history if h.standing is Standing.FIXED or _absent(h, view)],
        reports=FORMATS,
        index=index_parts(view.run.summary),
    )


def _counted(view: RunView) -> str:
    """What the number of requests of a run is: a broker is asked for none."""
    if view.contract.kind is Kind.EVENT:
        return "Messages read"
    by_table = not view.run.url.startswith(("http://", "https://"))
    return "Rows read" if by_table else "Requests sent"


def _absent(entry: FailureHistory, view: RunView) -> bool:
    """Whether a flaky failure did not show itself this time."""
    return all(failure.key != entry.cause for failure in view.failures)


@web.get("/runs/<run_id>/report")
def run_report(run_id: str) -> ResponseReturnValue:
    """A finished run as a file in one of the formats of the command."""
    found = report_run(run_id, request.args.get("format", "html"), uow(), principal())
    return Response(found.text, mimetype=found.media_type, headers=found.headers)


@web.get("/runs/new")
def new_run() -> str:
    """The form that starts a run."""
    authorize(principal(), Action.RUN_CONFORMANCE)
    return _form(request.args, {})


@web.post("/runs")
def create_run() -> ResponseReturnValue:
    """Queue a run; an error keeps what was filled in."""
    form = {key: value.strip() for key, value in request.form.items()}
    try:
        command = StartRun(
            contract=form.get("contract", ""),
            environment=form.get("environment", ""),
            number=form.get("number") or None,
            url=form.get("url") or None,
            suite=form.get("suite", ""),
            seed=_seed(form.get("seed", "")),
            settings=_settings(form),
        )
        started = start_run(command, uow(), principal(), ports().queue)
    except Invalid as error:
        return _form(form, {e.field: e.message for e in error.errors}), 422
    except NotFound as error:
        return _form(form, {"": str(error)}), 422
    return redirect(url_for("web.run", run_id=started.id), 303)


@web.post("/contracts/<name>/replay")
def replay(name: str) -> ResponseReturnValue:
    """Show live what breaks between two versions."""
    form = {key: value.strip() for key, value in request.form.items()}
    command = StartReplay(
        contract=name,
        old=form.get("old", ""),
        new=form.get("new", ""),
        old_environment=form.get("old_environment", ""),
        new_environment=form.get("new_environment", ""),
        old_url=form.get("old_url") or None,
        new_url=form.get("new_url") or None,
        findings=(form["finding"],) if form.get("finding") else (),
    )
    try:
        started = start_replay(command, uow(), principal(), ports().queue)
    except (Invalid, NotFound) as error:
        flash(str(error), "bad")
        back = url_for("web.compare", name=name, old=command.old, new=command.new)
        return redirect(back, 303)
    return redirect(url_for("web.run", run_id=started.id), 303)


@web.post("/runs/<run_id>/cancel")
def stop_run(run_id: str) -> ResponseReturnValue:
    """Cancel a run that is queued or running."""
    try:
        cancel_run(run_id, uow(), principal())
        flash("The run is cancelled; its worker stops at the next step.", "ok")
    except Conflict as error:
        flash(str(error), "bad")
    return redirect(url_for("web.run", run_id=run_id), 303)


def _form(values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    environments = list_environments(uow(), principal())
    return render_template(
        "runs/new.html",
        values=values,
        errors=errors,
        contracts=contract_choices(uow(), principal()),
        environments=[(e.id, e.name) for e in environments],
        suites=_suites(values.get("contract", ""), environments),
        endpoints=list_endpoints(MOST_ENDPOINTS, uow(), principal()),
    )


def _suites(contract: str, environments: Sequence[Environment]) -> list[str]:
    """Suites that environments ask for, and those that the chosen contract defines."""
    found = [suite for e in environments for suite in e.policy.evidence_suites]
    if contract:
        with suppress(RegistryError, ContractError):
            view = get_contract(contract, uow(), principal())
            sidecar = load_sidecar(load(view.sidecar.encode(), name="contract.yaml"))
            found += [suite.name for suite in sidecar.conformance.suites]
    return list(dict.fromkeys(found))


def _settings(form: Mapping[str, str]) -> dict[str, Any]:
    """What is said of messages and tables; fields left empty say nothing."""
    found: dict[str, Any] = {}
    for name in ("last", "seconds", "freshness"):
        text = form.get(name, "")
        if text:
            try:
                found[name] = float(text) if "." in text else int(text)
            except ValueError:
                raise Invalid(name, f"{text!r} is no number") from None
    if form.get("table"):
        found["table"] = form["table"]
    return found


def _seed(text: str) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    raise Invalid("seed", "a seed is a whole number of at most nine digits, or left empty")


def _seconds(run: Run) -> float | None:
    if run.started_at is None or run.finished_at is None:
        return None
    return (run.finished_at - run.started_at).total_seconds()


def _groups(view: RunView) -> list[FailureGroup]:
    link = source_link(url_for("web.source", name=view.run.contract, label=view.run.number))
    groups: dict[tuple[str, str], list[FailureShown]] = {}
    past = {entry.cause: entry for entry in view.history}
    for index, failure in enumerate(view.failures):
        shown = FailureShown(
            anchor=f"failure-{index + 1}",
            failure=failure,
            request=exchange(failure.request),
            response=exchange(failure.response),
            example=pretty(failure.example) if failure.example is not None else "",
            source_url=link(failure.line) if failure.line else "",
            history=past.get(failure.key),
            owner=view.contract.owner,
        )
        groups.setdefault((failure.check, failure.title), []).append(shown)
    return [_group(check, title, items) for (check, title), items in groups.items()]


def _group(check: str, title: str, items: Sequence[FailureShown]) -> FailureGroup:
    return FailureGroup(
        check=check,
        title=title,
        severity=items[0].failure.severity,
        count=sum(item.failure.count for item in items),
        failures=tuple(items),
    )


def exchange(message: Mapping[str, Any]) -> str:
    """A request or response as HTTP/1.1 writes it: first line, headers, body."""
    if not message:
        return ""
    if "method" in message:
        first = f"{message['method']} {message.get('url') or message.get('path') or ''}"
    else:
        status = message.get("status_code") or message.get("status") or ""
        first = f"{status} {message.get('reason') or ''}".strip()
    lines = [first]
    headers = message.get("headers")
    pairs = headers.items() if isinstance(headers, Mapping) else headers or ()
    for name, value in pairs:
        many = value if isinstance(value, (list, tuple)) else [value]
        lines += [f"{name}: {one}" for one in many]
    body = message.get("body")
    if body not in (None, ""):
        lines += ["", body if isinstance(body, str) else pretty(body)]
    return "\n".join(lines)
