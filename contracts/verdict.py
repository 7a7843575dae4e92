"""The values every comparison ends in: verdict, level, place, witness, finding, report.

A verdict has three values and the gate never confuses them (``docs/decisions/0003``):
*compatible* was proved, *breaking* is shown, *unknown* says what stood in the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from contracts.lean_dataclasses import dataclass, field

Json = Any
"""A parsed JSON value: None, bool, int, float, Decimal, str, list or dict with string keys."""


class Verdict(StrEnum):
    """The engine's answer; ordered by how much it stops a gate."""

    COMPATIBLE = "compatible"
    UNKNOWN = "unknown"
    BREAKING = "breaking"


class Mode(StrEnum):
    """Who must be able to read whom.

    DIRECTIONAL: every exchange in the direction its data flows (the default for APIs and events).
    BACKWARD: the new version reads what the old one wrote. FORWARD: the old version reads what
    the new one writes. FULL: both. NONE: nothing is checked.
    The ``_TRANSITIVE`` modes compare against every live version and are a matter of the
    registry: :attr:`pairwise` is what one comparison of two documents does.
    """

    DIRECTIONAL = "directional"
    BACKWARD = "backward"
    FORWARD = "forward"
    FULL = "full"
    NONE = "none"
    BACKWARD_TRANSITIVE = "backward_transitive"
    FORWARD_TRANSITIVE = "forward_transitive"
    FULL_TRANSITIVE = "full_transitive"

    @property
    def transitive(self) -> bool:
        """Whether every live version counts, and not only the latest."""
        return self.value.endswith("_transitive")

    @property
    def pairwise(self) -> Mode:
        """The mode of one comparison of two documents."""
        return Mode(self.value.removesuffix("_transitive"))


class Level(StrEnum):
    """How much a finding weighs: an error breaks, a warning may, info tells."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    UNKNOWN = "unknown"


class Direction(StrEnum):
    """Which side writes the data a finding speaks of."""

    REQUEST = "request"  # the consumer (client) writes, the provider reads
    RESPONSE = "response"  # the provider writes, the consumer reads
    EVENT = "event"  # the sender of a message writes, its receivers read
    DATA = "data"  # a bare schema: stored or exchanged values, direction from the mode
    CONTRACT = "contract"  # no payload: servers, security, lifecycle, service levels


class Bump(StrEnum):
    """The semantic-versioning step that a change asks for (semver.org 2.0.0)."""

    NONE = "none"
    PATCH = "patch"
    MINOR = "minor"
    MAJOR = "major"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: RFC 6901 pointer and one-based line (None if not known).

    ``file`` is the path of a further file of the contract, from where its main document lies.
    """

    pointer: str
    line: int | None = None
    source: str | None = None
    value: Json = None
    file: str = ""


@dataclass(frozen=True, slots=True)
class Repeated:
    """A text, or the position of an item in a list as it is shown, and how often it comes."""

    of: str | int
    times: int


@dataclass(frozen=True, slots=True)
class Elided:
    """A long text or list of a payload that is shown in short: all of it, one part after another.

    ``at`` points into the payload as it is shown; ``length`` counts characters or items.
    """

    at: str
    length: int
    parts: tuple[Repeated, ...]


@dataclass(frozen=True, slots=True)
class Witness:
    """A payload one side may write and the other rejects, confirmed by a validator.

    ``value`` is the payload; ``written_by``/``rejected_by`` are ``"old"`` or ``"new"``;
    ``error`` is the rejecting validator's own words; ``instance`` points to the spot in
    the payload; ``as_message`` shows it as a request, response or message where it is one;
    ``misread`` says that the other side takes it for something else instead of rejecting it.
    ``elided`` is what ``value`` shows in short: :func:`contracts.elision.whole` is the payload.
    """

    value: Json
    written_by: str
    rejected_by: str
    error: str = ""
    instance: str = ""
    as_message: str | None = None
    misread: bool = False
    elided: tuple[Elided, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One cause, reported once. Waivers and filters match ``rule`` and places, never prose."""

    rule: str
    level: Level
    message: str
    direction: Direction
    old: Place | None = None
    new: Place | None = None
    witness: Witness | None = None
    consumers: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    """The exchanges it reaches, as labels: ``POST /orders request body application/json``."""
    advice: str | None = None
    assumptions: tuple[str, ...] = ()
    """Names of the policies that decided it (see ``docs/reference/policies.md``)."""

    @property
    def fingerprint(self) -> str:
        """Stable identity across runs: rule, direction and both pointers, with their files."""
        from contracts.digest import sha256

        old = self.old.file + self.old.pointer if self.old else ""
        new = self.new.file + self.new.pointer if self.new else ""
        text = "\0".join((self.rule, self.direction.value, old, new))
        return sha256(text.encode("utf-8", "surrogatepass"))[:16]


@dataclass(frozen=True, slots=True)
class ConsumerVerdict:
    """What a change means to one consumer: the findings that reach it, and why those."""

    verdict: Verdict
    findings: tuple[int, ...] = ()
    """Positions in :attr:`Report.findings`."""
    reason: str = ""
    declared: bool = True
    """Whether it said what it uses; if not, it counts as using everything."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """How much is known of the consumers: how many there are, and how many declared their use."""

    consumers: int
    declared: int


@dataclass(frozen=True, slots=True)
class Report:
    """The whole answer of one comparison."""

    verdict: Verdict
    mode: Mode
    format: str
    findings: tuple[Finding, ...]
    recommended_bump: Bump
    old_name: str = "old"
    new_name: str = "new"
    old_sha256: str = ""
    new_sha256: str = ""
    assumptions: tuple[str, ...] = ()
    changes: Mapping[str, int] = field(default_factory=dict)
    """Raw document difference, counted: added, removed, changed."""
    consumers: Mapping[str, ConsumerVerdict] = field(default_factory=dict)
    """Verdict per consumer whose expectations were given."""

    @property
    def breaking(self) -> tuple[Finding, ...]:
        """The findings that break somebody."""
        return tuple(f for f in self.findings if f.level is Level.ERROR)

    @property
    def knowledge(self) -> Knowledge:
        """How complete the knowledge is that the consumers' verdicts stand on."""
        declared = sum(one.declared for one in self.consumers.values())
        return Knowledge(len(self.consumers), declared)

    @property
    def breaking_for_none(self) -> bool:
        """Whether it breaks the contract and hits nobody whose use is known."""
        compatible = (one.verdict is Verdict.COMPATIBLE for one in self.consumers.values())
        return self.verdict is Verdict.BREAKING and bool(self.consumers) and all(compatible)

    @property
    def summary(self) -> Mapping[str, int]:
        """How many findings of each level."""
        return {level.value: sum(f.level is level for f in self.findings) for level in Level}
