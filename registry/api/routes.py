"""The table of routes: one decorated function each, from which both routing and document are made.

A handler takes the path's parameters by name, ``query`` and ``body`` as pydantic models, and gives
a value of the domain or of a use case. Its annotations say what the OpenAPI document says, so the
two cannot drift apart.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict

from registry.services.authorization import Action

PREFIX = "/api/v1"


class Input(BaseModel):
    """Input of a route; what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of the API."""

    method: str
    path: str
    """OpenAPI form: ``/contracts/{name}``."""
    handler: Callable[..., Any]
    action: Action
    status: int
    tag: str
    problems: tuple[int, ...]
    media_type: str = "application/json"
    """Several are separated by spaces; the query says which is meant."""

    @property
    def operation_id(self) -> str:
        """The handler's name in camel case."""
        head, *tail = self.handler.__name__.split("_")
        return head + "".join(word.capitalize() for word in tail)

    @property
    def hints(self) -> dict[str, Any]:
        """Resolved annotations of the handler."""
        return _hints(self.handler)

    @property
    def summary(self) -> str:
        """First line of the handler's docstring."""
        return (inspect.getdoc(self.handler) or "").partition("\n")[0].rstrip(".")

    @property
    def description(self) -> str:
        """The rest of the docstring."""
        return (inspect.getdoc(self.handler) or "").partition("\n")[2].strip()

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names in the path."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))


@cache
def _hints(handler: Callable[..., Any]) -> dict[str, Any]:
    return get_type_hints(handler)


ROUTES: list[Route] = []


def route(
    method: str,
    path: str,
    *,
    action: Action,
    status: int = 200,
    problems: tuple[int, ...] = (),
    media_type: str = "application/json",
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter a handler into the table; an operation used twice is refused at import."""

    def enter(handler: Callable[..., Any]) -> Callable[..., Any]:
        tag = handler.__module__.rpartition(".")[2].replace("_", " ")
        entry = Route(method, path, handler, action, status, tag, problems, media_type)
        taken = {(r.method, r.path) for r in ROUTES} | {r.operation_id for r in ROUTES}
        if (method, path) in taken or entry.operation_id in taken:
            raise ValueError(f"{method} {path} ({entry.operation_id}) is in the table already")
        ROUTES.append(entry)
        return handler

    return enter
