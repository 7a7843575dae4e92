"""Tags and branches stand wherever a version does."""

from __future__ import annotations

import pytest

from contracts.verdict import Verdict
from registry.domain import ANONYMOUS, SYSTEM, ContractUse, Role
from registry.errors import Conflict, Forbidden, Invalid, NotFound, RegistryError
from registry.services.can_i_merge import CanIMerge, can_i_merge
from registry.services.check_compatibility import CheckCompatibility, check_compatibility
from registry.services.compare_versions import CompareVersions, compare_versions
from registry.services.get_version import get_version
from registry.services.move_tag import MoveTag, list_tags, move_tag, remove_tag
from registry.services.publish_version import PublishVersion, publish_version
from registry.services.read_audit import verify_audit
from registry.services.register_release import RegisterRelease, register_release
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.story import openapi, principal, publish, sidecar, tell

NAME = "orders.order"


@pytest.fixture(autouse=True)
def _published(uow: SqlUnitOfWork) -> None:
    tell(uow)
    publish(uow, openapi("1.0.0"))
    publish(uow, openapi("1.1.0", note={"type": "string"}))
    publish(uow, openapi("2.0.0", total="string"), branch="money")


def labels(uow: SqlUnitOfWork) -> dict[str, str]:
    return {tag.name: tag.label for tag in list_tags(NAME, uow, ANONYMOUS)}


def test_a_tag_is_set_moved_and_removed(uow: SqlUnitOfWork) -> None:
    move_tag(MoveTag(NAME, "stable", "1.0.0"), uow, SYSTEM)
    assert get_version(NAME, "stable", uow, ANONYMOUS).version.label == "1.0.0"
    move_tag(MoveTag(NAME, "stable", "latest"), uow, SYSTEM)
    move_tag(MoveTag(NAME, "candidate", "money"), uow, SYSTEM)
    assert labels(uow) == {"stable": "1.1.0", "candidate": "2.0.0@money"}
    assert get_version(NAME, "1.0.0", uow, ANONYMOUS).version.tags == ()
    assert get_version(NAME, "1.1.0", uow, ANONYMOUS).version.tags == ("stable",)
    remove_tag(NAME, "stable", uow, SYSTEM)
    assert labels(uow) == {"candidate": "2.0.0@money"}
    with pytest.raises(NotFound):
        get_version(NAME, "stable", uow, ANONYMOUS)
    assert verify_audit(uow, SYSTEM).intact


def test_a_tag_stays_with_the_revision_while_a_branch_moves_on(uow: SqlUnitOfWork) -> None:
    move_tag(MoveTag(NAME, "seen", "money"), uow, SYSTEM)
    before = get_version(NAME, "seen", uow, ANONYMOUS).version
    publish(uow, openapi("2.0.0", total="boolean"), branch="money")
    assert get_version(NAME, "seen", uow, ANONYMOUS).version.sha256 == before.sha256
    moved = get_version(NAME, "money", uow, ANONYMOUS).version
    assert (moved.revision, moved.sha256 != before.sha256) == (2, True)


def test_gate_check_and_comparison_take_them(uow: SqlUnitOfWork) -> None:
    move_tag(MoveTag(NAME, "stable", "1.0.0"), uow, SYSTEM)
    compared = compare_versions(CompareVersions(NAME, "stable", "money"), uow, ANONYMOUS)
    assert (compared.old.label, compared.new.label) == ("1.0.0", "2.0.0@money")
    assert can_i_merge(CanIMerge(NAME, "money"), uow, ANONYMOUS).version == "2.0.0@money"
    check = CheckCompatibility(NAME, openapi("2.0.0", total="string"), against="money")
    assert check_compatibility(check, uow, ANONYMOUS).verdict is Verdict.COMPATIBLE
    release = RegisterRelease("shop", "9", consumes=(ContractUse(NAME, "stable"),))
    assert register_release(release, uow, SYSTEM).consumes[0].number == "1.0.0"


def test_publishing_may_set_tags(uow: SqlUnitOfWork) -> None:
    command = PublishVersion(openapi("1.2.0"), sidecar=sidecar(), tags=("stable", "ci"))
    publish_version(command, uow, SYSTEM)
    assert labels(uow) == {"stable": "1.2.0", "ci": "1.2.0"}
    again = PublishVersion(openapi("1.1.0", note={"type": "string"}), contract=NAME, tags=("ci",))
    publish_version(again, uow, SYSTEM)
    assert labels(uow) == {"stable": "1.2.0", "ci": "1.1.0"}


@pytest.mark.parametrize(
    ("tag", "label", "error"),
    [
        ("2.0.0", "1.0.0", Invalid),
        ("latest", "1.0.0", Invalid),
        ("Stable", "1.0.0", Invalid),
        ("money", "1.0.0", Conflict),
        ("stable", "9.9.9", NotFound),
        ("stable", "nobody", NotFound),
    ],
)
def test_what_is_no_tag(
    uow: SqlUnitOfWork, tag: str, label: str, error: type[RegistryError]
) -> None:
    with pytest.raises(error):
        move_tag(MoveTag(NAME, tag, label), uow, SYSTEM)
    assert labels(uow) == {}


def test_only_the_owner_moves_a_tag(uow: SqlUnitOfWork) -> None:
    stranger = principal("token:sam", Role.PUBLISHER, teams=("shop-team",))
    with pytest.raises(Forbidden):
        move_tag(MoveTag(NAME, "stable", "1.0.0"), uow, stranger)
