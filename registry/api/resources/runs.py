"""Conformance runs."""

from __future__ import annotations

from typing import Any

from flask import Response
from pydantic import Field

from conformance.evidence.reports import MEDIA_TYPES, render
from registry.api.routes import Input, route
from registry.domain import Run
from registry.errors import Invalid
from registry.security.requests import caller, runtime
from registry.services.authorization import Action
from registry.services.check_drift import CheckDrift
from registry.services.check_drift import check_drift as look_through
from registry.services.get_run import RunView
from registry.services.get_run import get_run as find_run
from registry.services.list_runs import ListRuns, RunPage
from registry.services.list_runs import list_runs as search_runs
from registry.services.ports import RunFilter
from registry.services.record_run import cancel_run as cancel
from registry.services.report_run import report_run
from registry.services.start_replay import StartReplay
from registry.services.start_replay import start_replay as begin_replay
from registry.services.start_run import StartRun
from registry.services.start_run import start_run as begin
from registry.services.view_trend import Trend, view_trend


class RunQuery(Input):
    """Which runs, newest first."""

    contract: str = ""
    environment: str = ""
    system: str = ""
    status: str = ""
    page: int = Field(1, ge=1, le=100_000)
    per_page: int = Field(50, ge=1, le=200)


class RunRequest(Input):
    """``number`` defaults to what is deployed there, ``url`` to the registered endpoint."""

    contract: str = Field(max_length=100)
    environment: str = Field(max_length=100)
    number: str | None = Field(None, max_length=100)
    url: str | None = Field(None, max_length=2000)
    system: str | None = Field(None, max_length=100)
    suite: str = Field("", max_length=100)
    seed: int | None = Field(None, ge=0, le=2**53)
    settings: dict[str, Any] = Field(default_factory=dict)


class ReplayRequest(Input):
    """Two versions and where each runs; no `findings` (rules or fingerprints) means all."""

    old: str = Field(max_length=200)
    new: str = Field(max_length=200)
    old_environment: str = Field(max_length=100)
    new_environment: str = Field(max_length=100)
    old_url: str | None = Field(None, max_length=2000)
    new_url: str | None = Field(None, max_length=2000)
    findings: list[str] = Field(default_factory=list, max_length=100)
    values: dict[str, str] = Field(default_factory=dict)


class DriftRequest(Input):
    """`recording`: the text of a HAR, JSON lines, an access log or a capture."""

    recording: str = Field(min_length=1)
    filename: str = Field("recording", max_length=300)
    version: str = Field("latest", max_length=200)
    base: str = Field("", max_length=500, description="what stands before the contract's paths")


class DriftQuery(Input):
    """In which form the answer comes."""

    format: str = Field("json", max_length=20)


@route("GET", "/runs", action=Action.READ, problems=(400,))
def list_runs(query: RunQuery) -> RunPage:
    """Conformance runs, newest first."""
    values = query.model_dump()
    page, per_page = values.pop("page"), values.pop("per_page")
    return search_runs(ListRuns(RunFilter(**values), page, per_page), runtime().uow, caller())


@route("POST", "/runs", action=Action.RUN_CONFORMANCE, status=202, problems=(400, 404))
def start_run(body: RunRequest) -> Run:
    """Queue a conformance run; a worker carries it out."""
    command = StartRun(
        body.contract,
        body.environment,
        body.number,
        body.url,
        body.suite,
        body.seed,
        body.settings,
        system=body.system,
    )
    return begin(command, runtime().uow, caller(), runtime().queue)


@route("GET", "/runs/{run}", action=Action.READ, problems=(404,))
def get_run(run: str) -> RunView:
    """One run with its failures, each with a command that repeats it."""
    return find_run(run, runtime().uow, caller())


class ReportQuery(Input):
    """Which report."""

    format: str = Field("json", max_length=20)


@route(
    "GET",
    "/runs/{run}/report",
    action=Action.READ,
    problems=(400, 404, 409),
    media_type=" ".join(sorted(set(MEDIA_TYPES.values()))),
)
def get_run_report(run: str, query: ReportQuery) -> Response:
    """A finished run as text, json, junit, markdown, ndjson, sarif, har or html.

    The media type of the answer is that of the format.
    """
    found = report_run(run, query.format, runtime().uow, caller())
    response = Response(found.text, mimetype=found.media_type, headers=found.headers)
    response.set_etag(found.sha256)
    return response


@route("POST", "/runs/{run}/cancellation", action=Action.RUN_CONFORMANCE, problems=(404, 409))
def cancel_run(run: str) -> Run:
    """Stop a queued or running run."""
    return cancel(run, runtime().uow, caller())


@route("GET", "/contracts/{name}/trend", action=Action.READ, problems=(404,))
def get_trend(name: str) -> Trend:
    """How a contract was kept over time: pass rate and index by environment, system and suite."""
    return view_trend(name, runtime().uow, caller())


@route(
    "POST",
    "/contracts/{name}/replays",
    action=Action.RUN_CONFORMANCE,
    status=202,
    problems=(400, 404),
)
def create_replay(name: str, body: ReplayRequest) -> Run:
    """Send what breaks between two versions to the deployments of both, to see it live.

    A worker carries it out under the rules of each environment; the run's summary then holds
    `replays`: the request, what both answered, and whether the break is shown. It is no evidence.
    """
    values = body.model_dump()
    findings = tuple(values.pop("findings"))
    command = StartReplay(contract=name, findings=findings, **values)
    return begin_replay(command, runtime().uow, caller(), runtime().queue)


@route(
    "POST",
    "/contracts/{name}/drift",
    action=Action.RUN_CONFORMANCE,
    problems=(400, 404),
    media_type=" ".join(sorted(set(MEDIA_TYPES.values()))),
)
def check_drift(name: str, body: DriftRequest, query: DriftQuery) -> Response:
    """What recorded traffic shows that the contract does not say; nothing is stored.

    Undocumented operations, parameters, codes, fields and values, as text, json, junit, markdown,
    ndjson, sarif, har or html.
    """
    if query.format not in MEDIA_TYPES:
        raise Invalid("format", f"{query.format!r} is none of {', '.join(MEDIA_TYPES)}")
    command = CheckDrift(name, body.recording.encode(), body.filename, body.version, body.base)
    found = look_through(command, runtime().uow, caller())
    return Response(render(found, query.format), mimetype=MEDIA_TYPES[query.format])
