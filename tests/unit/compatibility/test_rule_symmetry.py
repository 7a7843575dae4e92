"""No half rules: what is said about adding is said about removing, of requests as of responses."""

from __future__ import annotations

import pytest

from contracts.compatibility.rules import load_rules
from contracts.verdict import Level

RULES = load_rules()
NAMES = set(RULES) | {rule.reverse for rule in RULES.values() if rule.reverse}

OPPOSITES = (
    ("added", "removed"),
    ("raised", "lowered"),
    ("tightened", "loosened"),
    ("opened", "closed"),
    ("required", "optional"),
    ("narrowed", "widened"),
    ("shortened", "extended"),
    ("refused", "possible"),
)

SIDES = (
    ("parameter", "header"),
    ("request-media-type", "response-media-type"),
    ("request-body", "sent-body"),
    ("webhook", "callback"),
)

REASONS = {
    "proto-reservation-removed": "a number that is reserved, and was free, is taken from nobody",
    "sunset-shortened": "a later sunset hurts nobody in any mode",
    "stability-lowered": "more stability hurts nobody in any mode",
    "header-added": "headers that nobody knows are skipped; the heavy half is required-header-removed",
    "optional-request-body-added": "the heavy half is request-body-removed",
    "error-status-removed": "its opposite is status-added, which tells of every status",
    "status-added": "its opposites are success-status-removed and error-status-removed",
    "everything-refused": "its opposite is something-sent",
    "property-refused": "its opposite is property-unexpected",
    "optional-parameter-added": "the heavy half is parameter-removed",
    "property-added": "its opposites are optional-property-removed and request-property-removed",
    "media-type-added": "its opposites are request-media-type-removed and response-media-type-removed",
    "optional-property-removed": "its opposite is property-added, for requests request-property-removed",
    "request-property-removed": "its opposite is property-added",
    "column-classification-raised": "a lower class hurts nobody",
}
"""Rules without a mirror image by name, and why that is right."""

AREAS_WITHOUT_MIRROR = {
    "interactions": "what holds again hurts nobody",
    "promises": "a better promise of service hurts nobody",
    "windows": "a longer window hurts nobody",
    "brokers": "settings of a broker have their better side, which hurts nobody",
    "bindings": "settings of a broker have their better side, which hurts nobody",
}
"""Areas whose rules need no mirror images, and why that is right."""


def mirror(name: str) -> str | None:
    """The name of the opposite rule, by the words in it."""
    words = name.split("-")
    for one, other in OPPOSITES:
        for word, opposite in ((one, other), (other, one)):
            if words[-1] == word:
                return "-".join([*words[:-1], opposite])
    return None


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_rule_has_its_mirror_image_or_a_reason(name: str) -> None:
    opposite = mirror(name)
    missing = opposite is not None and opposite not in NAMES
    missing = missing and RULES[name].area not in AREAS_WITHOUT_MIRROR
    assert not missing or name in REASONS, f"{name} has no {opposite}, and no reason says why"


def test_no_reason_is_stale() -> None:
    needed = {name for name in RULES if (other := mirror(name)) and other not in NAMES}
    needed -= {name for name in RULES if RULES[name].area in AREAS_WITHOUT_MIRROR}
    assert set(REASONS) == needed


@pytest.mark.parametrize("name", sorted(RULES))
def test_what_breaks_when_old_and_new_change_places_has_a_name(name: str) -> None:
    rule = RULES[name]
    if rule.area == "schemas" and rule.level is Level.ERROR:
        assert rule.reverse is not None
        assert RULES[rule.reverse].reverse == name


@pytest.mark.parametrize(("consumer", "provider"), SIDES)
def test_both_sides_of_the_wire_have_rules(consumer: str, provider: str) -> None:
    assert any(consumer in name for name in RULES)
    assert any(provider in name for name in RULES)


def test_advice_and_summary_are_sentences() -> None:
    for rule in RULES.values():
        for text in (rule.summary, rule.advice):
            assert text.endswith((".", "…", ")")), f"{rule.id}: {text}"
