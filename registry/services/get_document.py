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
    """``label``: a number, ``number@branch`` or ``latest``; one statement, none for a kept one.

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
            raise NotFound(f"{contract} has no version {label!r}")
    if found.label == label and "@" not in label:
        shelf.put(found)
    return found
