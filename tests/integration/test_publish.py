"""Publishing: once, never twice otherwise, and the whole answer without storing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from contracts.errors import ContractError
from contracts.verdict import Verdict
from registry.domain import ANONYMOUS, SYSTEM, Principal, Role
from registry.errors import Forbidden, Invalid, PolicyDenied, Unauthenticated, VersionConflict
from registry.recent import Recent
from registry.services import validity
from registry.services.compare_versions import CompareVersions, compare_versions
from registry.services.get_contract import get_contract
from registry.services.get_version import get_version
from registry.services.publish_many import publish_many
from registry.services.publish_version import PublishStatus, PublishVersion
from registry.services.read_audit import verify_audit
from registry.store import tables
from registry.store.unit_of_work import SqlUnitOfWork
from tests.integration.story import openapi, principal, publish, sidecar, tell

OWNER = principal("token:ola", Role.PUBLISHER, teams=("orders-team",))


@pytest.fixture(autouse=True)
def _estate(uow: SqlUnitOfWork) -> None:
    tell(uow)


def everything(uow: SqlUnitOfWork) -> dict[str, int]:
    """How many rows each table has, caches aside."""
    with uow.engine.connect() as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in tables.metadata.tables.items()
            if name != "reports"
        }


def test_a_first_version_is_stored_with_its_contract(uow: SqlUnitOfWork) -> None:
    outcome = publish(uow, openapi("1.0.0"), OWNER)
    assert outcome.status is PublishStatus.PUBLISHED
    assert outcome.new_contract
    view = get_contract("orders.order", uow, ANONYMOUS)
    assert (view.contract.owner, view.contract.latest) == ("orders-team", "1.0.0")
    assert view.contract.criticality == 1
    assert [v.label for v in view.versions] == ["1.0.0"]
    assert [(c.system, c.built_against) for c in view.consumers] == [
        ("depot", (("production", "1.0.0"),)),
        ("shop", (("production", "1.0.0"),)),
    ]
    assert get_version("orders.order", "latest", uow, ANONYMOUS).document == openapi("1.0.0")


def test_the_same_bytes_again_change_nothing(uow: SqlUnitOfWork) -> None:
    publish(uow, openapi("1.0.0"))
    before = everything(uow)
    assert publish(uow, openapi("1.0.0")).status is PublishStatus.UNCHANGED
    assert everything(uow) == before


def test_other_bytes_under_one_number_are_a_conflict(uow: SqlUnitOfWork) -> None:
    publish(uow, openapi("1.0.0"))
    before = everything(uow)
    with pytest.raises(VersionConflict, match=r"1\.0\.0 is published with other content"):
        publish(uow, openapi("1.0.0", note={"type": "string"}))
    assert everything(uow) == before


def test_a_break_needs_a_major_step(uow: SqlUnitOfWork) -> None:
    publish(uow, openapi("1.0.0"))
    before = everything(uow)
    with pytest.raises(PolicyDenied, match=r"publish it as 2\.0\.0") as refused:
        publish(uow, openapi("1.1.0", total="string"))
    outcome = refused.value.detail
    assert [r.code for r in outcome.refusals] == ["breaking-needs-major"]  # type: ignore[attr-defined]
    assert everything(uow) == before
    outcome = publish(uow, openapi("2.0.0", total="string"))
    assert outcome.version.verdict is Verdict.BREAKING
    assert outcome.version.baseline == "1.0.0"
    assert outcome.report is not None
    assert outcome.report.consumers["shop"].verdict is Verdict.BREAKING
    assert outcome.report.consumers["depot"].verdict is Verdict.COMPATIBLE
    assert outcome.report.breaking[0].witness is not None


def test_a_dry_run_gives_the_whole_answer_and_stores_nothing(uow: SqlUnitOfWork) -> None:
    publish(uow, openapi("1.0.0"))
    before = everything(uow)
    outcome = publish(uow, openapi("1.1.0", total="string"), dry_run=True)
    assert outcome.status is PublishStatus.REFUSED
    assert outcome.report is not None
    assert outcome.report.verdict is Verdict.BREAKING
    assert publish(uow, openapi("2.0.0", total="string"), dry_run=True).refusals == ()
    assert everything(uow) == before


def test_a_maintenance_release_is_compared_with_its_own_line(uow: SqlUnitOfWork) -> None:
    publish(uow, openapi("1.0.0"))
    publish(uow, openapi("2.0.0", total="string"))
    outcome = publish(uow, openapi("1.0.1"))
    assert outcome.version.baseline == "1.0.0"
    assert get_contract("orders.order", uow, SYSTEM).contract.latest == "2.0.0"


def test_a_proposal_lives_beside_the_releases_and_may_move(uow: SqlUnitOfWork) -> None:
    publish(uow, openapi("1.0.0"))
    first = publish(uow, openapi("2.0.0", total="string"), branch="money")
    again = publish(uow, openapi("2.0.0", total="integer"), branch="money")
    assert [first.version.revision, again.version.revision] == [1, 2]
    view = get_contract("orders.order", uow, SYSTEM)
    assert view.contract.latest == "1.0.0"
    assert [(p.label, p.revision) for p in view.proposals] == [("2.0.0@money", 2)]
    comparison = compare_versions(
        CompareVersions("orders.order", "1.0.0", "2.0.0@money"), uow, ANONYMOUS
    )
    assert comparison.new.sha256 == again.version.sha256


def test_a_contract_that_is_only_proposed_is_not_active(uow: SqlUnitOfWork) -> None:
    stranger = principal("token:sam", Role.PUBLISHER, teams=("shop-team",))
    publish(uow, openapi("1.0.0"), stranger, branch="idea")
    view = get_contract("orders.order", uow, ANONYMOUS)
    assert (view.contract.lifecycle, view.contract.latest) == ("proposed", None)
    publish(uow, openapi("1.0.0"), OWNER)
    assert get_contract("orders.order", uow, ANONYMOUS).contract.lifecycle == "active"


def test_a_new_sidecar_is_taken_over_without_a_new_version(uow: SqlUnitOfWork) -> None:
    publish(uow, openapi("1.0.0"))
    outcome = publish(uow, openapi("1.0.0"), sidecar=sidecar(steward="Nina New", consumers=[]))
    assert outcome.status is PublishStatus.SIDECAR_UPDATED
    view = get_contract("orders.order", uow, SYSTEM)
    assert view.contract.steward == "Nina New"
    assert [c.expectation for c in view.consumers] == [None, None]  # known by their releases only


@pytest.mark.parametrize(
    ("caller", "error"),
    [
        (ANONYMOUS, Unauthenticated),
        (principal("token:v", Role.VIEWER), Forbidden),
        (principal("token:s", Role.PUBLISHER, teams=("shop-team",)), Forbidden),
    ],
)
def test_only_the_owner_publishes(
    uow: SqlUnitOfWork, caller: Principal, error: type[Exception]
) -> None:
    before = everything(uow)
    with pytest.raises(error):
        publish(uow, openapi("1.0.0"), caller)
    assert everything(uow) == before


@pytest.mark.parametrize(
    ("change", "code"),
    [({"owner": "nobody"}, "unknown-team"), ({"provider": "nothing"}, "unknown-system")],
)
def test_who_is_named_must_exist(uow: SqlUnitOfWork, change: dict[str, str], code: str) -> None:
    outcome = publish(uow, openapi("1.0.0"), sidecar=sidecar(**change), dry_run=True)
    assert code in {r.code for r in outcome.refusals}
    with pytest.raises(PolicyDenied):
        publish(uow, openapi("1.0.0"), sidecar=sidecar(**change))


def test_an_invalid_document_is_refused_with_its_line(uow: SqlUnitOfWork) -> None:
    broken = openapi("1.0.0").replace(b'"responses"', b'"answers"')
    outcome = publish(uow, broken, dry_run=True)
    assert [r.code for r in outcome.refusals] == ["invalid-document"]
    assert any(p.line for p in outcome.problems)


@pytest.mark.parametrize(
    ("build", "error", "words"),
    [
        (lambda u: publish(u, b"{"), ContractError, "orders.json"),
        (lambda u: publish(u, b"[]"), ContractError, "a list"),
        (lambda u: publish(u, openapi("one")), Invalid, "semantic version"),
        (lambda u: publish(u, openapi("1.0.0+build")), Invalid, "build metadata"),
        (lambda u: publish(u, openapi("1.0.0"), sidecar=b"id: x"), ContractError, "missing"),
        (lambda u: publish(u, openapi("1.0.0"), sidecar=None), Invalid, "contract.yaml"),
        (lambda u: publish(u, openapi("1.0.0"), contract="other"), Invalid, "choose one"),
        (lambda u: publish(u, openapi("1.0.0"), branch="Ä"), Invalid, "branch"),
        (
            lambda u: publish(u, openapi("1.0.0"), sidecar=None, contract="orders.order"),
            Invalid,
            "is new",
        ),
    ],
)
def test_unusable_input_is_one_sentence(
    uow: SqlUnitOfWork, build: Callable[[SqlUnitOfWork], object], error: type[Exception], words: str
) -> None:
    before = everything(uow)
    with pytest.raises(error, match=words):
        build(uow)
    assert everything(uow) == before


def test_many_are_published_or_none(uow: SqlUnitOfWork) -> None:
    good = PublishVersion(openapi("1.0.0"), "one.json", sidecar())
    bad = PublishVersion(openapi("1.1.0", total="string"), "two.json", sidecar())
    before = everything(uow)
    with pytest.raises(PolicyDenied, match=r"two\.json"):
        publish_many([good, bad], uow, SYSTEM)
    assert everything(uow) == before
    better = PublishVersion(openapi("2.0.0", total="string"), "two.json", sidecar())
    assert [o.status for o in publish_many([good, better], uow, SYSTEM)] == ["published"] * 2


def test_many_are_rehearsed_each_on_those_before(uow: SqlUnitOfWork) -> None:
    first = PublishVersion(openapi("1.0.0"), "one.json", sidecar(), dry_run=True)
    second = PublishVersion(openapi("1.1.0", total="string"), "two.json", sidecar(), dry_run=True)
    before = everything(uow)
    outcomes = publish_many([first, second], uow, SYSTEM)
    assert [o.status for o in outcomes] == ["would-publish", "refused"]
    assert everything(uow) == before


def test_thirty_two_publishers_of_one_contract(uow: SqlUnitOfWork) -> None:
    publish(uow, openapi("1.0.0"))
    errors: list[Exception] = []
    start = threading.Barrier(32)

    def work(number: int) -> None:
        start.wait()
        try:
            publish(uow, openapi(f"1.{number // 2 + 1}.0"))  # each number twice, the same bytes
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert errors == []
    view = get_contract("orders.order", uow, SYSTEM)
    assert [str(v.number) for v in view.versions] == [f"1.{n}.0" for n in range(16, -1, -1)]
    assert view.contract.latest == "1.16.0"
    check = verify_audit(uow, SYSTEM)
    assert check.intact


def test_of_two_publishers_of_one_number_one_wins(uow: SqlUnitOfWork) -> None:
    publish(uow, openapi("1.0.0"))
    results: list[str] = []
    start = threading.Barrier(8)

    def work(n: int) -> None:
        start.wait()
        try:
            publish(uow, openapi("1.1.0", **{f"field{n}": {"type": "string"}}))
            results.append("stored")
        except VersionConflict:
            results.append("conflict")
        except Exception as error:
            results.append(repr(error))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert sorted(results) == ["conflict"] * 7 + ["stored"]


def test_a_dry_run_of_many_tells_everything(uow: SqlUnitOfWork) -> None:
    tell(uow)
    good = PublishVersion(openapi("1.0.0"), "good.json", sidecar(), dry_run=True)
    broken = replace(good, document=b"{", filename="broken.json")
    foreign = replace(good, document=openapi("2.0.0"), sidecar=sidecar(owner="nobody"))
    told: list[tuple[int, str]] = []
    outcomes = publish_many(
        [broken, good, foreign],
        uow,
        SYSTEM,
        unusable=lambda at, error: told.append((at, str(error))),
    )
    assert [one.status for one in outcomes] == [PublishStatus.WOULD_PUBLISH, PublishStatus.REFUSED]
    assert [at for at, _ in told] == [0]
    assert "broken.json" in told[0][1]
    with uow.read() as store:
        assert store.contracts.find("orders.order") is None


def test_who_rehearses_first_does_not_have_the_documents_read_twice(
    uow: SqlUnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    monkeypatch.setattr(validity, "_PROBLEMS", Recent(8))
    real = validity.lint_problems
    monkeypatch.setattr(
        validity, "lint_problems", lambda c, d: looked.append(c.sha256) or real(c, d)
    )
    document = openapi("1.0.0", rehearsed={"type": "string"})
    rehearsed = publish(uow, document, dry_run=True)
    published = publish(uow, document)
    assert published.problems == rehearsed.problems != ()
    assert len(looked) == 1
    publish(uow, openapi("1.1.0", rehearsed={"type": "string"}))
    assert len(looked) == 2
