"""Every row of tests/cases/schema: the answer, its keywords, and what both validators say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from contracts import compare
from contracts.documents import load
from contracts.schema import Containment, Dialect, Options
from contracts.verdict import Direction
from tests.unit.schema.campaign.dialects import URI
from tests.unit.schema.pairs import DIALECTS, ask

TABLES = sorted((Path(__file__).parents[2] / "cases" / "schema").glob("*.yaml"))
OPTIONS = {
    "plain": Options(),
    "formats": Options(writer_format="asserted", reader_format="asserted"),
    "api": Options.for_api(),
    "request": Options.for_api(Direction.REQUEST),
    "response": Options.for_api(Direction.RESPONSE),
    "tolerant": Options(tolerant_reader=True),
}
CLASSES: dict[Dialect, tuple[Any, Any]] = {
    Dialect.DRAFT4: (jsonschema.Draft4Validator, jsonschema_rs.Draft4Validator),
    Dialect.DRAFT6: (jsonschema.Draft6Validator, jsonschema_rs.Draft6Validator),
    Dialect.DRAFT7: (jsonschema.Draft7Validator, jsonschema_rs.Draft7Validator),
    Dialect.DRAFT201909: (jsonschema.Draft201909Validator, jsonschema_rs.Draft201909Validator),
    Dialect.DRAFT202012: (jsonschema.Draft202012Validator, jsonschema_rs.Draft202012Validator),
}


def _rows() -> list[Any]:
    found = []
    for path in TABLES:
        table = load(path).data
        for case in table["cases"]:
            row = {"dialect": table.get("dialect", "draft2020-12"), **table.get("all", {}), **case}
            found.append(pytest.param(row, id=f"{path.stem}: {row['name']}"))
    return found


def confirmed(
    answer: Containment, writer: Any, reader: Any, dialect: Dialect, formats: bool
) -> None:
    """Both validators accept each witness for the writer and reject it for the reader."""
    if dialect not in CLASSES:
        return
    slow, fast = CLASSES[dialect]
    checker = slow.FORMAT_CHECKER if formats else None
    for found in answer.breaks:
        assert fast(writer, validate_formats=formats).is_valid(found.witness)
        assert slow(writer, format_checker=checker).is_valid(found.witness)
        assert not fast(reader, validate_formats=formats).is_valid(found.witness)
        assert not slow(reader, format_checker=checker).is_valid(found.witness)


@pytest.mark.parametrize("row", _rows())
def test_the_answer(row: dict[str, Any]) -> None:
    dialect = DIALECTS[row["dialect"]]
    reader_dialect = DIALECTS[row.get("reader_dialect", row["dialect"])]
    options = OPTIONS[row.get("options", "plain")]
    writer, reader = row["writer"], row["reader"]
    answer = ask(writer, reader, dialect, options, reader_dialect)
    assert answer.verdict == row["expect"], answer
    assert bool(answer.breaks) == (row["expect"] == "breaking")
    if "keywords" in row:
        assert sorted(b.keyword for b in answer.breaks) == sorted(row["keywords"])
    if "assumptions" in row:
        assert list(answer.assumptions) == row["assumptions"]
    plain = not options.declared_members_only and not options.tolerant_reader
    if plain and dialect == reader_dialect:
        confirmed(answer, writer, reader, dialect, options.reader_format == "asserted")
    if "back" in row:
        back = ask(reader, writer, reader_dialect, options, dialect)
        assert back.verdict == row["back"], back


@pytest.mark.parametrize("row", [p for p in _rows() if not p.values[0].get("options")])
def test_a_comparison_of_documents_gives_the_same_answer(row: dict[str, Any]) -> None:
    """It takes schemas apart and asks about the parts that differ."""
    dialects = (row["dialect"], row.get("reader_dialect", row["dialect"]))
    if not all(dialect in URI for dialect in dialects):
        return
    sides = [
        {"$schema": URI[Dialect(dialect)], **schema} if isinstance(schema, dict) else schema
        for dialect, schema in zip(dialects, (row["writer"], row["reader"]), strict=True)
    ]
    if any(isinstance(side, bool) for side in sides):
        sides = [{"allOf": [side]} if isinstance(side, bool) else side for side in sides]
        sides = [{"$schema": URI[Dialect(d)], **s} for d, s in zip(dialects, sides, strict=True)]
    assert compare(*sides, mode="backward", format="jsonschema").verdict == row["expect"]


@pytest.mark.parametrize("row", _rows())
def test_nothing_breaks_itself(row: dict[str, Any]) -> None:
    dialect, options = DIALECTS[row["dialect"]], OPTIONS[row.get("options", "plain")]
    for schema in (row["writer"], row["reader"]):
        assert ask(schema, schema, dialect, options).verdict == "compatible"
