"""The catalog: find a contract by words and filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.services.ports import CatalogFilter
from registry.services.search_catalog import CatalogPage, SearchCatalog, search_catalog
from registry.services.view_choices import Choices, choices_of, suggest_contracts
from registry.web import signs
from registry.web.blueprint import web
from registry.web.context import principal, uow
from registry.web.paging import page_number, page_of

PER_PAGE = 50
FIELDS = (
    ("system", "System"),
    ("team", "Owner team"),
    ("kind", "Kind"),
    ("lifecycle", "Lifecycle"),
    ("criticality", "Criticality"),
    ("classification", "Classification"),
    ("consumer", "Consumer"),
)

KNOWN = {"system": "web.system_names", "team": "web.team_names"}
MARKS = (("tag", "Tag"), ("format", "Format"))
"""Filters that come with a link and have no field of their own."""


@dataclass(frozen=True, slots=True)
class FilterChoice:
    """One filter, and what is chosen."""

    name: str
    label: str
    choices: Choices
    chosen: str
    known: str
    """Where a list that is too long asks what is meant."""


@web.get("/contracts")
def catalog() -> ResponseReturnValue:
    """One page of the contracts that match."""
    wanted = _filter()
    found = search_catalog(SearchCatalog(wanted, page_number(), PER_PAGE), uow(), principal())
    if not found.entries and found.total and page_number() > 1:
        return redirect(url_for("web.catalog", **cast("Any", _kept())))
    return render_template(
        "contracts/catalog.html",
        found=found,
        text=wanted.text,
        filters=[_choice(name, label, found) for name, label in FIELDS],
        active=bool(_kept()),
        marks=[(label, name, value) for name, label in MARKS if (value := _kept().get(name))],
        page=page_of(found.page, found.per_page, found.total, more=not found.exact),
    )


def _kept() -> dict[str, str]:
    names = ("text", "tag", "format", *(name for name, _ in FIELDS))
    return {
        name: request.args[name].strip() for name in names if request.args.get(name, "").strip()
    }


def _filter() -> CatalogFilter:
    given = _kept()
    criticality = given.pop("criticality", "")
    number = int(criticality) if criticality in {"1", "2", "3"} else None
    return CatalogFilter(**given, criticality=number)


def _choice(name: str, label: str, found: CatalogPage) -> FilterChoice:
    chosen = request.args.get(name, "")
    values = dict(found.facets.get(name, {}))
    if chosen and chosen not in values:
        values[chosen] = 0
    options = tuple(
        (v, f"{_shown(name, v)} ({n})" if found.exact else _shown(name, v))
        for v, n in sorted(values.items())
    )
    return FilterChoice(
        name, label, choices_of(options), chosen, url_for(KNOWN[name]) if name in KNOWN else ""
    )


def _shown(name: str, value: str) -> str:
    if name == "kind":
        return signs.kind(value)
    if name == "criticality":
        return signs.criticality(int(value)) if value.isdigit() else value
    return signs.sign(value).label if name in {"lifecycle", "classification"} else value


@web.get("/contracts/known")
def contract_names() -> str:
    """Contracts that what is typed may mean."""
    found = suggest_contracts(request.args.get("contract", "")[:100], uow(), principal())
    return render_template("partials/options.html", options=found)
