"""Who owns what: teams, their systems, contracts, consumers; and what nobody owns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from contracts.governance.authority import Conflict
from contracts.verdict import Level
from registry.errors import Invalid, NotFound
from registry.services.authorization import Action, may
from registry.services.ports import CatalogFilter
from registry.services.record_deployment import RecordDeployment, record_deployment
from registry.services.record_undeployment import RecordUndeployment, record_undeployment
from registry.services.search_catalog import SearchCatalog, search_catalog
from registry.services.view_authority import view_authority
from registry.services.view_choices import suggest_systems, suggest_teams
from registry.services.view_estate import (
    list_environments,
    list_systems,
    view_estate,
    view_system,
)
from registry.services.view_ownership import OwnedContract, TeamOwnership, view_ownership
from registry.services.view_teams import view_team, view_teams
from registry.web.blueprint import web
from registry.web.context import ports, principal, uow
from registry.web.paging import page_number, page_of

MOST_CONTRACTS = 300


@web.get("/ownership")
def ownership() -> str:
    """The estate by owner: whole, or the teams only where it is too large; or one team."""
    if chosen := request.args.get("team", ""):
        view = view_team(chosen, uow(), principal(), page=page_number())
        found = view.contracts
        return render_template(
            "ownership/team.html",
            view=view,
            team=view.team,
            systems={system.id: system for system in view.systems},
            page=page_of(found.page, found.per_page, found.total),
        )
    summary = view_teams(uow(), principal())
    if summary.contracts > MOST_CONTRACTS:
        return render_template("ownership/teams.html", view=summary, orphans=summary.orphans)
    view_all = view_ownership(uow(), principal())
    teams = [t for t in view_all.teams if t.systems or t.contracts]
    return render_template(
        "ownership/ownership.html",
        teams=teams,
        idle=[t.team for t in view_all.teams if not t.systems and not t.contracts],
        known={item.contract.name for t in teams for item in owned_by(t)},
        orphans=view_all.orphans,
    )


def owned_by(owner: TeamOwnership) -> Iterator[OwnedContract]:
    """Every contract that the team owns or its systems provide."""
    yield from owner.contracts
    for system in owner.systems:
        yield from system.provides


@web.get("/ownership/fields")
def ownership_fields() -> str:
    """Who has the say over which fields, and where contracts disagree."""
    team, system = request.args.get("team", ""), request.args.get("system", "")
    view = view_authority(CatalogFilter(team=team, system=system), uow(), principal())
    chosen = request.args.get("object", "")
    estate = view_estate(uow(), principal())
    spoken = [c for c in view.conflicts if not chosen or _speaks_of(c, chosen)]
    return render_template(
        "ownership/fields.html",
        view=view,
        groups=[g for g in view.groups if not chosen or g.object == chosen],
        conflicts=[c for c in spoken if c.level is not Level.INFO],
        remarks=[c for c in spoken if c.level is Level.INFO],
        objects=sorted({g.object for g in view.groups}),
        chosen=chosen,
        team=team,
        teams=[(t.id, t.name) for t in estate.teams],
        systems={s.id for s in estate.systems},
    )


def _speaks_of(conflict: Conflict, object_: str) -> bool:
    return any(field.split(".", 1)[0] == object_ for field in conflict.fields)


@web.get("/systems")
def systems() -> str:
    """Systems and where they run."""
    found = list_systems(uow(), principal(), page=page_number())
    running: dict[tuple[str, str], list[str]] = defaultdict(list)
    for deployment in found.deployments:
        running[deployment.system, deployment.environment].append(deployment.version)
    return render_template(
        "ownership/systems.html",
        found=found,
        running=running,
        page=page_of(found.page, found.per_page, found.total),
    )


@web.get("/teams/known")
def team_names() -> str:
    """Teams that what is typed may mean."""
    found = suggest_teams(request.args.get("team", "")[:100], uow(), principal())
    return render_template("partials/options.html", options=found)


@web.get("/systems/known")
def system_names() -> str:
    """Systems that what is typed may mean."""
    found = suggest_systems(request.args.get("system", "")[:100], uow(), principal())
    return render_template("partials/options.html", options=found)


@web.get("/systems/<name>")
def system(name: str) -> str:
    """One system: what it provides and consumes, its releases, where they run."""
    view = view_system(name, uow(), principal())
    provides = search_catalog(
        SearchCatalog(CatalogFilter(system=name), 1, MOST_CONTRACTS), uow(), principal()
    )
    consumes = search_catalog(
        SearchCatalog(CatalogFilter(consumer=name), 1, MOST_CONTRACTS), uow(), principal()
    )
    return render_template(
        "ownership/system.html",
        view=view,
        system=view.system,
        provides=provides,
        consumes=consumes,
        known={entry.contract.name for entry in (*provides.entries, *consumes.entries)},
        may_deploy=may(principal(), Action.DEPLOY, view.system.team),
        environments=[(e.id, e.name) for e in list_environments(uow(), principal())],
        running=[d for d in view.deployments if d.ended_at is None],
        ended=[d for d in view.deployments if d.ended_at is not None][:20],
    )


@web.post("/systems/<name>/deployments")
def deploy(name: str) -> ResponseReturnValue:
    """Record that a release runs somewhere now, or no longer does."""
    given = {key: value.strip() for key, value in request.form.items()}
    environment, version = given.get("environment", ""), given.get("version", "")
    reason = given.get("reason", "")
    try:
        if given.get("action") == "end":
            record_undeployment(
                RecordUndeployment(name, environment, version or None, reason), uow(), principal()
            )
            flash(f"{name} {version} no longer runs in {environment}.", "ok")
        else:
            beside = given.get("beside") == "yes"
            record_deployment(
                RecordDeployment(name, version, environment, beside=beside, reason=reason),
                uow(),
                principal(),
                ports().queue,
            )
            flash(f"{name} {version} runs in {environment}.", "ok")
    except (NotFound, Invalid) as error:
        flash(str(error), "bad")
    return redirect(url_for("web.system", name=name), 303)
