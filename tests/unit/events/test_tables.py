"""Every case of the event tables: exactly these findings, and the verdict."""

from __future__ import annotations

import copy
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts import compare
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import load_rules
from contracts.documents import load
from contracts.verdict import Level, Mode, Report, Verdict

TABLES = Path(__file__).parents[2] / "cases" / "compatibility"
NAMES = (
    *("asyncapi-3", "asyncapi-2", "asyncapi-bindings", "asyncapi-languages"),
    *("avro", "promises", "protobuf", "odcs"),
)
AREAS = (
    *("events", "messages", "brokers", "bindings", "avro", "promises", "windows"),
    *("protobuf", "protobuf_fields", "protobuf_types", "protobuf_oneofs", "protobuf_enums"),
    *("protobuf_extensions", "rpcs", "tables"),
)


@cache
def table(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load((TABLES / f"{name}.yaml").read_bytes(), yaml.CSafeLoader)
    return loaded


CASES = [(name, n, case) for name in NAMES for n, case in enumerate(table(name)["cases"])]
BASES = {name: table(name).get("base") for name in NAMES}


def document(base: Any, changes: Any) -> Any:
    """The base with values set at pointers; ``-`` removes, ``= /pointer`` copies from the base."""
    if isinstance(changes, str):
        syntax = "" if "syntax" in changes or "edition" in changes else 'syntax = "proto3";\n'
        return load((syntax + changes).encode(), name="case.proto")
    if base is None:
        return changes
    made = copy.deepcopy(base)
    for pointer, value in (changes or {}).items():
        tokens = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
        owner = made
        for token in tokens[:-1]:
            owner = owner[int(token)] if isinstance(owner, list) else owner.setdefault(token, {})
        last: Any = int(tokens[-1]) if isinstance(owner, list) else tokens[-1]
        if value == "-":
            owner.pop(last, None)
        elif isinstance(owner, list):
            owner[last : last + 1] = [copied(base, value)]
        else:
            owner[last] = copied(base, value)
    return made


def copied(base: Any, value: Any) -> Any:
    if isinstance(value, str) and value.startswith("= /"):
        for token in value[3:].split("/"):
            base = base[int(token)] if isinstance(base, list) else base[token]
        return copy.deepcopy(base)
    if isinstance(value, dict):
        return {key: copied(base, member) for key, member in value.items()}
    return copy.deepcopy(value)


POLICIES = {None: Policies(), "strict": Policies.strict(), "lenient": Policies.lenient()}


@cache
def run(name: str, number: int) -> Report:
    case = table(name)["cases"][number]
    mode = case.get("mode", table(name).get("mode"))
    return compare(
        document(BASES[name], case.get("old")),
        document(BASES[name], case.get("new")),
        mode=Mode(mode) if mode else None,
        format=table(name)["format"],
        policies=POLICIES[case.get("policies")],
        today=date(2026, 6, 1),
    )


@pytest.mark.parametrize(
    ("name", "number", "case"), CASES, ids=[f"{n}: {c['name']}" for n, _, c in CASES]
)
def test_exactly_the_expected_findings(name: str, number: int, case: dict[str, Any]) -> None:
    report = run(name, number)
    found = {finding.rule: finding.level.value for finding in report.findings}
    expected = {rule: level for rule, level in (case.get("expect") or {}).items() if level != "-"}
    assert found == expected
    if "hurt" in case:
        broken = {n for n, c in report.consumers.items() if c.verdict is Verdict.BREAKING}
        assert broken == set(case["hurt"])
    levels = set(expected.values())
    assumed = Verdict.UNKNOWN if "unknown" in levels else Verdict.COMPATIBLE
    verdict = Verdict.BREAKING if "error" in levels else assumed
    assert report.verdict is Verdict(case.get("verdict", verdict))
    for finding in report.findings:
        assert finding.message
        assert finding.advice or finding.rule == "document-oddity"
        assert finding.old is not None or finding.new is not None


@pytest.mark.parametrize(
    "rule_id",
    sorted(
        {rule.id for rule in load_rules().values() if rule.area in AREAS} - {"avro-not-decided"}
    ),
)
def test_every_rule_has_a_case(rule_id: str) -> None:
    assert any(rule_id in (case.get("expect") or {}) for _, _, case in CASES)


@pytest.mark.parametrize("name", [name for name in NAMES if BASES[name]])
def test_a_document_never_breaks_itself(name: str) -> None:
    base = document(BASES[name], {})
    for mode in (Mode.DIRECTIONAL, Mode.FULL):
        report = compare(base, copy.deepcopy(base), mode=mode)
        assert report.verdict is Verdict.COMPATIBLE
        assert report.findings == ()


def test_breaking_findings_of_schemas_carry_a_witness() -> None:
    reports = [run(name, number) for name, number, _ in CASES]
    schema_rules = {rule.id for rule in load_rules().values() if rule.check is None}
    for report in reports:
        for finding in report.findings:
            if finding.level is Level.ERROR and finding.rule in schema_rules:
                assert finding.witness is not None
