"""Ask for a conformance run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from registry.domain import Principal, Run
from registry.services.ports import JobQueue, UnitOfWork


@dataclass(frozen=True, slots=True)
class StartRun:
    """``number`` defaults to the version of the release deployed there, else the latest;
    ``url`` to the endpoint registered for the provider in the environment."""

    contract: str
    environment: str
    number: str | None = None
    url: str | None = None
    suite: str = "http"
    seed: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


def start_run(
    command: StartRun, uow: UnitOfWork, caller: Principal, queue: JobQueue | None = None
) -> Run:
    """Store a queued run and hand it to the queue after the transaction.

    Without a queue the caller carries it out itself (``claim_run``, ``finish_run``).

    Raises:
        NotFound: no such contract, version, environment or endpoint.
        Invalid: the URL is not one of the environment's endpoints.
    """
    raise NotImplementedError
