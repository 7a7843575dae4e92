"""How to read what the pages say."""

from __future__ import annotations

from flask import render_template

from registry.web.blueprint import web


@web.get("/about")
def about() -> str:
    """What a verdict, a witness and the gate's answers mean."""
    return render_template("about.html")
