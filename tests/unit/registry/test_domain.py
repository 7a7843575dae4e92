"""Numbers, names, waivers, the chain: plain values and their laws."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain import ANONYMOUS, Approval, Number, Principal, PrincipalKind, Role, Waiver
from registry.domain.chain import FIRST, link
from registry.domain.checkpoint import verify_sealed
from registry.domain.encode import to_json
from registry.domain.identifiers import (
    check_contract_name,
    check_slug,
    check_system_version,
    new_id,
)
from registry.domain.record import AuditEntry
from registry.errors import Forbidden, Invalid, Unauthenticated
from registry.services.authorization import ALLOWED, Action, authorize, may

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
# semver.org 2.0.0 §11
ORDERED = "0.0.1 0.1.0 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 "
ORDERED += "1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.1 1.2.0 1.10.0 2.0.0"


def test_precedence_is_that_of_semver() -> None:
    numbers = [Number.parse(text) for text in ORDERED.split()]
    assert all(low < high and not high < low for low, high in combinations(numbers, 2))
    assert [str(n) for n in numbers] == ORDERED.split()


@given(
    st.from_regex(
        r"(0|[1-9][0-9]{0,3})\.(0|[1-9])\.(0|[1-9])(-[a-z]{1,3}(\.[0-9])?)?", fullmatch=True
    )
)
def test_a_number_is_what_it_writes(text: str) -> None:
    assert str(Number.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "1", "1.0", "v1.0.0", "01.0.0", "1.0.0+x", "1.0.0-", "9" * 20 + ".0.0", "1" * 99]
)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        Number.parse(text, "version")
    assert refused.value.field == "version"


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (check_slug, ["a", "a-b_c", "0x"], ["", "A", "a--b", "-a", "a.b", "a\n", "ä", "a" * 200]),
        (check_contract_name, ["a", "erp.purchase-order"], ["", ".a", "a..b", "A.b", "a.b\n"]),
        (check_system_version, ["1", "2026-11-21.3", "1.0.0+b"], ["", " 1", "-1", "a b", "a\n"]),
    ],
)
def test_names(check: object, good: list[str], bad: list[str]) -> None:
    assert callable(check)
    assert [check("field", name) for name in good] == good
    for name in bad:
        with pytest.raises(Invalid):
            check("field", name)


def test_ids_sort_by_time() -> None:
    assert len({new_id("run") for _ in range(100)}) == 100
    assert new_id("run").startswith("run_")


WAIVER = Waiver(
    "w", "c", "1.0.0", "2.0.0", frozenset({"f"}), frozenset({"shop"}), "", "r", "x", NOW,
    NOW + timedelta(days=2), approvals_needed=2,
)  # fmt: skip


def test_two_must_sign_and_one_does_not_count_twice() -> None:
    once = Approval("ann", "t", NOW)
    twice = replace(WAIVER, approvals=(once, once))
    assert twice.state(NOW) == "requested"
    both = replace(WAIVER, approvals=(once, Approval("ben", "t", NOW + timedelta(hours=1))))
    assert both.state(NOW) == "requested"
    assert both.state(NOW + timedelta(hours=1)) == "active"
    assert both.state(NOW + timedelta(days=2)) == "expired"
    assert replace(both, revoked_at=NOW).state(NOW + timedelta(hours=2)) == "revoked"


@pytest.mark.parametrize(
    ("finding", "consumer", "environment", "expected"),
    [
        ("f", "shop", "production", True),
        ("g", "shop", "production", False),
        ("f", "depot", "x", False),
    ],
)
def test_what_a_waiver_covers(
    finding: str, consumer: str, environment: str, expected: bool
) -> None:
    assert WAIVER.covers(finding, consumer, environment) is expected
    assert not replace(WAIVER, environment="elsewhere").covers(finding, consumer, environment)


def _chain(count: int) -> list[AuditEntry]:
    entries: list[AuditEntry] = []
    previous = FIRST
    for at in range(1, count + 1):
        entry = link(
            previous, sequence=at, at=NOW, actor="a", action="x", subject="s", before="", after="",
            reason="ü", details={"n": at},
        )  # fmt: skip
        entries.append(entry)
        previous = entry.hash
    return entries


@given(st.integers(1, 8), st.data())
def test_the_chain_shows_every_change(count: int, data: st.DataObject) -> None:
    entries = _chain(count)
    assert verify_sealed(entries, ()).intact
    assert verify_sealed(entries, ()).entries == count
    at = data.draw(st.integers(0, count - 1))
    edited = [*entries]
    edited[at] = replace(edited[at], reason="u")
    assert verify_sealed(edited, ()).broken_at == at + 1
    without = entries[:at] + entries[at + 1 :]
    assert verify_sealed(without, ()).intact == (
        at == count - 1
    )  # a cut end needs the head kept elsewhere
    if at:
        swapped = [*entries]
        swapped[at - 1], swapped[at] = swapped[at], swapped[at - 1]
        assert verify_sealed(swapped, ()).broken_at == at


TABLE = {
    # action: roles that may, for their own team; the second part: whether another team's is refused
    Action.READ: ({"partner", "viewer", "publisher", "approver", "admin"}, False),
    Action.PUBLISH: ({"publisher", "admin"}, True),
    Action.PROPOSE: ({"publisher", "admin"}, False),
    Action.CHANGE_LIFECYCLE: ({"publisher", "admin"}, True),
    Action.REGISTER_ESTATE: ({"admin"}, False),
    Action.MOVE_TAG: ({"publisher", "admin"}, True),
    Action.DEPLOY: ({"publisher", "admin"}, True),
    Action.DECLARE_USE: ({"publisher", "partner", "admin"}, True),
    Action.RUN_CONFORMANCE: ({"publisher", "admin"}, False),
    Action.REQUEST_WAIVER: ({"publisher", "admin"}, False),
    Action.APPROVE_WAIVER: ({"approver", "admin"}, True),
    Action.SHARE: ({"publisher", "admin"}, True),
    Action.OWN_TOKENS: ({"partner", "viewer", "publisher", "approver", "admin"}, False),
    Action.MANAGE_TOKENS: ({"admin"}, False),
    Action.MANAGE_USERS: ({"admin"}, False),
    Action.CALL_TRIGGER: ({"partner", "viewer", "publisher", "approver", "admin"}, False),
    Action.SUBSCRIBE: ({"publisher", "approver", "admin"}, True),
    Action.MANAGE_WEBHOOKS: ({"admin"}, False),
    Action.READ_AUDIT: ({"publisher", "approver", "admin"}, False),
    Action.OPERATE: ({"admin"}, False),
}


def test_the_table_names_every_action() -> None:
    assert set(TABLE) == set(Action) == set(ALLOWED)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", Role)
def test_who_may_do_what(action: Action, role: Role) -> None:
    allowed, own_team = TABLE[action]
    caller = Principal("x", frozenset({role}), frozenset({"mine"}), PrincipalKind.TOKEN)
    assert may(caller, action, "mine") is (role in allowed)
    foreign = role in allowed and (not own_team or role is Role.ADMIN)
    assert may(caller, action, "theirs") is foreign
    if role not in allowed:
        with pytest.raises(Forbidden, match=r"takes the role|is a partner"):
            authorize(caller, action, "mine")


@pytest.mark.parametrize("action", sorted(set(Action) - {Action.READ, Action.CALL_TRIGGER}))
def test_a_stranger_only_reads(action: Action) -> None:
    authorize(ANONYMOUS, Action.READ)
    with pytest.raises(Unauthenticated):
        authorize(ANONYMOUS, action)


def test_values_as_json() -> None:
    @dataclass(frozen=True)
    class Value:
        number: Number
        at: datetime
        age: timedelta
        roles: frozenset[Role]
        secret_sha256: str

    value = Value(Number(1, 2, 3), NOW, timedelta(minutes=2), frozenset({Role.VIEWER}), "hidden")
    assert to_json({"v": [value]}) == {
        "v": [{"number": "1.2.3", "at": "2026-11-21T09:00:00Z", "age": 120, "roles": ["viewer"]}]
    }
    with pytest.raises(TypeError):
        to_json(object())
