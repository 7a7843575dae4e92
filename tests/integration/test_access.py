"""Tokens, sessions, the first admin, and the audit log nobody can edit unseen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from registry.domain import SYSTEM, Principal, Role
from registry.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from registry.services.create_token import (
    CreateToken,
    authenticate,
    create_token,
    list_tokens,
    revoke_token,
)
from registry.services.read_audit import read_audit, verify_audit
from registry.services.rotate_token import rotate_token
from registry.services.sign_in import enter, first_link, recall
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.conftest import Clock
from tests.integration.story import openapi, principal, publish, tell

DAY = timedelta(days=1)
SESSION = timedelta(hours=12)


def create(uow: SqlUnitOfWork, caller: Principal = SYSTEM, **rest: object) -> str:
    return create_token(CreateToken("ci", **rest), uow, caller).secret  # type: ignore[arg-type]


def test_a_token_opens_what_it_was_made_for(uow: SqlUnitOfWork) -> None:
    tell(uow)
    secret = create(uow, roles=frozenset({Role.PUBLISHER}), teams=frozenset({"orders-team"}))
    caller = authenticate(secret, uow)
    assert caller.name == "token:ci"
    assert caller.acts_for("orders-team")
    assert not caller.acts_for("shop-team")
    [token] = list_tokens(uow, SYSTEM)
    assert token.last_used_at is not None
    assert secret.startswith(token.prefix)


def test_no_secret_is_stored_anywhere(uow: SqlUnitOfWork) -> None:
    secret = create(uow)
    with uow.engine.connect() as connection:
        for table in ("tokens", "audit", "outbox"):
            rows = connection.execute(text(f"select * from {table}")).all()
            assert secret not in repr(rows)
    entries = read_audit(uow, SYSTEM).entries
    assert secret not in repr(entries)


def test_expired_and_revoked_tokens_open_nothing(uow: SqlUnitOfWork, clock: Clock) -> None:
    secret = create(uow, expires_at=clock.instant + DAY)
    other = create(uow)
    authenticate(secret, uow)
    clock.advance(days=2)
    with pytest.raises(Unauthenticated, match="expired"):
        authenticate(secret, uow)
    token = next(t for t in list_tokens(uow, SYSTEM) if t.expires_at is None)
    revoke_token(token.id, uow, SYSTEM)
    revoke_token(token.id, uow, SYSTEM)
    with pytest.raises(Unauthenticated, match="revoked"):
        authenticate(other, uow)
    for nonsense in ("", "ilk_x", "\ud800"):
        with pytest.raises(Unauthenticated, match="unknown"):
            authenticate(nonsense, uow)


@pytest.mark.parametrize(
    ("rest", "error"),
    [
        ({"roles": frozenset()}, Invalid),
        ({"teams": frozenset({"nobody"})}, NotFound),
    ],
)
def test_a_token_that_makes_no_sense(
    uow: SqlUnitOfWork, rest: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        create(uow, **rest)


def test_a_rotated_token_overlaps_for_the_stated_time(uow: SqlUnitOfWork, clock: Clock) -> None:
    old = create(uow, roles=frozenset({Role.PUBLISHER}), expires_at=clock.instant + 90 * DAY)
    [token] = list_tokens(uow, SYSTEM)
    new = rotate_token(token.id, DAY, uow, SYSTEM)
    assert new.token.expires_at is not None
    assert abs(new.token.expires_at - new.token.created_at - 90 * DAY) < timedelta(seconds=1)
    assert authenticate(old, uow).roles == authenticate(new.secret, uow).roles == {Role.PUBLISHER}
    clock.advance(hours=25)
    with pytest.raises(Unauthenticated, match="expired"):
        authenticate(old, uow)
    assert authenticate(new.secret, uow).known
    with pytest.raises(Conflict, match="over"):
        rotate_token(token.id, DAY, uow, SYSTEM)
    with pytest.raises(Invalid, match="30 days"):
        rotate_token(new.token.id, 31 * DAY, uow, SYSTEM)
    with pytest.raises(Forbidden):
        rotate_token(new.token.id, DAY, uow, principal("x", Role.PUBLISHER))
    short = create(uow, expires_at=clock.instant + timedelta(hours=1))
    ends = next(
        t.expires_at for t in list_tokens(uow, SYSTEM) if t.expires_at and t.roles == {Role.VIEWER}
    )
    hour = next(t for t in list_tokens(uow, SYSTEM) if t.expires_at == ends)
    rotate_token(hour.id, DAY, uow, SYSTEM)
    clock.advance(hours=2)
    with pytest.raises(Unauthenticated, match="expired"):
        authenticate(short, uow)  # rotating never lengthens a life


def test_only_an_admin_makes_tokens(uow: SqlUnitOfWork) -> None:
    for role in (Role.VIEWER, Role.PUBLISHER, Role.APPROVER):
        with pytest.raises(Forbidden):
            create(uow, principal("x", role))


def test_the_first_link_opens_once(uow: SqlUnitOfWork, clock: Clock) -> None:
    replaced = first_link(uow)
    link = first_link(uow)
    assert link is not None
    assert replaced is not None
    with pytest.raises(Unauthenticated):
        authenticate(link, uow)  # a link is no token
    with pytest.raises(Unauthenticated):
        enter(replaced, uow, SESSION)
    admin = enter(link, uow, SESSION)
    assert admin.is_admin
    assert admin.token_id is not None
    with pytest.raises(Unauthenticated, match="used"):
        enter(link, uow, SESSION)
    assert first_link(uow) is None
    assert recall(admin.token_id, uow).is_admin
    clock.advance(hours=13)
    with pytest.raises(Unauthenticated, match="over"):
        recall(admin.token_id, uow)
    with pytest.raises(Unauthenticated):
        recall("tok_nothing", uow)


def test_a_late_link_is_of_no_use(uow: SqlUnitOfWork, clock: Clock) -> None:
    link = first_link(uow)
    assert link is not None
    clock.advance(days=2)
    with pytest.raises(Unauthenticated):
        enter(link, uow, SESSION)
    assert first_link(uow) is not None


@pytest.mark.parametrize(
    ("tamper", "where"),
    [
        ("update audit set actor = 'somebody' where sequence = 2", 2),
        ("update audit set details = '{}' where sequence = 1", 1),
        ("delete from audit where sequence = 2", 2),
        ("delete from audit where sequence = 1", 1),
        ("update audit set sequence = 1000 where sequence = 2", 2),
    ],
)
def test_whoever_touches_the_log_is_found(uow: SqlUnitOfWork, tamper: str, where: int) -> None:
    tell(uow)
    publish(uow, openapi("1.0.0"))
    publish(uow, openapi("1.1.0"))
    check = verify_audit(uow, SYSTEM)
    assert check.intact
    assert check.entries >= 3
    with uow.engine.begin() as connection:
        connection.execute(text(tamper))
    check = verify_audit(uow, SYSTEM)
    assert check.broken_at == where
    assert check.message


def test_every_change_is_in_the_log_and_the_outbox(uow: SqlUnitOfWork) -> None:
    tell(uow)
    publish(uow, openapi("1.0.0"))
    page = read_audit(uow, SYSTEM, subject="version:orders.order@1.0.0")
    [entry] = page.entries
    assert (entry.actor, entry.action) == ("interlock", "version.published")
    assert len(entry.after) == 64
    with uow.write() as store:
        types = [e.type for e in store.outbox.due(uow.now(), 100)]
    assert "version.published" in types
    assert types.count("deployment.recorded") == 4
