"""Documents that nobody would write on purpose: read, compared or refused with a sentence."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import compare
from contracts.errors import ContractError
from contracts.reports import render
from contracts.verdict import Verdict

TABLES = Path(__file__).parents[2] / "cases" / "compatibility"
BASES = {
    name: yaml.load((TABLES / f"{name}.yaml").read_bytes(), yaml.CSafeLoader)["base"]
    for name in ("asyncapi-3", "asyncapi-2", "odcs", "promises")
}
FORMATS = {
    "asyncapi-3": "asyncapi",
    "asyncapi-2": "asyncapi",
    "odcs": "odcs",
    "promises": "sidecar",
}
ODD: list[Any] = [
    None, True, 0, -1, 1.5, "", "x", "\x1b[31m", [], {}, [None], {"": None}, [[]],
    {"$ref": "#/nowhere"}, {"$ref": "#"}, {"$ref": 5}, {"$ref": "http://example.com/x"},
    {"$ref": "#/channels"}, "~", {"oneOf": 3}, {"type": []}, {"enum": {}}, 10**400,
]  # fmt: skip


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()  # fmt: skip
    for key, member in members:
        yield from places(member, (*at, key))


PLACES = {name: [at for at in places(base) if at] for name, base in BASES.items()}


@st.composite
def damaged(draw: st.DrawFn, name: str) -> Any:
    document = copy.deepcopy(BASES[name])
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.sampled_from(PLACES[name]))
        owner: Any = document
        try:
            for key in at[:-1]:
                owner = owner[key]
            if draw(st.booleans()):
                owner[at[-1]] = copy.deepcopy(draw(st.sampled_from(ODD)))
            else:
                del owner[at[-1]]
        except (KeyError, IndexError, TypeError):
            continue
    return document


@pytest.mark.parametrize("name", BASES)
def test_no_damage_leads_to_a_traceback(name: str) -> None:
    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(damaged(name), damaged(name))
    def check(one: Any, other: Any) -> None:
        for old, new in ((BASES[name], one), (one, BASES[name]), (one, other)):
            try:
                report = compare(copy.deepcopy(old), copy.deepcopy(new), format=FORMATS[name])
            except ContractError:
                continue
            render(report, "json")
            render(report, "text")

    check()


@pytest.mark.parametrize("name", BASES)
def test_damaged_or_not_a_document_does_not_break_itself(name: str) -> None:
    @settings(max_examples=50, deadline=None, derandomize=True)
    @given(damaged(name))
    def check(document: Any) -> None:
        try:
            report = compare(document, copy.deepcopy(document), format=FORMATS[name])
        except ContractError:
            return
        assert report.verdict is not Verdict.BREAKING  # what is broken in itself may be unknown

    check()


def asyncapi(**more: Any) -> dict[str, Any]:
    return {"asyncapi": "3.0.0", "info": {"title": "x", "version": "1"}, **more}


@pytest.mark.parametrize(
    "document",
    [
        asyncapi(channels={"a": {"$ref": "#/channels/b"}, "b": {"$ref": "#/channels/a"}}),
        asyncapi(
            channels={"a": {"address": "a", "messages": {"m": {"$ref": "#/channels/a/messages/m"}}}},
            operations={"o": {"action": "send", "channel": {"$ref": "#/channels/a"}}},
        ),
        asyncapi(
            channels={"a": {"address": "a", "messages": {"m": {"$ref": "#/components/messages/m"}}}},
            components={
                "messages": {"m": {"traits": [{"$ref": "#/components/messages/m"}], "payload": {"$ref": "#/components/messages/m/payload"}}}
            },
        ),
        asyncapi(operations={"o": {"action": "fly", "channel": {"$ref": "#/channels/none"}}}),
    ],
)  # fmt: skip
def test_circles_end(document: Any) -> None:
    other = copy.deepcopy(document)
    other["info"]["version"] = "2"
    assert compare(document, other).verdict in {Verdict.COMPATIBLE, Verdict.UNKNOWN}


@pytest.mark.parametrize("version", ["1.2.0", "4.0.0", "x", 3, None, {}])
def test_an_unknown_version_is_refused_with_a_sentence(version: Any) -> None:
    document = {"asyncapi": version, "channels": {}}
    with pytest.raises(ContractError) as caught:
        compare(document, document, format="asyncapi")
    assert "AsyncAPI" in str(caught.value)


def test_what_a_document_leaves_open_is_named() -> None:
    message = {"m": {"payload": {"type": "object", "properties": {"a": {"type": "integer"}}}}}
    old = asyncapi(channels={"c": {"address": "c", "messages": message}})
    new = copy.deepcopy(old)
    new["channels"]["c"]["messages"]["m"]["payload"]["properties"]["a"]["type"] = "number"
    report = compare(old, new)
    assert report.verdict is Verdict.BREAKING
    assert "direction-undeclared" in report.assumptions
    assert compare(old, copy.deepcopy(old)).assumptions == ()


def large(channels: int) -> dict[str, Any]:
    """An event catalog: every channel with two messages of twenty fields."""
    fields = {f"field{n}": {"type": "string", "maxLength": 20 + n} for n in range(20)}
    messages = {
        f"m{n}": {
            "name": f"m{n}",
            "payload": {
                "type": "object",
                "required": ["type"],
                "properties": {"type": {"const": f"m{n}"}, **copy.deepcopy(fields)},
            },
        }
        for n in range(channels * 2)
    }
    return asyncapi(
        channels={
            f"c{n}": {
                "address": f"area.c{n}",
                "messages": {
                    key: {"$ref": f"#/components/messages/{key}"}
                    for key in (f"m{2 * n}", f"m{2 * n + 1}")
                },
            }
            for n in range(channels)
        },
        operations={
            f"o{n}": {"action": "send", "channel": {"$ref": f"#/channels/c{n}"}}
            for n in range(channels)
        },
        components={"messages": messages},
    )


def test_a_large_catalog_is_compared_in_seconds_and_by_its_changes() -> None:
    old = large(1_000)
    new = copy.deepcopy(old)
    payload = new["components"]["messages"]["m7"]["payload"]
    payload["properties"]["field3"]["maxLength"] = 500
    started = time.perf_counter()
    report = compare(old, new)
    assert [finding.rule for finding in report.findings] == ["max-length-raised"]
    assert time.perf_counter() - started < 10
