"""How a contract was kept over time."""

from __future__ import annotations

from flask import render_template

from registry.services.view_trend import view_trend
from registry.web.blueprint import web
from registry.web.context import principal, uow
from registry.web.trends import WIDTH, chart


@web.get("/contracts/<name>/trend")
def trend(name: str) -> str:
    """Pass rate and index over the runs of each suite."""
    found = view_trend(name, uow(), principal())
    return render_template(
        "runs/trend.html",
        contract=found.contract,
        charts=[chart(series) for series in found.series],
        bar_width=WIDTH,
    )
