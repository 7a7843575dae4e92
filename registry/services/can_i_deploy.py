"""May this version of this system go to this environment?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from registry.domain import Answer, Decision, Outcome, Principal, Reason
from registry.errors import Invalid
from registry.recent import Recent
from registry.services.authorization import Action, authorize
from registry.services.comparison import Comparer, keep
from registry.services.meetings import compared, judge_meeting, meetings, providers_missing
from registry.services.ports import Store, UnitOfWork
from registry.services.proofs import evidence, validity
from registry.services.scene import Scene, set_scene


@dataclass(frozen=True, slots=True)
class CanIDeploy:
    """``together``: other (system, version) pairs deployed in the same step.

    ``at``: give the answer of that instant (None: now).
    """

    system: str
    version: str
    environment: str
    together: tuple[tuple[str, str], ...] = ()
    at: datetime | None = None


def can_i_deploy(command: CanIDeploy, uow: UnitOfWork, caller: Principal) -> Decision:
    """Yes, no or unknown, with the reason of every pair.

    For everything the release provides: against each consumer deployed there. For everything it
    consumes: against the provider deployed there. Evidence and waivers as the environment asks.

    Raises:
        NotFound: no such system, release or environment: nothing can be asked.
        Invalid: an instant in the future, or a system named twice.
    """
    authorize(caller, Action.READ)
    now = uow.now()
    at = command.at or now
    if at > now:
        raise Invalid("at", "lies in the future; nothing is known of then")
    targets = [(command.system, command.version), *command.together]
    if len({system for system, _ in targets}) != len(targets):
        raise Invalid("together", "names a system twice; name each once")
    with uow.read() as store:
        scene = _scene(store, targets, command.environment, at, present=command.at is None)
        comparer = Comparer(store)
        [decision] = decisions([scene], comparer)
    keep(comparer, uow)
    return decision


def _scene(
    store: Store, targets: list[tuple[str, str]], environment: str, at: datetime, *, present: bool
) -> Scene:
    """The scene, which is the one of the last question if nothing was written since."""
    state = store.state() if present else None
    if state is None:
        return set_scene(store, targets, environment, at, present=present)
    key = (state, tuple(targets), environment)
    known = _SCENES.get(key)
    if known is None or known.at > at:
        known = set_scene(store, targets, environment, at, present=True)
        _SCENES.put(key, known)
    return replace(known, at=at)


_SCENES: Recent[tuple[str, tuple[tuple[str, str], ...], str], Scene] = Recent(64)


def decisions(scenes: Sequence[Scene], comparer: Comparer) -> list[Decision]:
    """The decision of each scene; the comparisons of all are asked for at once.

    The scenes are of one instant and know the same contracts.
    """
    met = [meetings(scene) for scene in scenes]
    everything = [meeting for found in met for meeting in found]
    reports = iter(compared(everything, scenes[0], comparer) if scenes else [])
    found = []
    for scene, own in zip(scenes, met, strict=True):
        reasons = [
            *validity(scene),
            *providers_missing(scene),
            *(judge_meeting(m, report, scene) for m, report in islice(reports, len(own))),
            *evidence(scene),
        ]
        found.append(_decision(scene, reasons))
    return found


def _decision(scene: Scene, reasons: list[Reason]) -> Decision:
    weight = list(Outcome)
    reasons.sort(key=lambda r: (-weight.index(r.outcome), r.kind, r.contract, r.consumer))
    first, *together = ((r.system, r.version) for r in scene.candidates)
    return Decision(
        answer_of(reasons), *first, scene.environment.id, scene.at, tuple(reasons), tuple(together)
    )


def answer_of(reasons: Sequence[Reason]) -> Answer:
    """No if anything blocks, unknown if anything is open, else yes."""
    outcomes = {reason.outcome for reason in reasons}
    if Outcome.BLOCKED in outcomes:
        return Answer.NO
    return Answer.UNKNOWN if Outcome.UNKNOWN in outcomes else Answer.YES
