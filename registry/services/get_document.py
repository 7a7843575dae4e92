"""A published document, byte for byte."""

from __future__ import annotations

from typing import Protocol

from registry.domain import Principal
from registry.domain.document import PublishedDocument
from registry.errors import NotFound
from registry.services.authorization import Action, authorize
from registry.services.ports import UnitOfWork


class Shelf(Protocol):
    """Documents at hand: those of releases, which never change."""

    def find(self, contract: str, label: str) -> PublishedDocument | None: ...
    def put(self, document: PublishedDocument) -> None: ...


def get_document(
    contract: str, label: str, uow: UnitOfWork, caller: Principal, shelf: Shelf
) -> PublishedDocument:
    """``label``: a number, ``number@branch``, a tag, a branch or ``latest``.

    A number takes one statement, none where it is kept.

    Raises:
        NotFound: no such contract or version.
    """
    authorize(caller, Action.READ)
    kept = shelf.find(contract, label)
    if kept is not None:
        return kept
    with uow.read() as store:
        found = store.versions.document(contract, label)
        if found is None:
            store.contracts.get(contract)  # which of the two is missing
            if label == "latest":
                raise NotFound(f"{contract} has no release yet, only proposals")
            version = store.versions.get(contract, label)  # by a tag or a branch
            content = store.blobs.get(version.sha256)
            found = PublishedDocument(
                contract, version.label, version.sha256, version.filename, content
            )
    if found.label == label and "@" not in label:
        shelf.put(found)
    return found
