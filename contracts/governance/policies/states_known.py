"""States come from the canonical machines."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Subject
from contracts.verdict import Level


@policy(
    "states-known",
    level=Level.ERROR,
    mend="Use the name of a canonical state machine (docs/reference/states.md).",
)
def states_known(subject: Subject) -> Iterator[Complaint]:
    """Five systems with five meanings of "approved" agree on nothing."""
    from contracts.governance.states import MACHINES

    if subject.sidecar is None:
        return
    known = {item.name for item in MACHINES}
    for at, name in enumerate(subject.sidecar.states):
        if name not in known:
            message = f"there is no state machine {name!r}; there are {', '.join(sorted(known))}"
            yield Complaint(f"/states/{at}", message, sidecar=True)
