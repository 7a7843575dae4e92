"""What an environment allows. A suite that would do more does not start."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.plan.sandbox import Sandbox
from conformance.plan.suite import METHODS, SAFE_METHODS, Suite
from contracts.errors import ContractError

if TYPE_CHECKING:
    from contracts.governance import estate


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule that stops a suite, and the mend."""

    rule: str
    message: str


class SuiteRefused(ContractError):
    """A suite would do what its environment forbids; nothing was sent."""

    code = "suite-refused"

    def __init__(self, refused: tuple[Refusal, ...]) -> None:
        self.refusals = refused
        text = "; ".join(f"{r.message} (rule {r.rule})" for r in refused)
        super().__init__(f"The suite was not started: {text}")


@dataclass(frozen=True, slots=True)
class Safety:
    """The rules of one environment. ``max_rate`` in requests per second.

    ``hosts`` lists ``host`` or ``host:port``; empty allows only the target's own. A production
    environment allows GET, HEAD and OPTIONS, whatever ``methods`` says.
    """

    environment: str = "local"
    production: bool = False
    methods: tuple[str, ...] = METHODS
    hosts: tuple[str, ...] = ()
    max_rate: float | None = None
    sandbox: Sandbox = field(default_factory=Sandbox)

    @classmethod
    def from_environment(cls, environment: estate.Environment) -> Safety:
        """The rules of an environment of the estate; its endpoints are the only targets."""
        rules = environment.safety
        hosts = [urlsplit(e.url).netloc for e in environment.endpoints if not e.placeholders]
        return cls(
            environment=environment.id,
            production=rules.production,
            methods=rules.allowed_methods,
            hosts=tuple(hosts),
            max_rate=rules.max_requests_per_second,
            sandbox=Sandbox.from_mapping(rules.sandbox.settings() if rules.sandbox else None),
        )

    @property
    def allowed_methods(self) -> frozenset[str]:
        """Methods that may be sent."""
        allowed = frozenset(m.upper() for m in self.methods)
        return allowed & SAFE_METHODS if self.production else allowed

    def allows_host(self, host: str, port: int | None) -> bool:
        """Whether the environment lists this address."""
        return not self.hosts or host in self.hosts or f"{host}:{port}" in self.hosts

    @property
    def rate_ceiling(self) -> float | None:
        """The highest rate; production without a number means 5 requests per second."""
        if self.max_rate is None and self.production:
            return 5.0
        return self.max_rate


def refusals(
    suite: Suite, safety: Safety, target: str, operations: Iterable[tuple[str, str]]
) -> tuple[Refusal, ...]:
    """Every rule that stops this suite; ``operations`` are (label, method) it would call."""
    found: list[Refusal] = []
    url = urlsplit(target)
    port = _port(target)
    if url.scheme not in {"http", "https"} or not url.hostname or port == -1:
        found.append(Refusal("target-is-http", f"{target!r} is not an http(s) address"))
    elif not safety.allows_host(url.hostname, port):
        found.append(
            Refusal(
                "target-on-the-list",
                f"{url.hostname}:{port} is not among the addresses of environment "
                f"{safety.environment}: {', '.join(safety.hosts)}",
            )
        )
    if url.username or url.password:
        found.append(
            Refusal("no-credentials-in-url", "the target carries a password; use auth by reference")
        )
    forbidden = sorted({m for _, m in operations if m.upper() not in safety.allowed_methods})
    if forbidden:
        rule = "production-safe-methods-only" if safety.production else "method-allowed"
        found.append(
            Refusal(
                rule,
                f"environment {safety.environment} does not allow {', '.join(forbidden)}; "
                f"limit the suite to methods {', '.join(sorted(safety.allowed_methods))}",
            )
        )
    ceiling = safety.rate_ceiling
    if ceiling is not None and suite.rate_limit is not None and suite.rate_limit > ceiling:
        found.append(
            Refusal(
                "rate-within-ceiling",
                f"the suite asks {suite.rate_limit}/s and environment {safety.environment} "
                f"allows {ceiling}/s",
            )
        )
    return tuple(found)


def _port(target: str) -> int | None:
    url = urlsplit(target)
    try:
        return url.port or {"http": 80, "https": 443}.get(url.scheme)
    except ValueError:
        return -1
