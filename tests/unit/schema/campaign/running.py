"""A campaign: many pairs, every answer held against both validators, figures at the end.

python -m tests.unit.schema.campaign.running FIRST LAST [draft | cross | formats | refactor | references | extensible | business | patterns]
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import jsonschema
import jsonschema_rs

from contracts import compare, elision
from contracts.formats.jsonschema import is_collection
from contracts.schema import Containment, Dialect, Options
from contracts.schema.regular import for_python, without_names
from contracts.schema.validator_forms import with_patterns
from contracts.verdict import Level
from tests.unit.schema.campaign import business
from tests.unit.schema.campaign.changes import changed
from tests.unit.schema.campaign.dialects import URI, said_in
from tests.unit.schema.campaign.refactorings import refactored
from tests.unit.schema.campaign.references import extensible, readdressed
from tests.unit.schema.campaign.schemas import HARD_PATTERNS, PATTERNS, Maker
from tests.unit.schema.campaign.values import Sampler
from tests.unit.schema.pairs import ask

DRAFTS = tuple(URI)
VALIDATORS: dict[Dialect, tuple[Any, Any]] = {
    Dialect.DRAFT4: (jsonschema.Draft4Validator, jsonschema_rs.Draft4Validator),
    Dialect.DRAFT6: (jsonschema.Draft6Validator, jsonschema_rs.Draft6Validator),
    Dialect.DRAFT7: (jsonschema.Draft7Validator, jsonschema_rs.Draft7Validator),
    Dialect.DRAFT201909: (jsonschema.Draft201909Validator, jsonschema_rs.Draft201909Validator),
    Dialect.DRAFT202012: (jsonschema.Draft202012Validator, jsonschema_rs.Draft202012Validator),
}
ASSERTED = Options(writer_format="asserted", reader_format="asserted")
SAMPLES = 60


@dataclass(slots=True)
class Tally:
    """What a campaign counted; ``wrong`` and ``open`` hold seeds and schemas to look at."""

    verdicts: Counter[str] = field(default_factory=Counter)
    causes: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[tuple[Any, ...]] = field(default_factory=list)
    open: list[tuple[Any, ...]] = field(default_factory=list)
    slowest: list[tuple[float, Any]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def pairs(self) -> int:
        """How many pairs were asked about."""
        return sum(self.verdicts.values())


SIZES = {"int32": 2**31, "int64": 2**63}


def sized(schema: Any) -> Any:
    """The schema with bounds for the formats of whole numbers, which no validator asserts."""
    if isinstance(schema, list):
        return [sized(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: sized(value) for name, value in schema.items()}
    size = SIZES.get(str(schema.get("format")))
    if size is not None:
        bounds = {"minimum": -size, "maximum": size - 1}
        found["allOf"] = [*found.get("allOf", ()), bounds]
    return found


class Judges:
    """Both validators of one schema."""

    def __init__(self, schema: Any, dialect: Dialect, formats: bool) -> None:
        slow, fast = VALIDATORS[dialect]
        schema = sized(schema) if formats else schema
        checker = slow.FORMAT_CHECKER if formats else None
        self.fast = fast(with_patterns(schema, without_names), validate_formats=formats)
        self.slow = slow(with_patterns(schema, for_python), format_checker=checker)

    def _slowly(self, value: Any) -> bool:
        try:
            return bool(self.slow.is_valid(value))
        except (
            TypeError
        ):  # jsonschema stumbles over items: false beside unevaluatedItems in 2019-09
            return bool(self.fast.is_valid(value))

    def accept(self, value: Any) -> bool:
        """Whether both accept."""
        return bool(self.fast.is_valid(value)) and self._slowly(value)

    def reject(self, value: Any) -> bool:
        """Whether both reject."""
        return not self.fast.is_valid(value) and not self._slowly(value)


def pair(seed: int, kind: str) -> tuple[Any, Any, Dialect, Dialect, Random]:
    """Writer and reader as 2020-12, and the drafts they are to be said in."""
    r = Random(seed)
    patterns = HARD_PATTERNS if kind == "patterns" else PATTERNS
    maker = Maker(r, formats=kind == "formats", patterns=patterns)
    depth = r.choice((1, 2, 2, 3))
    writer = maker.document(depth)
    if kind == "business":
        before = business.document(r)
        writer, reader = business.said(before), business.said(business.release(r, before))
    elif kind == "refactor":
        reader = refactored(r, writer)
    elif kind == "references" and r.random() < 0.5:
        reader = writer
    elif r.random() < 0.8:
        reader = changed(r, maker, writer, r.choice((1, 1, 1, 2, 3)))
    else:
        reader = maker.document(depth)
    draft = r.choice(DRAFTS) if kind != "formats" else r.choice(DRAFTS[3:])
    other = r.choice(DRAFTS) if kind == "cross" else draft
    if kind == "extensible":
        draft = other = r.choice(DRAFTS[3:])
    if kind == "refactor" and draft in DRAFTS[:2] and '"if":' in json.dumps(writer):
        draft = other = DRAFTS[-1]  # drafts 4 and 6 drop `if`, but not what it was rewritten to
    if kind in URI:
        draft = other = Dialect(kind)
    return writer, reader, draft, other, r


TREE = {
    "$ref": "#/$defs/tree",
    "$defs": {
        "tree": {
            "type": "object",
            "properties": {
                "data": {"enum": [0, 1, 2, "a", 1.5]},
                "children": {"type": "array", "items": {"$ref": "#/$defs/tree"}},
                "note": {"type": "string"},
            },
        }
    },
}
"""What values for extensible trees look like."""


def whole(value: Any) -> Any:
    """The value with 1.0 written as 1: only draft 4 tells them apart, and JSON does not."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [whole(item) for item in value]
    return {k: whole(v) for k, v in value.items()} if isinstance(value, dict) else value


def _said(found: Any, dialect: Dialect) -> Any:
    return {"$schema": URI[dialect], **said_in(dialect, found)}


def examine(tally: Tally, seed: int, kind: str) -> None:
    """Ask about one pair and hold the answer against the validators."""
    writer, reader, draft, other, r = pair(seed, kind)
    formats = kind == "formats"
    sides = (_said(writer, draft), _said(reader, other))
    if kind == "references":
        sides = (sides[0], readdressed(r, sides[1], other))
    elif kind == "extensible":
        one, two = extensible(r, draft)
        sides = ({"$schema": URI[draft], **one}, {"$schema": URI[other], **two})
        writer = reader = TREE
    begun = time.thread_time()
    answer = ask(*sides, draft, ASSERTED if formats else Options(), other)
    spent = time.thread_time() - begun
    tally.seconds += spent
    tally.slowest = sorted([*tally.slowest, (spent, seed)], reverse=True)[:8]
    tally.verdicts[answer.verdict] += 1
    judges = (Judges(sides[0], draft, formats), Judges(sides[1], other, formats))
    _witnesses(tally, seed, sides, answer, judges)
    if not formats:
        _report(tally, seed, sides, answer, judges)
    if kind == "refactor" and answer.verdict == "breaking":
        tally.wrong.append(("refactoring", seed, *sides, answer))
    if answer.verdict == "unknown":
        tally.causes.update((u.keyword, u.reason[:60]) for u in answer.unknowns)
        tally.open.append((seed, *sides, answer))
    if answer.verdict == "compatible":
        samplers = (Sampler(r, writer), Sampler(r, reader))
        for number in range(SAMPLES):
            value = samplers[number % 2].value((writer, reader)[number % 2])
            value = whole(value) if draft is not other else value
            if judges[0].accept(value) and judges[1].reject(value):
                tally.wrong.append(("missed", seed, *sides, value))
                break


def _report(
    tally: Tally, seed: int, sides: tuple[Any, Any], answer: Containment, judges: tuple[Any, Any]
) -> None:
    """A comparison of the two documents, which takes them apart, answers as the engine does.

    Not for collections of definitions: those are compared one by one, as others refer to them.
    """
    if any(is_collection(side) for side in sides):
        return
    report = compare(*sides, mode="backward", format="jsonschema")
    if report.verdict is not answer.verdict:
        tally.wrong.append(("taken apart", seed, *sides, report))
    for finding in report.findings:
        if finding.level is not Level.ERROR:
            continue
        shown = finding.witness
        if shown is not None and "as the value of" in (shown.as_message or ""):
            continue  # a part of the value
        value = None if shown is None else elision.whole(shown)
        if shown is None or not (judges[0].accept(value) and judges[1].reject(value)):
            tally.wrong.append(("shown", seed, *sides, finding))


def _witnesses(
    tally: Tally, seed: int, sides: tuple[Any, Any], answer: Containment, judges: tuple[Any, Any]
) -> None:
    if answer.verdict == "breaking" and not answer.breaks:
        tally.wrong.append(("no witness", seed, *sides))
    for found in answer.breaks:
        if not (judges[0].accept(found.witness) and judges[1].reject(found.witness)):
            tally.wrong.append(("witness", seed, *sides, found.witness))


def campaign(first: int, last: int, kind: str, seconds: float = 3600.0) -> Tally:
    """The pairs of these seeds, as far as the time goes."""
    tally, end = Tally(), time.monotonic() + seconds
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for seed in range(first, last):
            if time.monotonic() > end:
                break
            examine(tally, seed, kind)
    return tally


def main() -> None:
    """Print the figures of a campaign."""
    first, last = int(sys.argv[1]), int(sys.argv[2])
    tally = campaign(first, last, sys.argv[3] if len(sys.argv) > 3 else "mixed", 300.0)
    print(tally.pairs, dict(tally.verdicts), f"{1000 * tally.seconds / tally.pairs:.2f} ms a pair")
    print("slowest", [(f"{1000 * spent:.0f} ms", seed) for spent, seed in tally.slowest])
    for cause, count in tally.causes.most_common(12):
        print(count, *cause)
    for entry in [*tally.wrong[:6], *tally.open[:6]]:
        print("----", *entry, sep="\n")


if __name__ == "__main__":
    main()
