"""Names, numbers and identities: what a slug, a version number and a new id look like."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass
from functools import total_ordering
from typing import Any

import semver

from registry.errors import Invalid

SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
CONTRACT_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*(?:\.[a-z0-9]+(?:[-_][a-z0-9]+)*)*")
SYSTEM_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,119}")
MAX_NAME = 120


def check_slug(field: str, value: str) -> str:
    """``value`` if it is a slug such as ``erp-procurement``.

    Raises:
        Invalid: it is not.
    """
    if len(value) <= MAX_NAME and SLUG.fullmatch(value):
        return value
    raise Invalid(
        field,
        f"{value[:60]!r} is not a name; use lower-case letters, digits and single '-' or '_', "
        f"at most {MAX_NAME} characters, such as 'erp-procurement'",
    )


def check_contract_name(field: str, value: str) -> str:
    """``value`` if it names a contract, such as ``erp.purchase-order``.

    Raises:
        Invalid: it does not.
    """
    if len(value) <= MAX_NAME and CONTRACT_NAME.fullmatch(value):
        return value
    raise Invalid(
        field,
        f"{value[:60]!r} is not a contract name; use lower-case parts joined by '.', such as "
        "'erp.purchase-order'",
    )


def check_system_version(field: str, value: str) -> str:
    """``value`` if it can name a release of a system (semver, a date, a build number or hash).

    Raises:
        Invalid: it cannot.
    """
    if SYSTEM_VERSION.fullmatch(value):
        return value
    raise Invalid(
        field,
        f"{value[:70]!r} is not a system version; use up to 120 letters, digits and . + _ -, "
        "such as '2.0.0' or '2026-11-21.3'",
    )


@total_ordering
@dataclass(frozen=True, slots=True)
class Number:
    """A version number of a contract, ordered as semver.org 2.0.0 §11 says."""

    major: int
    minor: int
    patch: int
    prerelease: str = ""

    @classmethod
    def parse(cls, text: str, field: str = "version") -> Number:
        """The number that ``text`` writes.

        Raises:
            Invalid: not MAJOR.MINOR.PATCH with an optional -prerelease; build metadata does not
                take part in precedence (§10) and would make two names for one version.
        """
        if len(text) > 64:
            raise Invalid(field, f"{text[:20]!r}… is too long for a version; use at most 64 signs")
        try:
            parsed = semver.Version.parse(text)
        except (ValueError, TypeError):
            raise Invalid(
                field,
                f"{text!r} is not a semantic version; write MAJOR.MINOR.PATCH, such as '1.4.0'",
            ) from None
        if parsed.build:
            raise Invalid(field, f"{text!r} carries build metadata; leave out '+{parsed.build}'")
        if max(parsed.major, parsed.minor, parsed.patch) > 2**31 - 1:
            raise Invalid(field, f"{text!r} has a part above {2**31 - 1}")
        return cls(parsed.major, parsed.minor, parsed.patch, parsed.prerelease or "")

    def __str__(self) -> str:
        core = f"{self.major}.{self.minor}.{self.patch}"
        return f"{core}-{self.prerelease}" if self.prerelease else core

    @property
    def precedence(self) -> tuple[Any, ...]:
        """A sort key after semver.org 2.0.0 §11: a pre-release comes before its release."""
        if not self.prerelease:
            return (self.major, self.minor, self.patch, 1, ())
        parts = tuple(
            (0, int(part), "") if part.isdigit() else (1, 0, part)
            for part in self.prerelease.split(".")
        )
        return (self.major, self.minor, self.patch, 0, parts)

    def __lt__(self, other: Number) -> bool:
        return self.precedence < other.precedence


def new_id(kind: str) -> str:
    """A fresh identity such as ``run_0193f2c1a7b04e5d9c21``: sorts by time, cannot be guessed."""
    return f"{kind}_{time.time_ns() // 1_000_000:012x}{secrets.token_hex(6)}"
