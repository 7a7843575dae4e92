"""People with a login: entering, guessing, changing, being locked out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from registry.domain import SYSTEM, Role
from registry.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    RegistryError,
    TooManyAttempts,
    Unauthenticated,
)
from registry.security.passwords import ArgonPasswords
from registry.services.create_token import authenticate
from registry.services.manage_users import (
    ChangeUser,
    CreateUser,
    change_password,
    change_user,
    create_user,
)
from registry.services.sign_in import end_session, first_link, recall
from registry.services.sign_in_user import MOST_OF_PAIR, SignIn, sign_in_user
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.conftest import Clock
from tests.integration.story import principal, tell

PASSWORD = "correct horse battery"
SLOW = ArgonPasswords()


def ana(uow: SqlUnitOfWork, *roles: Role) -> None:
    command = CreateUser("ana", PASSWORD, "Ana", frozenset(roles or {Role.PUBLISHER}))
    create_user(command, uow, SYSTEM, SLOW)


def enter(uow: SqlUnitOfWork, password: str = PASSWORD, login: str = "ana", address: str = "a"):  # type: ignore[no-untyped-def]
    return sign_in_user(SignIn(login, password, address), uow, SLOW, timedelta(hours=12))


def test_a_user_enters_and_is_recalled_with_what_they_have_now(
    uow: SqlUnitOfWork, clock: Clock
) -> None:
    ana(uow)
    caller = enter(uow, login=" Ana ")
    assert (caller.name, caller.roles) == ("ana", {Role.PUBLISHER})
    change_user(ChangeUser("ana", roles=frozenset({Role.VIEWER})), uow, SYSTEM, SLOW)
    assert recall(caller.token_id, uow).roles == {Role.VIEWER}
    clock.advance(hours=13)
    with pytest.raises(Unauthenticated, match="over"):
        recall(caller.token_id, uow)


def test_whoever_is_disabled_is_out_at_once(uow: SqlUnitOfWork) -> None:
    ana(uow)
    session = enter(uow).token_id
    change_user(ChangeUser("ana", disabled=True), uow, SYSTEM, SLOW)
    with pytest.raises(Unauthenticated):
        recall(session, uow)
    with pytest.raises(Unauthenticated, match="wrong"):
        enter(uow)
    change_user(ChangeUser("ana", disabled=False), uow, SYSTEM, SLOW)
    with pytest.raises(Unauthenticated):
        recall(session, uow)  # the old session stays closed
    assert enter(uow).known


def test_who_signs_out_is_out_on_the_server_too(uow: SqlUnitOfWork) -> None:
    ana(uow)
    session = enter(uow).token_id
    end_session(session, uow)
    with pytest.raises(Unauthenticated):
        recall(session, uow)


def test_who_guesses_is_stopped_and_others_are_not(uow: SqlUnitOfWork, clock: Clock) -> None:
    ana(uow)
    for _ in range(MOST_OF_PAIR):
        with pytest.raises(Unauthenticated, match="login or the password"):
            enter(uow, "wrong")
    with pytest.raises(TooManyAttempts, match="minutes"):
        enter(uow)
    assert enter(uow, address="b").known, "somebody else's guesses lock nobody out"
    clock.advance(minutes=16)
    assert enter(uow).known


def test_an_unknown_login_reads_like_a_wrong_password(uow: SqlUnitOfWork) -> None:
    ana(uow)
    told = []
    for login in ("ana", "nobody"):
        with pytest.raises(Unauthenticated) as caught:
            enter(uow, "wrong", login)
        told.append(str(caught.value))
    assert told[0] == told[1]


def test_a_new_password_ends_the_other_sessions(uow: SqlUnitOfWork) -> None:
    ana(uow)
    here, there = enter(uow), enter(uow)
    with pytest.raises(Invalid, match="old"):
        change_password("wrong", "another good phrase", uow, here, SLOW)
    change_password(PASSWORD, "another good phrase", uow, here, SLOW)
    assert recall(here.token_id, uow).known
    with pytest.raises(Unauthenticated):
        recall(there.token_id, uow)
    with pytest.raises(Unauthenticated):
        enter(uow)
    assert enter(uow, "another good phrase").known
    change_user(ChangeUser("ana", password="given by an admin"), uow, SYSTEM, SLOW)
    with pytest.raises(Unauthenticated):
        recall(here.token_id, uow)
    with pytest.raises(Unauthenticated):
        change_password("x", "another good phrase", uow, principal("token:x", Role.ADMIN), SLOW)


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (CreateUser("ana", "short"), Invalid),
        (CreateUser("ana", "my name is ana and nothing else"), Invalid),
        (CreateUser("ana", "a" * 20), Invalid),
        (CreateUser("Ana!", PASSWORD), Invalid),
        (CreateUser("ana", PASSWORD, roles=frozenset()), Invalid),
        (CreateUser("ana", PASSWORD, teams=frozenset({"nobody"})), NotFound),
        (CreateUser("taken", PASSWORD), Conflict),
    ],
)
def test_a_user_that_makes_no_sense(
    uow: SqlUnitOfWork, command: CreateUser, error: type[RegistryError]
) -> None:
    tell(uow)
    create_user(CreateUser("taken", PASSWORD), uow, SYSTEM, SLOW)
    with pytest.raises(error):
        create_user(command, uow, SYSTEM, SLOW)


def test_only_an_admin_manages_users_and_never_locks_themselves_out(uow: SqlUnitOfWork) -> None:
    ana(uow, Role.ADMIN)
    for role in (Role.VIEWER, Role.PUBLISHER, Role.APPROVER):
        with pytest.raises(Forbidden):
            create_user(CreateUser("bo", PASSWORD), uow, principal("x", role), SLOW)
    with pytest.raises(Invalid, match="yourself"):
        change_user(ChangeUser("ana", disabled=True), uow, enter(uow), SLOW)
    assert first_link(uow) is None, "with an admin there is no first link any more"


def test_no_password_is_stored_anywhere(uow: SqlUnitOfWork) -> None:
    ana(uow)
    enter(uow)
    with uow.engine.connect() as connection:
        for table in ("users", "tokens", "audit", "outbox", "attempts"):
            assert PASSWORD not in repr(connection.execute(text(f"select * from {table}")).all())
        stored = connection.scalar(text("select password_hash from users"))
        assert stored.startswith("$argon2id$")
        details = connection.execute(text("select details from audit")).all()
        assert "argon2" not in repr(details)


def test_a_session_is_no_api_token(uow: SqlUnitOfWork) -> None:
    ana(uow)
    with pytest.raises(Unauthenticated):
        authenticate(enter(uow).token_id or "", uow)
