"""Who still uses a version: whether its sunset can come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from registry.domain import Version
from registry.services.ports import Store


def users_of_versions(
    store: Store, versions: Sequence[Version]
) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """By contract and number: ``system version in environment`` of what runs; two queries."""
    wanted = {(version.contract, str(version.number)) for version in versions}
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for running in store.estate.running_uses({contract for contract, _ in wanted}):
        key = (running.use.contract, running.use.number)
        if key in wanted:
            where = running.deployment
            found[key].add(f"{where.system} {where.version} in {where.environment}")
    return {key: tuple(sorted(users)) for key, users in found.items()}
