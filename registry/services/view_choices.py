"""What a form offers to choose from, never more than a person would look through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain import Environment, Principal
from registry.services.authorization import Action, authorize
from registry.services.ports import CatalogFilter, UnitOfWork

MOST = 60
"""A longer list is not shown; its field is typed into, and suggests."""
SUGGESTED = 20


@dataclass(frozen=True, slots=True)
class Choices:
    """(value, label) by label; ``whole``: nothing was left out."""

    options: Sequence[tuple[str, str]]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class EstateChoices:
    """Systems, and environments in order."""

    systems: Choices
    environments: Sequence[Environment]


def view_choices(uow: UnitOfWork, caller: Principal) -> EstateChoices:
    """What a question about the estate can be about, in two statements."""
    authorize(caller, Action.READ)
    with uow.read() as store:
        systems = store.estate.system_names(MOST + 1)
        return EstateChoices(choices_of(systems), store.estate.environments())


def contract_choices(uow: UnitOfWork, caller: Principal) -> Choices:
    """Contracts by name."""
    authorize(caller, Action.READ)
    with uow.read() as store:
        found = store.contracts.search(CatalogFilter(), limit=MOST + 1, offset=0)
    return choices_of([(c.name, f"{c.name} ({c.provider})") for c in found])


def suggest_systems(text: str, uow: UnitOfWork, caller: Principal) -> Sequence[tuple[str, str]]:
    """Systems whose id or name holds the text."""
    authorize(caller, Action.READ)
    with uow.read() as store:
        return store.estate.system_names(SUGGESTED, text)


def suggest_teams(text: str, uow: UnitOfWork, caller: Principal) -> Sequence[tuple[str, str]]:
    """Teams whose id or name holds the text."""
    authorize(caller, Action.READ)
    with uow.read() as store:
        return store.estate.teams_like(text, SUGGESTED)


def suggest_contracts(text: str, uow: UnitOfWork, caller: Principal) -> Sequence[tuple[str, str]]:
    """Contracts that the words are found in."""
    authorize(caller, Action.READ)
    wanted = CatalogFilter(text=text)
    with uow.read() as store:
        many = store.contracts.many(wanted)
        found = store.contracts.search(wanted, limit=SUGGESTED, offset=0, walk=many)
    return [(c.name, c.title) for c in found]


def choices_of(found: Sequence[tuple[str, str]]) -> Choices:
    """All of them, or a few if they are too many."""
    whole = len(found) <= MOST
    return Choices(found if whole else found[:SUGGESTED], whole)
