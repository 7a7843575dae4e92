"""The blueprint of every page, and how the composition root puts it into an application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Flask
from markupsafe import Markup

from registry.web import moments, signs
from registry.web.access import check_access
from registry.web.assets import STATIC, asset, templates_folder
from registry.web.context import Ports, principal
from registry.web.csrf import check_csrf, csrf_token
from registry.web.findings import pretty
from registry.web.governance import uses
from registry.web.headers import secure
from registry.web.prose import inline, prose
from registry.web.shell import shell

web = Blueprint(
    "web",
    __name__,
    static_folder=str(STATIC),
    static_url_path="/assets",
    template_folder=str(templates_folder()),
)


def install(app: Flask, given: Ports) -> None:
    """Put the pages into ``app``. It needs a ``SECRET_KEY`` for sessions."""
    from registry.web import views

    app.extensions["interlock-web"] = given
    app.config.setdefault("SESSION_COOKIE_HTTPONLY", True)
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    views.load()
    app.register_blueprint(web)


@web.before_request
def _guard() -> None:
    check_csrf()
    check_access()


web.after_request(secure)


@web.app_context_processor
def _page_context() -> dict[str, Any]:
    return {
        "asset": asset,
        "csrf_token": csrf_token,
        "shell": shell(),
        "principal": principal(),
    }


def _now() -> datetime:
    return datetime.now(UTC)


FILTERS: dict[str, Callable[..., Any]] = {
    "sign": signs.sign,
    "problem_sign": signs.problem_sign,
    "kind": signs.kind,
    "format_name": signs.format_name,
    "criticality": signs.criticality,
    "word": signs.word,
    "iso": moments.iso,
    "day": moments.day,
    "iso_day": moments.iso_day,
    "moment": moments.moment,
    "ago": moments.relative_to(_now),
    "duration": moments.duration,
    "pretty": pretty,
    "prose": prose,
    "inline": inline,
    "uses": uses,
    "attr_if": lambda on, name: Markup(" {}").format(name) if on else "",
}
for _name, _filter in FILTERS.items():
    web.add_app_template_filter(_filter, _name)
