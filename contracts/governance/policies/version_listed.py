"""The sidecar knows the document's version."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Subject, mapping
from contracts.verdict import Level


@policy(
    "version-listed",
    level=Level.ERROR,
    mend="Give the document a semantic version, and list it under 'versions' of the sidecar.",
)
def version_listed(subject: Subject) -> Iterator[Complaint]:
    """Two numbers for one thing are one too many."""
    if subject.sidecar is None or not subject.sidecar.versions:
        return
    if not (subject.is_api or subject.is_events):
        return
    number = mapping(subject.root.get("info")).get("version")
    listed = [item.version for item in subject.sidecar.versions]
    if number not in listed:
        message = f"the document says version {number}, the sidecar lists {', '.join(listed)}"
        yield Complaint("/info/version", message)
