"""API tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import Field

from registry.api.routes import Input, route
from registry.domain import Principal, Role, Token
from registry.security.requests import caller, runtime
from registry.services.authorization import Action
from registry.services.create_token import CreateToken
from registry.services.create_token import create_token as create
from registry.services.create_token import list_tokens as find_tokens
from registry.services.create_token import revoke_token as revoke
from registry.services.rotate_token import rotate_token as rotate


class TokenRequest(Input):
    """What the token may do, for which teams, how long."""

    name: str = Field(min_length=1, max_length=100)
    roles: list[Role] = Field(default_factory=lambda: [Role.VIEWER], min_length=1)
    teams: list[str] = Field(default_factory=list)
    expires_at: datetime | None = None


class Rotation(Input):
    """How long the old secret stays good."""

    overlap_hours: int = Field(24, ge=0, le=720)


@dataclass(frozen=True, slots=True)
class TokenList:
    """Tokens, newest first, without secrets."""

    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class NewToken:
    """The secret is shown in this answer and never again."""

    token: Token
    secret: str


@route("GET", "/whoami", action=Action.READ)
def whoami() -> Principal:
    """Who the registry takes the caller for."""
    return caller()


@route("GET", "/tokens", action=Action.MANAGE_TOKENS)
def list_tokens() -> TokenList:
    """Every token, without secrets."""
    return TokenList(tuple(find_tokens(runtime().uow, caller())))


@route("POST", "/tokens", action=Action.MANAGE_TOKENS, status=201, problems=(400, 404))
def create_token(body: TokenRequest) -> NewToken:
    """A fresh token; its secret is shown once."""
    command = CreateToken(body.name, frozenset(body.roles), frozenset(body.teams), body.expires_at)
    made = create(command, runtime().uow, caller())
    return NewToken(made.token, made.secret)


@route("DELETE", "/tokens/{token}", action=Action.MANAGE_TOKENS, problems=(404,))
def revoke_token(token: str) -> Token:
    """Revoke a token; it opens nothing from now on."""
    return revoke(token, runtime().uow, caller())


@route(
    "POST",
    "/tokens/{token}/rotation",
    action=Action.MANAGE_TOKENS,
    status=201,
    problems=(400, 404, 409),
)
def rotate_token(token: str, body: Rotation) -> NewToken:
    """A new secret with the same rights; the old one stays good for the overlap."""
    made = rotate(token, timedelta(hours=body.overlap_hours), runtime().uow, caller())
    return NewToken(made.token, made.secret)
