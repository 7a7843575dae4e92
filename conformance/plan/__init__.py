"""What to run, how hard, and what is safe where."""

from __future__ import annotations

from conformance.plan.auth import Auth, SecretMissing, Tls
from conformance.plan.checks import CHECKS
from conformance.plan.safety import Refusal, Safety, SuiteRefused, refusals
from conformance.plan.sandbox import Cleanup, Sandbox
from conformance.plan.suite import (
    PHASES,
    KnownFailure,
    Suite,
    SuiteInvalid,
)

__all__ = [
    "CHECKS",
    "PHASES",
    "Auth",
    "Cleanup",
    "KnownFailure",
    "Refusal",
    "Safety",
    "Sandbox",
    "SecretMissing",
    "Suite",
    "SuiteInvalid",
    "SuiteRefused",
    "Tls",
    "refusals",
]
