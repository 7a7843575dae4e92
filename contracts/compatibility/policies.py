"""Named assumptions: what a comparison takes for granted, chosen by the user, never silent.

Every policy has a default per format family. A finding whose weight or existence hangs on a
policy carries the policy's name (``Finding.assumptions``), and the report lists all that
mattered.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from contracts.lean_dataclasses import dataclass, field, replace
from contracts.verdict import Level

SKIPS_UNKNOWN_MESSAGES = "unknown-messages-skipped"
"""Readers of a channel skip messages that a constant marks as none of theirs."""

API_FORMATS = frozenset({"openapi", "asyncapi"})
"""Formats of contracts between writers and readers that are named."""


class Content(StrEnum):
    """Which members an open object may hold on the wire."""

    DECLARED = "declared-members-only"
    """A writer sends only members that its contract declares."""
    OPEN = "open-content"
    """Plain set inclusion: whatever the schema admits may be sent."""


class EnumGrowth(StrEnum):
    """What a new value in a provider-written enumeration does to its readers."""

    BREAKS = "closed-enums"
    WARNS = "extensible-enums"


@dataclass(frozen=True, slots=True)
class Policies:
    """What is assumed. None means the format's own default (see :meth:`for_format`)."""

    content: Content | None = None
    enum_growth: EnumGrowth | None = None
    assert_formats: bool | None = None
    """Whether ``format`` limits values (true) or only describes them."""
    tolerant_readers: bool = False
    """Readers ignore members that they do not know, even where their schema forbids them."""
    skip_unknown_messages: bool = True
    """Readers of a channel skip messages whose type they do not know."""
    today: date | None = None
    """The day on which the question is asked: what had its sunset before may be removed."""
    levels: Mapping[str, Level] = field(default_factory=dict)
    """Level per rule id, instead of the rule's own."""
    ignored: frozenset[str] = frozenset()
    """Rule ids that are not reported at all."""

    def for_format(self, format: str) -> Policies:
        """Fill the gaps with what readers of this format commonly take for granted."""
        api = format in API_FORMATS
        return replace(
            self,
            content=self.content or (Content.DECLARED if api else Content.OPEN),
            enum_growth=self.enum_growth or EnumGrowth.BREAKS,
            assert_formats=self.assert_formats if self.assert_formats is not None else api,
        )

    @classmethod
    def strict(cls) -> Policies:
        """Whatever a schema admits may be sent; formats bind; enums are closed."""
        return cls(
            Content.OPEN, EnumGrowth.BREAKS, assert_formats=True, skip_unknown_messages=False
        )

    @classmethod
    def lenient(cls) -> Policies:
        """Tolerant readers: undeclared members are never sent, enums may grow, formats describe."""
        return cls(Content.DECLARED, EnumGrowth.WARNS, assert_formats=False, tolerant_readers=True)

    def level(self, rule: str, default: Level) -> Level:
        """The weight of a rule under these policies."""
        return self.levels.get(rule, default)

    def weighing(self, levels: Mapping[str, Level | None], today: date | None = None) -> Policies:
        """The same assumptions with other levels per rule; None means: do not report it."""
        ignored = frozenset(rule for rule, level in levels.items() if level is None)
        kept = {rule: level for rule, level in levels.items() if level is not None}
        return replace(
            self,
            levels={**self.levels, **kept},
            ignored=self.ignored | ignored,
            today=today or self.today,
        )

    def on(self, today: date | None) -> Policies:
        """The same assumptions on a given day; on the machine's if neither says one."""
        return replace(self, today=today or self.today or date.today())  # noqa: DTZ011
