"""Every contract belongs to a team."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Subject
from contracts.verdict import Level

_PERSON = re.compile(r"@|\s|^(mr|mrs|ms|dr)-|^[a-z]+\.[a-z]+$")


@policy(
    "owner-is-a-team",
    level=Level.ERROR,
    mend="Name the id of a team in 'owner'; a person may be the steward.",
)
def owner_is_a_team(subject: Subject) -> Iterator[Complaint]:
    """People leave; a contract that belongs to one person is soon nobody's."""
    if subject.sidecar is None:
        return
    owner, estate = subject.sidecar.owner, subject.estate
    if _PERSON.search(owner):
        yield Complaint("/owner", f"owner {owner!r} looks like a person", sidecar=True)
    elif estate is not None and estate.team(owner) is None:
        yield Complaint("/owner", f"there is no team {owner!r} in the estate", sidecar=True)
