"""Compare two stored versions of one contract."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.verdict import Mode, Report
from registry.domain import Contract, Principal, Version
from registry.services.check_compatibility import ConsumerVerdict
from registry.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class CompareVersions:
    """Two labels of one contract (``1.0.0``, ``2.0.0@branch``); ``mode`` defaults to its own."""

    contract: str
    old: str
    new: str
    mode: Mode | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The report, what each consumer gets from it, and both sources to show beside it."""

    contract: Contract
    old: Version
    new: Version
    report: Report
    consumers: tuple[ConsumerVerdict, ...]
    old_source: str
    new_source: str


def compare_versions(command: CompareVersions, uow: UnitOfWork, caller: Principal) -> Comparison:
    """The report from ``old`` to ``new``; kept, so that asking again costs one query.

    Raises:
        NotFound: no such contract or version.
    """
    raise NotImplementedError
