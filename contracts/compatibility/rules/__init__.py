"""Rules that are not schema containment: one decorated function each, by area.

A rule looks at one :class:`~contracts.compatibility.pairing.Pair` of a kind and yields a
:class:`Change` for each thing that somebody should hear about. Add one in three steps:
write the function in ``rules/<area>.py``, add its cases to
``tests/cases/compatibility/<area>.yaml``, run ``make docs``.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterable, Mapping

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.lean_dataclasses import dataclass, field
from contracts.verdict import Level, Witness


@dataclass(frozen=True, slots=True)
class Change:
    """What a rule saw: a sentence, and where it differs from the rule's and pair's defaults.

    ``old``/``new`` are pointers below the pair's elements (``/required``), ``old_at``/``new_at``
    pointers into the pair's documents; ``level`` overrides the rule's own; ``assumptions`` name
    the policies that decided it.
    """

    message: str
    level: Level | None = None
    old: str = ""
    new: str = ""
    old_at: str | None = None
    new_at: str | None = None
    witness: Witness | None = None
    assumptions: tuple[str, ...] = ()
    advice: str | None = None
    about: str = ""
    """The part, alternative or value that it is about, for who makes a payload of it."""
    consumers: Mapping[str, str] = field(default_factory=dict)
    """Whom it concerns and why, where the change itself says so (promises)."""


Check = Callable[[Pair, Policies], Iterable[Change]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of change with its id (never renamed), its weight and the way out."""

    id: str
    level: Level
    on: tuple[str, ...]
    """The kinds of elements that it looks at."""
    area: str
    summary: str
    advice: str
    reverse: str | None = None
    """The id under which the same cause is reported when old and new change places."""
    check: Check | None = None
    """None for schema rules: the containment engine finds those."""
    media: str = ""
    """What the names of the media types hold that it is about; it is about all where empty."""


RULES: dict[str, Rule] = {}


def register(new: Rule) -> None:
    """Make a rule known; an id used twice is a programming error, found at start-up."""
    if new.id in RULES:
        raise ValueError(f"two rules are called {new.id}")
    RULES[new.id] = new


def rule(
    id: str,
    *,
    on: str | Iterable[str],
    level: Level,
    advice: str,
    reverse: str | None = None,
    media: str = "",
) -> Callable[[Check], Check]:
    """Register the decorated function; its docstring's first line is the rule's summary."""

    def decorate(check: Check) -> Check:
        summary = (check.__doc__ or "").strip().splitlines()[0]
        area = check.__module__.rpartition(".")[2]
        kinds = (on,) if isinstance(on, str) else tuple(on)
        register(Rule(id, level, kinds, area, summary, advice, reverse, check, media))
        return check

    return decorate


def load_rules() -> Mapping[str, Rule]:
    """All rules, every module of this package imported."""
    for name in sorted(os.listdir(__path__[0])):  # noqa: PTH208 (importing pkgutil takes longer)
        if name.endswith(".py") and name != "__init__.py":
            importlib.import_module(f"{__name__}.{name.removesuffix('.py')}")
    return RULES


AREAS: Mapping[str, tuple[str, ...]] = {
    "openapi": (
        *("operations", "parameters", "bodies", "responses", "security", "servers"),
        *("lifecycle", "properties", "unions", "schemas", "definitions"),
    ),
    "asyncapi": (
        *("events", "messages", "brokers", "bindings", "security", "avro"),
        *("lifecycle", "properties", "unions", "schemas", "definitions"),
    ),
    "jsonschema": ("lifecycle", "properties", "schemas", "definitions"),
    "avro": ("avro",),
    "protobuf": (
        *("protobuf", "protobuf_fields", "protobuf_types", "protobuf_oneofs"),
        *("protobuf_enums", "protobuf_extensions", "rpcs"),
    ),
    "xml": ("xml",),
    "odcs": ("tables", "schemas", "properties"),
    "sidecar": ("promises", "windows"),
}
"""Formats that need only some areas; start-up time is a feature. Others need them all."""


def rules_by_kind(format: str = "", also: tuple[str, ...] = ()) -> Mapping[str, tuple[Rule, ...]]:
    """The rules with a check that matter to a format, by the kind of element they look at."""
    areas = AREAS.get(format)
    areas = (*areas, *also) if areas is not None else None
    for area in areas or ():
        importlib.import_module(f"{__name__}.{area}")
    table: dict[str, list[Rule]] = {}
    for known in (load_rules() if areas is None else RULES).values():
        if known.check is not None and (areas is None or known.area in areas):
            for kind in known.on:
                table.setdefault(kind, []).append(known)
    return {kind: tuple(rules) for kind, rules in table.items()}
