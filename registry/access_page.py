"""``docs/reference/access.md``: who may call what, made from the routes. Run me to print it."""

from __future__ import annotations

from flask import Flask

import registry.api.resources  # noqa: F401 - fills the table
from registry.api.routes import PREFIX, ROUTES
from registry.services.authorization import ALLOWED, Action
from registry.web.access import PAGES, Audience

HEAD = """\
# Who may call what

Made from the tables that the service itself asks, by `python -m registry.access_page`; a test keeps
it so, and another calls every route as everybody.

A caller is nobody, a user with a session (pages only), or an API token (API only; a token can also
open a session). "Own team" means: only for things of a team the caller acts for; administrators act
for every team. Reading is open to everybody who reaches the service, unless `public_read` is
`false`: then it takes a login, and so do the metrics. A partner sees only what is shared with their
teams, whatever other roles they have: the rest does not exist for them.

## Actions

| Action | Roles | Own team |
|---|---|---|
"""
TABLE = "| Method | Address | Action |\n|---|---|---|\n"
PUBLIC = (
    ("GET", f"{PREFIX}/openapi.json"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
)
"""Neither API operations nor pages; none of them names a contract."""


def page(app: Flask) -> str:
    """The page as Markdown."""
    actions = "".join(
        f"| {action} | {', '.join(sorted(rule.roles))} | {'yes' if rule.own_team else ''} |\n"
        for action, rule in ALLOWED.items()
    )
    api = "".join(f"| {r.method} | `{PREFIX}{r.path}` | {r.action} |\n" for r in ROUTES)
    pages = "".join(f"| {method} | `{rule}` | {who} |\n" for method, rule, who in pages_of(app))
    rest = "".join(
        f"| {method} | `{path}` | {Audience.ANYONE.value} |\n" for method, path in PUBLIC
    )
    parts = {"API": api, "Pages": pages, "Rest": rest}
    return HEAD + actions + "".join(f"\n## {name}\n\n{TABLE}{t}" for name, t in parts.items())


def pages_of(app: Flask) -> list[tuple[str, str, str]]:
    """Method, address and who, of every page."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("web."):
            who: Action | Audience = PAGES[rule.endpoint.removeprefix("web.")]
            method = "POST" if "POST" in (rule.methods or ()) else "GET"
            found.append((method, rule.rule, who.value))
    return sorted(found, key=lambda row: (row[1], row[0]))


if __name__ == "__main__":
    from registry.web import views
    from registry.web.blueprint import web

    application = Flask("registry", static_folder=None)
    views.load()
    application.register_blueprint(web)
    print(page(application), end="")  # noqa: T201
