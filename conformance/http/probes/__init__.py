"""Questions that need requests of their own, asked with requests that are known to work.

Generated traffic shows which requests a system accepts; probes repeat some of those with one thing
changed. Each probe knows what the contract promises and what it takes to ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from conformance.http.operations import Operation
from conformance.http.probes.creation import created_is_readable
from conformance.http.probes.idempotency import (
    idempotency_key_concurrent,
    idempotency_key_replay,
    idempotency_key_required,
    idempotency_key_reuse,
)
from conformance.http.probes.locking import optimistic_locking
from conformance.http.probes.pagination import pagination_complete
from conformance.http.probes.seeds import Finding, Seeds, Sender

Probe = Callable[[Operation, Seeds, Sender], Iterator[Finding]]

PROBES: dict[str, Probe] = {
    probe.__name__: probe
    for probe in (
        idempotency_key_required,
        idempotency_key_replay,
        idempotency_key_reuse,
        idempotency_key_concurrent,
        optimistic_locking,
        pagination_complete,
        created_is_readable,
    )
}

__all__ = ["PROBES", "Finding", "Seeds", "Sender", "applicable"]


def applicable(names: tuple[str, ...]) -> Mapping[str, Probe]:
    """The probes among the checks of a suite."""
    return {name: probe for name, probe in PROBES.items() if name in names}
