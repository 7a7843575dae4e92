"""Tags: names that point to a version and may be moved."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from registry.api.routes import Input, route
from registry.security.requests import caller, runtime
from registry.services.authorization import Action
from registry.services.links_port import Tag
from registry.services.move_tag import MoveTag, remove_tag
from registry.services.move_tag import list_tags as find_tags
from registry.services.move_tag import move_tag as move


class TagTarget(Input):
    """Where it is to point: a number, ``number@branch``, a branch, another tag or ``latest``."""

    version: str = Field(min_length=1, max_length=200)
    reason: str = Field("", max_length=2000)


@dataclass(frozen=True, slots=True)
class Tags:
    """By name."""

    tags: tuple[Tag, ...]


@route("GET", "/contracts/{name}/tags", action=Action.READ, problems=(404,))
def list_tags(name: str) -> Tags:
    """Every tag of a contract, and the version that it points to."""
    return Tags(find_tags(name, runtime().uow, caller()))


@route("PUT", "/contracts/{name}/tags/{tag}", action=Action.MOVE_TAG, problems=(400, 404, 409, 422))
def move_tag(name: str, tag: str, body: TagTarget) -> Tag:
    """Set a tag, or move it to another version.

    A tag stands wherever a version does: in comparisons, checks, `can-i-merge` and downloads.
    """
    return move(MoveTag(name, tag, body.version, body.reason), runtime().uow, caller())


@route("DELETE", "/contracts/{name}/tags/{tag}", action=Action.MOVE_TAG, problems=(404,))
def delete_tag(name: str, tag: str) -> Tag:
    """Take a tag away; the version stays."""
    return remove_tag(name, tag, runtime().uow, caller())
