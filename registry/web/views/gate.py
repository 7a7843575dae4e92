"""The gate: one question with its reasons, and the matrix of what may go where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue

from registry.domain import Decision, Outcome, Reason
from registry.errors import Invalid, NotFound
from registry.services.authorization import Action, may
from registry.services.can_i_deploy import CanIDeploy, can_i_deploy
from registry.services.view_choices import view_choices
from registry.services.view_estate import view_system
from registry.services.view_releases import view_releases
from registry.web.blueprint import web
from registry.web.context import principal, uow

FIELDS = {"together": "with"}
"""What the form calls a field that the use case calls otherwise."""
TITLES = {
    Outcome.BLOCKED: "Stands against it",
    Outcome.UNKNOWN: "Open questions",
    Outcome.WAIVED: "Waived",
    Outcome.OK: "Holds",
}


@dataclass(frozen=True, slots=True)
class ReasonGroup:
    """Reasons that weigh the same."""

    outcome: Outcome
    title: str
    reasons: tuple[Reason, ...]
    folded: bool


@web.get("/gate")
def gate() -> ResponseReturnValue:
    """The question form, and below it the answer if one is asked for."""
    asked = {
        name: request.args.get(name, "").strip()
        for name in ("system", "version", "to", "at", "with")
    }
    choices = view_choices(uow(), principal())
    decision: Decision | None = None
    errors: dict[str, str] = {}
    if asked["system"] and asked["version"] and asked["to"]:
        decision, errors = _ask(asked)
    page = render_template(
        "gate/gate.html",
        asked=asked,
        errors=errors,
        decision=decision,
        may_run=may(principal(), Action.RUN_CONFORMANCE),
        may_waive=may(principal(), Action.REQUEST_WAIVER),
        groups=grouped(decision.reasons) if decision else [],
        releases=_releases(asked["system"]),
        environments=[(e.id, e.name) for e in choices.environments],
        systems=choices.systems,
    )
    return page, 422 if errors else 200


@web.get("/gate/matrix", endpoint="matrix")
def matrix_page() -> str:
    """Every recent release of a system against every environment."""
    choices = view_choices(uow(), principal()).systems
    system = request.args.get("system", "") or (choices.options[0][0] if choices.options else "")
    matrix = view_releases(system, uow(), principal()) if system else None
    return render_template(
        "gate/matrix.html",
        system=system,
        systems=choices,
        environments=matrix.environments if matrix else (),
        rows=matrix.rows if matrix else (),
    )


def _ask(asked: Mapping[str, str]) -> tuple[Decision | None, dict[str, str]]:
    try:
        at = _instant(asked["at"])
        command = CanIDeploy(
            asked["system"], asked["version"], asked["to"], _together(asked["with"]), at
        )
        return can_i_deploy(command, uow(), principal()), {}
    except Invalid as error:
        return None, {FIELDS.get(e.field, e.field): e.message for e in error.errors}
    except NotFound as error:
        return None, {"": str(error)}


def _together(text: str) -> tuple[tuple[str, str], ...]:
    """``wms 2.1.0, portal 1.4.0``: what is deployed in the same step."""
    pairs = []
    for part in text.split(","):
        words = part.replace("@", " ").replace(":", " ").split()
        if len(words) == 2:
            pairs.append((words[0], words[1]))
        elif words:
            raise Invalid(
                "with", f"{part.strip()[:40]!r} is no system and version; write wms 2.1.0"
            )
    return tuple(pairs)


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid("at", f"{text[:40]!r} is no instant; write 2026-11-21T09:30") from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def grouped(reasons: Sequence[Reason]) -> list[ReasonGroup]:
    """Reasons by what they weigh, heaviest first; what is fine is folded away."""
    ordered = sorted(reasons, key=lambda r: (r.contract, r.consumer))
    groups = []
    for outcome, title in TITLES.items():
        found = tuple(reason for reason in ordered if reason.outcome is outcome)
        if found:
            groups.append(ReasonGroup(outcome, title, found, folded=outcome is Outcome.OK))
    return groups


def _releases(system: str) -> list[str]:
    if not system:
        return []
    with suppress(NotFound):
        return [r.version for r in view_system(system, uow(), principal()).releases]
    return []
