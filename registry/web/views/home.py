"""The home page: what changed, what is at risk, and the question to the gate."""

from __future__ import annotations

from flask import render_template

from registry.services.view_choices import view_choices
from registry.services.view_overview import view_overview
from registry.web.blueprint import web
from registry.web.context import principal, uow


@web.get("/")
def home() -> str:
    """The state of the estate at a glance."""
    choices = view_choices(uow(), principal())
    return render_template(
        "home/home.html",
        overview=view_overview(uow(), principal()),
        systems=choices.systems,
        environments=[(e.id, e.name) for e in choices.environments],
        asked={"system": "", "version": "", "to": "", "at": "", "with": ""},
        errors={},
        releases=[],
    )
