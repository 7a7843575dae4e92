"""May this proposal be merged? Asked of the newest release of everybody who consumes it."""

from __future__ import annotations

from dataclasses import dataclass

from registry.domain import (
    Answer,
    ContractUse,
    Decision,
    Environment,
    GatePolicy,
    Outcome,
    Principal,
    Release,
)
from registry.errors import Conflict
from registry.services.authorization import Action, authorize
from registry.services.can_i_deploy import answer_of
from registry.services.comparison import Comparer, keep
from registry.services.meetings import compared, judge_meeting, meetings
from registry.services.move_tag import version_of
from registry.services.ports import UnitOfWork
from registry.services.scene import Scene, once

UNRELEASED = "unreleased"
"""Stands for the version of a consumer that is declared and never registered a release."""
MAIN = "main"
"""What stands in the place of the environment in the decision."""


@dataclass(frozen=True, slots=True)
class CanIMerge:
    """``label``: a proposal (``2.0.0@money``), a release, a tag or a branch of the contract."""

    contract: str
    label: str


def can_i_merge(command: CanIMerge, uow: UnitOfWork, caller: Principal) -> Decision:
    """Yes, no or unknown, with the reason of every consumer.

    Each consumer counts with the contract version that its newest registered release was built
    against; one that is only declared counts with the contract's last release.

    Raises:
        NotFound: no such contract or version.
        Conflict: its number is released with other content, so it can never be published.
    """
    authorize(caller, Action.READ)
    now = uow.now()
    with uow.read() as store:
        contract = store.contracts.get(command.contract)
        version = version_of(store, command.contract, contract.latest, command.label)
        released = store.versions.find(contract.name, str(version.number))
        if released is not None and released.content_sha256 != version.content_sha256:
            raise Conflict(
                f"{contract.name} {version.number} is released with other content; propose it "
                "under another number"
            )
        use = ContractUse(contract.name, str(version.number))
        candidate = Release(contract.provider, version.label, (use,))
        newest = store.estate.newest_uses(contract.name)
        around = tuple(
            Release(system, number, (), once(uses)) for (system, number), uses in newest.items()
        )
        expectations = store.expectations.of_contracts([contract.name])
        silent = {e.consumer for found in expectations.values() for e in found} - {
            release.system for release in around
        }
        last = ContractUse(contract.name, contract.latest) if contract.latest else None
        around += tuple(Release(s, UNRELEASED, (), (last,)) for s in sorted(silent) if last)
        wanted = {(u.contract, u.number) for r in around for u in r.consumes}
        scene = Scene(
            environment=Environment(MAIN, "Main", policy=GatePolicy()),
            at=now,
            candidates=(candidate,),
            before=(),
            around=around,
            systems=store.estate.get_systems({contract.provider, *(r.system for r in around)}),
            contracts={contract.name: contract},
            versions=dict(store.versions.get_many(wanted))
            | {(contract.name, str(version.number)): version},
            expectations=expectations,
            waivers=store.waivers.of_contracts([contract.name]),
            evidence={},
        )
        comparer = Comparer(store)
        met = compared(meetings(scene), scene, comparer)
        reasons = [judge_meeting(meeting, report, scene) for meeting, report in met]
    keep(comparer, uow)
    weight = list(Outcome)
    reasons.sort(key=lambda reason: (-weight.index(reason.outcome), reason.consumer))
    answer: Answer = answer_of(reasons)
    return Decision(answer, contract.provider, version.label, MAIN, now, tuple(reasons))
