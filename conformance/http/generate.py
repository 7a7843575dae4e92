"""Sets schemathesis up for one suite. Only this package imports it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import schemathesis
from hypothesis.internal.conjecture import providers
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema

from conformance.http.operations import Operation
from conformance.plan import Suite
from conformance.plan.checks import GENERATED_CHECKS
from contracts.verdict import Json

if TYPE_CHECKING:
    from schemathesis.engine.core import EventStream


def stream(
    document: dict[str, Json],
    target: str,
    suite: Suite,
    selected: tuple[Operation, ...],
    headers: dict[str, str],
    keys: dict[str, str],
    methods: frozenset[str],
) -> EventStream:
    """The engine's event stream; nothing is sent before it is iterated.

    ``keys`` are API keys outside the headers, by the name of their security scheme.
    """
    settings = _settings(suite, methods)
    if keys:
        schemes = {name: {"api_key": value} for name, value in keys.items()}
        settings["auth"] = {"openapi": schemes}
    forget_own_sources()
    config = SchemathesisConfig.from_dict(settings)
    schema = schemathesis.openapi.from_dict(document, config=config)
    schema.config.update(base_url=target, headers=headers or None)
    labels = {o.label for o in selected}
    selection = schema.include(lambda ctx: ctx.operation.label in labels)
    return from_schema(selection).execute()


LOCAL = "is_local_module_file"
"""The generator's question whether a module is the user's own."""


def forget_own_sources() -> None:
    """Keep the generator from drawing constants out of Interlock's own modules.

    It reads the source of whatever is not installed as a package; data would depend on where
    Interlock stands and on its version, and reading costs half a second of every run.
    """
    setattr(providers, LOCAL, _nowhere)


def _nowhere(_path: str) -> bool:
    return False


def _settings(suite: Suite, methods: frozenset[str]) -> dict[str, Any]:
    unexpected = sorted(
        m.lower() for m in methods & {"GET", "PUT", "POST", "DELETE", "OPTIONS", "PATCH", "TRACE"}
    )
    phases: dict[str, Any] = {
        name: {"enabled": name in suite.phases} for name in ("examples", "fuzzing", "stateful")
    }
    phases["coverage"] = {"enabled": "coverage" in suite.phases, "unexpected-methods": unexpected}
    checks: dict[str, Any] = {
        name: {"enabled": name in suite.checks}
        for name in (*GENERATED_CHECKS, "object_level_authorization", "allow_header_conformance")
    }
    rejections = [str(code) for code in suite.accepted_rejections]
    checks["positive_data_acceptance"]["expected-statuses"] = [
        "2xx", "3xx", "401", "403", "404", "429", "5xx", *rejections,
    ]  # fmt: skip
    checks["missing_required_header"]["expected-statuses"] = [
        "400", "401", "403", "406", "415", "422", "428",
    ]  # fmt: skip
    settings: dict[str, Any] = {
        "seed": suite.seed,
        "workers": 1,
        "continue-on-failure": True,
        "request-timeout": suite.request_timeout,
        "max-redirects": 0,
        "cache": {"enabled": False},
        "phases": phases,
        "checks": checks,
        "generation": {
            "database": "none",
            "max-examples": suite.max_examples,
            "no-shrink": not suite.shrink,
            "allow-x00": False,
        },
    }
    if suite.parameters:
        settings["parameters"] = dict(suite.parameters)
    return settings
