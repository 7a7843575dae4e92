"""Which consumers a change reaches: an expectation is a reader like any other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from contracts.compatibility.findings import WEIGHT, Cause, Reach
from contracts.formats.contract import Element, Side
from contracts.governance.expectations import Expectation
from contracts.governance.vocabulary import NewEnumValues, UnknownFields
from contracts.lean_dataclasses import dataclass, replace
from contracts.verdict import ConsumerVerdict, Finding, Level, Verdict

OPERATIONS = frozenset({"operation", "webhook", "callback", "channel", "message", "data-table"})
"""Kinds of elements whose names an expectation may use."""
WHOLE = frozenset({"message", "reply", "terms"})
"""Kinds of elements that name all they belong to; what is around them has further names."""

_MUST_BE_SENT = frozenset({"property-became-required", "required-property-added"})
_MUST_BE_PASSED = frozenset({"required-parameter-added", "parameter-became-required"})
_UNKNOWN_FIELDS = frozenset({"property-added", "property-unexpected"})
_ANSWERS = frozenset({"response", "sent-media-type", "sent-body"})
"""Kinds of elements that concern only those who read what they are sent."""
_PROMISES_GONE = frozenset({"optional-property-removed", "optional-header-removed"})


@dataclass(frozen=True, slots=True)
class Effect:
    """What one finding means to one consumer."""

    level: Level
    reason: str
    tolerated: bool = False
    """Its reader lets pass what would break another's."""


def per_consumer(
    causes: Sequence[Cause],
    expectations: Iterable[Expectation],
) -> tuple[tuple[Finding, ...], Mapping[str, ConsumerVerdict]]:
    """The findings with the consumers each hurts, and a verdict for every consumer.

    What was only a warning becomes an error where a consumer has declared that it counts on it.
    """
    marked = [cause.result() for cause in causes]
    verdicts: dict[str, ConsumerVerdict] = {}
    for expectation in expectations:
        effects: dict[int, Effect] = {}
        tolerated: list[str] = []
        for index, cause in enumerate(causes):
            effect = effect_on(expectation, cause.finding, cause.reaches)
            if effect is not None and effect.tolerated:
                tolerated.append(effect.reason)
            if effect is not None and not (effect.tolerated and effect.level is Level.INFO):
                effects[index] = effect
        for index, effect in effects.items():
            if WEIGHT[effect.level] >= WEIGHT[marked[index].level]:
                marked[index] = _marked(marked[index], expectation.consumer, effect.level)
        verdicts[expectation.consumer] = _verdict(expectation, effects, tolerated)
    return tuple(marked), verdicts


def _marked(finding: Finding, consumer: str, level: Level) -> Finding:
    names = (*finding.consumers, consumer)
    promoted = finding.rule in _PROMISES_GONE and level is Level.ERROR
    return replace(finding, consumers=names, level=level if promoted else finding.level)


def _verdict(
    expectation: Expectation, effects: Mapping[int, Effect], tolerated: Sequence[str]
) -> ConsumerVerdict:
    hurting = {i: e for i, e in effects.items() if e.level in {Level.ERROR, Level.UNKNOWN}}
    levels = {effect.level for effect in hurting.values()}
    if Level.ERROR in levels:
        verdict = Verdict.BREAKING
    else:
        verdict = Verdict.UNKNOWN if levels else Verdict.COMPATIBLE
    if not hurting:
        reason = "nothing that it uses breaks" if expectation.declared else "nothing breaks"
    else:
        reason = "; ".join(dict.fromkeys(effect.reason for effect in hurting.values()))
    if not expectation.declared:
        reason += " (it declared nothing, so it counts as using everything)"
    reason = "; ".join(dict.fromkeys((reason, *tolerated)))
    return ConsumerVerdict(verdict, tuple(sorted(effects)), reason, expectation.declared)


def effect_on(
    expectation: Expectation, finding: Finding, reaches: Sequence[Reach]
) -> Effect | None:
    """What a finding means to a consumer; None if it does not reach it."""
    level = finding.level
    lenient: Effect | None = None
    for reach in reaches:
        names = names_of(reach.element)
        if not names or not expectation.touches(names):
            if names:
                continue
            return Effect(level, f"{finding.rule} concerns everybody")
        effect = _touched(expectation, finding, reach, names)
        if effect is not None and not effect.tolerated:
            return effect
        lenient = lenient or effect
    return lenient


def _touched(
    expectation: Expectation, finding: Finding, reach: Reach, names: frozenset[str]
) -> Effect | None:
    level, rule = finding.level, finding.rule
    place = min(names)
    if rule in _MUST_BE_PASSED:
        return (
            None
            if _passes(expectation, reach.element, names)
            else Effect(level, f"it does not send {reach.element.facts.get('name')} in {place}")
        )
    if reach.field is None:
        if rule in _PROMISES_GONE and not expectation.declared:
            return None
        if reach.element.kind in _ANSWERS and not expectation.reads(names):
            return None
        return Effect(level, f"it uses {place}")
    if reach.element.writer is Side.CONSUMER:
        if rule in _MUST_BE_SENT and expectation.always_sends(names, reach.field):
            return None
        if rule in _MUST_BE_SENT:
            return Effect(level, f"it does not always send {reach.field} in {place}")
        hurt = expectation.sends(names, reach.field)
        return Effect(level, f"it sends {reach.field} in {place}") if hurt else None
    return _as_reader(expectation, finding, reach, names)


def _as_reader(
    expectation: Expectation, finding: Finding, reach: Reach, names: frozenset[str]
) -> Effect | None:
    level, rule, field = finding.level, finding.rule, reach.field or "*"
    place = min(names)
    if rule in _UNKNOWN_FIELDS:
        if expectation.tolerance.unknown_fields is UnknownFields.REJECT:
            return Effect(Level.ERROR, f"it rejects fields that it does not know in {place}")
        if expectation.declared and level in {Level.ERROR, Level.UNKNOWN}:
            return Effect(Level.INFO, f"it ignores fields that it does not know in {place}", True)
        return None
    if not expectation.reads(names, field):
        return None
    if rule == "enum-value-added":
        if expectation.tolerance.new_enum_values is NewEnumValues.ACCEPT:
            return Effect(Level.WARNING, f"it accepts new values of {field} in {place}", True)
        return Effect(Level.ERROR if expectation.declared else level, f"it reads {field}")
    if rule in _PROMISES_GONE:
        if not expectation.declared:
            return None
        return Effect(Level.ERROR, f"it reads {field} in {place}")
    return Effect(level, f"it reads {field} in {place}")


def _passes(expectation: Expectation, element: Element, names: frozenset[str]) -> bool:
    name = str(element.facts.get("name", ""))
    if element.facts.get("in") == "header":
        return expectation.sends_header(names, name)
    return expectation.sends_parameter(names, name)


def names_of(element: Element) -> frozenset[str]:
    """Every name of the operations, channels and messages around an element."""
    names: set[str] = set(element.facts.get("inside", ()))
    at: Element | None = element
    while at is not None:
        if at.kind in OPERATIONS or at.kind in WHOLE:
            names.update(at.names)
        if at.kind in WHOLE:
            break
        at = at.parent
    return frozenset(names)
