"""Two versions of one contract: verdict, findings on both sides, consumers, raw difference."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from contracts.verdict import Level, Mode
from registry.domain import Version
from registry.errors import Invalid, NotFound
from registry.services.authorization import Action, may
from registry.services.compare_versions import CompareVersions, Comparison, compare_versions
from registry.services.get_contract import ContractView, get_contract
from registry.services.view_estate import list_environments
from registry.web.blueprint import web
from registry.web.context import principal, uow
from registry.web.findings import Reading, consumer_rows, show_report, source_link
from registry.web.rawdiff import raw_diff

DOWNLOADS = {
    "json": ("application/json", "json"),
    "markdown": ("text/markdown", "md"),
    "sarif": ("application/sarif+json", "sarif"),
    "html": ("text/html", "html"),
    "junit": ("application/xml", "xml"),
    "text": ("text/plain", "txt"),
}
MODES = tuple((m.value, m.value.capitalize()) for m in Mode if not m.transitive)


@web.get("/contracts/<name>/compare")
def compare(name: str) -> ResponseReturnValue:
    """The page, or with ``?format=`` the report as a file."""
    view = get_contract(name, uow(), principal())
    old, new = _chosen(view)
    if not old or not new:
        return render_template(
            "compare/compare.html", view=view, contract=view.contract, old=old, new=new,
            versions=_versions(view), modes=MODES, mode="", comparison=None,
        )  # fmt: skip
    mode = _mode()
    comparison = compare_versions(CompareVersions(name, old, new, mode), uow(), principal())
    wanted = request.args.get("format", "")
    if wanted:
        return _download(comparison, wanted)
    left = _reading(comparison.old, comparison.old_source)
    right = _reading(comparison.new, comparison.new_source)
    return render_template(
        "compare/compare.html",
        view=view,
        contract=view.contract,
        versions=_versions(view),
        modes=MODES,
        old=old,
        new=new,
        mode=mode.value if mode else "",
        comparison=comparison,
        shown=show_report(comparison.report, left, right),
        consumer_rows=consumer_rows(comparison.report, view.consumers),
        difference=raw_diff(comparison.old_source, comparison.new_source),
        old_url=left.url,
        new_url=right.url,
        downloads=("json", "markdown", "sarif"),
        may_waive=may(principal(), Action.REQUEST_WAIVER),
        replayable=_replayable(comparison) if may(principal(), Action.RUN_CONFORMANCE) else [],
        environments=[(e.id, e.name) for e in list_environments(uow(), principal())],
    )


def _reading(version: Version, text: str) -> Reading:
    name, label = version.contract, version.label
    return Reading.of(label, text, source_link(_source(name, label)), f"{name} {label}")


def _replayable(comparison: Comparison) -> list[tuple[str, str]]:
    """Breaking findings with a payload that can be sent over HTTP: fingerprint, sentence."""
    if comparison.report.format != "openapi":
        return []
    return [
        (f.fingerprint, f.message[:120])
        for f in comparison.report.findings
        if f.level is Level.ERROR and f.witness is not None
    ]


def _source(name: str, label: str) -> str:
    return url_for("web.source", name=name, label=label)


def _versions(view: ContractView) -> list[Version]:
    return [*view.proposals, *view.versions]


def _chosen(view: ContractView) -> tuple[str, str]:
    """What the reader asks for; else the newest against what it was compared with."""
    known = _versions(view)
    old, new = _label(known, "old"), _label(known, "new")
    if not new and known:
        new = known[0].label
    if not old and known:
        chosen = next((v for v in known if v.label == new), None)
        others = [v.label for v in view.versions if v.label != new]
        old = (chosen.baseline if chosen else None) or (others[0] if others else "")
    return old, new


def _label(known: Sequence[Version], side: str) -> str:
    """The label asked for; a number that is only proposed so far means the proposal."""
    asked = request.args.get(side, "")
    if not asked or any(version.label == asked for version in known):
        return asked
    return next((version.label for version in known if str(version.number) == asked), asked)


def _mode() -> Mode | None:
    text = request.args.get("mode", "")
    if not text:
        return None
    try:
        return Mode(text)
    except ValueError:
        known = ", ".join(m.value for m in Mode)
        raise Invalid("mode", f"{text[:40]!r} is not a mode; use one of {known}") from None


def _download(comparison: Comparison, wanted: str) -> Response:
    from contracts.reports import render

    if wanted not in DOWNLOADS:
        raise NotFound(f"a report is not written as {wanted[:40]!r}; use {', '.join(DOWNLOADS)}")
    media_type, ending = DOWNLOADS[wanted]
    response = Response(render(comparison.report, wanted), mimetype=media_type)
    name = f"{comparison.contract.name}-{comparison.old.label}-to-{comparison.new.label}.{ending}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
