"""Tags of a contract: set, moved and removed from its page."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from registry.errors import Conflict, Invalid, NotFound
from registry.services.move_tag import MoveTag
from registry.services.move_tag import move_tag as move
from registry.services.move_tag import remove_tag as remove
from registry.web.blueprint import web
from registry.web.context import principal, uow


@web.post("/contracts/<name>/tags")
def move_tag(name: str) -> ResponseReturnValue:
    """Set a tag, or move it to another version."""
    tag, label = (request.form.get(field, "").strip() for field in ("tag", "version"))
    try:
        moved = move(MoveTag(name, tag, label), uow(), principal())
        flash(f"{moved.name} points to {moved.label} now.", "ok")
    except (Invalid, Conflict, NotFound) as error:
        flash(str(error), "bad")
    return redirect(url_for("web.contract", name=name, _anchor="tags"), 303)


@web.post("/contracts/<name>/tags/<tag>/removal")
def remove_tag(name: str, tag: str) -> ResponseReturnValue:
    """Take a tag away."""
    try:
        gone = remove(name, tag, uow(), principal())
        flash(f"The tag {gone.name} is gone; it pointed to {gone.label}.", "ok")
    except NotFound as error:
        flash(str(error), "bad")
    return redirect(url_for("web.contract", name=name, _anchor="tags"), 303)
