"""Data does not leave its class or its region."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Subject
from contracts.governance.vocabulary import Classification
from contracts.verdict import Level


@policy(
    "classification-leak",
    level=Level.ERROR,
    mend="Raise the class of the contract, or leave the field or the consumer out.",
)
def classification_leak(subject: Subject) -> Iterator[Complaint]:
    """A restricted field in an internal contract is restricted no more."""
    sidecar = subject.sidecar
    if sidecar is None or sidecar.classification is None:
        return
    own = sidecar.classification
    if sidecar.personal_data and own.rank < Classification.CONFIDENTIAL.rank:
        message = f"personal data in a contract of class {own.value}"
        yield Complaint("/classification", message, sidecar=True)
    known = {item.value: item for item in Classification}
    for node in subject.schemas:
        marked = known.get(str(node.data.get("x-classification", "")))
        if marked is not None and marked.rank > own.rank:
            message = f"{node.name} is {marked.value}, the contract only {own.value}"
            yield Complaint(node.pointer, message)
    yield from _outside(subject)


def _outside(subject: Subject) -> Iterator[Complaint]:
    sidecar, estate = subject.sidecar, subject.estate
    if sidecar is None or sidecar.residency is None or estate is None:
        return
    regions = sidecar.residency.regions
    for at, consumer in enumerate(sidecar.consumers):
        system = estate.system(consumer.system)
        region = system.region if system is not None else None
        if region and not any(region == home or region.startswith(home + "-") for home in regions):
            message = (
                f"{consumer.system} is in {region}, the data may only be in {', '.join(regions)}"
            )
            yield Complaint(f"/consumers/{at}/system", message, sidecar=True)
