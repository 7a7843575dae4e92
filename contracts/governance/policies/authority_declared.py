"""A contract says who has the say over its fields."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Subject
from contracts.governance.vocabulary import AuthorityRole
from contracts.verdict import Level


@policy(
    "authority-declared",
    level=Level.ERROR,
    mend="List under 'authority' which system owns which fields of which object.",
)
def authority_declared(subject: Subject) -> Iterator[Complaint]:
    """Without a declared master two systems correct each other for ever."""
    sidecar = subject.sidecar
    if sidecar is None:
        return
    if not sidecar.authority:
        yield Complaint("", "no authority is declared", sidecar=True)
    for at, entry in enumerate(sidecar.authority):
        derived = entry.role in {AuthorityRole.DERIVED, AuthorityRole.SNAPSHOT}
        if derived and not entry.derived_from:
            message = f"{entry.group!r} is {entry.role.value} but does not say from what"
            mend = "Name the source fields as 'derivedFrom'."
            yield Complaint(f"/authority/{at}", message, sidecar=True, mend=mend)
