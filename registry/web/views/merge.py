"""May a proposal be merged? Asked of everybody who consumes the contract."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from registry.domain import Decision
from registry.errors import Conflict, NotFound
from registry.services.can_i_merge import CanIMerge, can_i_merge
from registry.services.get_contract import ContractView, get_contract
from registry.web.blueprint import web
from registry.web.context import principal, uow
from registry.web.views.gate import grouped


@web.get("/contracts/<name>/merge")
def merge(name: str) -> ResponseReturnValue:
    """The answer for ``?version=``: a number, a proposal, a tag or a branch."""
    view = get_contract(name, uow(), principal())
    labels = _labels(view)
    asked = request.args.get("version", "").strip() or (labels[0][0] if labels else "")
    decision: Decision | None = None
    problem = "" if asked else "There is no version to ask about yet."
    if asked:
        try:
            decision = can_i_merge(CanIMerge(name, asked), uow(), principal())
        except (NotFound, Conflict) as error:
            problem = str(error)
    page = render_template(
        "gate/merge.html",
        contract=view.contract,
        asked=asked,
        labels=labels if asked in dict(labels) or not asked else [*labels, (asked, asked)],
        decision=decision,
        problem=problem,
        groups=grouped(decision.reasons) if decision else [],
        may_run=False,
        may_waive=False,
    )
    return page, 422 if problem else 200


def _labels(view: ContractView) -> list[tuple[str, str]]:
    """Proposals first, then tags, branches and releases."""
    proposals = [(v.label, f"{v.label} (proposal)") for v in view.proposals]
    tags = [(tag.name, f"{tag.name} (tag, {tag.label})") for tag in view.tags]
    branches = sorted({v.branch for v in view.proposals} - {tag.name for tag in view.tags})
    named = [(branch, f"{branch} (branch)") for branch in branches]
    return [*proposals, *tags, *named, *((v.label, v.label) for v in view.versions)]
