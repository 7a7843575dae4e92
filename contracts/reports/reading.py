"""A Report read back from its JSON, as :mod:`contracts.reports.json` writes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.elision import read
from contracts.verdict import (
    Bump,
    ConsumerVerdict,
    Direction,
    Finding,
    Level,
    Mode,
    Place,
    Report,
    Verdict,
    Witness,
)


def read_report(data: Mapping[str, Any]) -> Report:
    """The report behind its JSON value.

    Raises:
        KeyError, ValueError: it is not a report.
    """
    return Report(
        verdict=Verdict(data["verdict"]),
        mode=Mode(data["mode"]),
        format=data["format"],
        findings=tuple(read_finding(finding) for finding in data["findings"]),
        recommended_bump=Bump(data["recommended_bump"]),
        old_name=data["old"]["name"],
        new_name=data["new"]["name"],
        old_sha256=data["old"]["sha256"],
        new_sha256=data["new"]["sha256"],
        assumptions=tuple(data["assumptions"]),
        changes=data["changes"],
        consumers={
            name: ConsumerVerdict(
                verdict=Verdict(one["verdict"]),
                findings=tuple(one["findings"]),
                reason=one["reason"],
                declared=one.get("declared", True),
            )
            for name, one in data["consumers"].items()
        },
    )


def read_finding(data: Mapping[str, Any]) -> Finding:
    """The finding behind its JSON value."""
    return Finding(
        rule=data["rule"],
        level=Level(data["level"]),
        message=data["message"],
        direction=Direction(data["direction"]),
        old=_place(data["old"]),
        new=_place(data["new"]),
        witness=None if data["witness"] is None else _witness(data["witness"]),
        consumers=tuple(data["consumers"]),
        where=tuple(data["where"]),
        advice=data["advice"],
        assumptions=tuple(data["assumptions"]),
    )


def _witness(data: Mapping[str, Any]) -> Witness:
    return Witness(**{**data, "elided": read(data.get("elided", ()))})


def _place(data: Mapping[str, Any] | None) -> Place | None:
    if data is None:
        return None
    return Place(data["pointer"], data["line"], data["source"], data["value"], data.get("file", ""))
