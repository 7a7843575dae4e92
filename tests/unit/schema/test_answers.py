"""What an answer tells: places, paths, messages, policies, and what a prover remembers."""

from __future__ import annotations

import json

from contracts.documents import from_data, load
from contracts.schema import Dialect, Options, Prover, SchemaAt
from contracts.verdict import Direction
from tests.unit.schema.pairs import ask

ORDER = """{
  "components": {"schemas": {
    "Line": {
      "type": "object",
      "required": ["sku"],
      "properties": {
        "sku": {"type": "string", "maxLength": 40, "examples": ["A-100"]},
        "due": {"type": "string", "format": "date"}
      }
    },
    "Order": {
      "type": "object",
      "required": ["lines"],
      "properties": {
        "lines": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Line"}},
        "spare": {"$ref": "#/components/schemas/Line"}
      }
    }
  }}
}"""


def _compare(old: str, new: str, pointer: str = "/components/schemas/Order", **how: object):  # type: ignore[no-untyped-def]
    prover = Prover(Options.for_api())
    one, two = load(old.encode(), name="old.json"), load(new.encode(), name="new.json")
    at = (SchemaAt(one, pointer, Dialect.OPENAPI31), SchemaAt(two, pointer, Dialect.OPENAPI31))
    return prover.contains(*at, **how)  # type: ignore[arg-type]


def test_a_break_names_both_places_with_lines_through_references() -> None:
    (found,) = _compare(ORDER, ORDER.replace('"maxLength": 40', '"maxLength": 4')).breaks
    assert found.keyword == "maxLength"
    assert (found.reader.pointer, found.reader.line) == (
        "/components/schemas/Line/properties/sku/maxLength",
        7,
    )
    assert (found.writer.source, found.writer.line) == ("old.json", 7)


def test_the_witness_is_whole_small_and_readable() -> None:
    (found,) = _compare(ORDER, ORDER.replace('"maxLength": 40', '"maxLength": 4')).breaks
    assert found.witness == {"lines": [{"sku": "A-100"}], "spare": {"sku": "A-100"}}
    assert found.instance == "/spare/sku"
    assert "A-100" in found.error
    assert found.message == 'spare.sku may be "A-100", the reader takes at most 4 characters'


def test_formats_fill_in_readable_texts() -> None:
    (found,) = _compare(ORDER, ORDER.replace('"format": "date"', '"format": "date-time"')).breaks
    assert "2024-05-17" in json.dumps(found.witness)
    assert found.assumptions == ("format-asserted",)


def test_one_cause_is_reported_once_for_each_root() -> None:
    old, new = ORDER, ORDER.replace('"maxLength": 40', '"maxLength": 4')
    prover = Prover(Options.for_api())
    one, two = load(old.encode(), name="old.json"), load(new.encode(), name="new.json")
    answers = [
        prover.contains(
            SchemaAt(one, f"/components/schemas/{name}", Dialect.OPENAPI31),
            SchemaAt(two, f"/components/schemas/{name}", Dialect.OPENAPI31),
        )
        for name in ("Order", "Line")
    ]
    assert [len(answer.breaks) for answer in answers] == [1, 1]
    one_cause = {(b.keyword, b.reader.pointer) for answer in answers for b in answer.breaks}
    assert len(one_cause) == 1
    assert "sku" in answers[1].breaks[0].witness  # each root has a witness of its own


def test_equal_questions_get_the_same_answer_object() -> None:
    prover = Prover()
    writer = SchemaAt(from_data({"type": "string"}), "", Dialect.DRAFT7)
    reader = SchemaAt(from_data({"type": "integer"}), "", Dialect.DRAFT7)
    assert prover.contains(writer, reader) is prover.contains(writer, reader)
    assert prover.contains(writer, reader, direction=Direction.REQUEST) is not prover.contains(
        writer, reader
    )


def test_a_pointer_to_nothing_is_unknown() -> None:
    here = SchemaAt(from_data({"type": "string"}), "/properties/a", Dialect.DRAFT7)
    there = SchemaAt(from_data({"type": "string"}), "", Dialect.DRAFT7)
    assert Prover().contains(here, there).verdict == "unknown"


def test_full_is_both_directions() -> None:
    narrow, wide = {"type": "integer"}, {"type": "number"}
    assert ask(narrow, wide).verdict == "compatible"
    assert ask(wide, narrow).verdict == "breaking"


def test_the_writer_place_is_the_keyword_it_has_there() -> None:
    (found,) = ask(
        {"type": "integer", "maximum": 9}, {"type": "integer", "exclusiveMaximum": 9}
    ).breaks
    assert found.writer.pointer == "/maximum"
    assert found.reader.pointer == "/exclusiveMaximum"
    assert found.witness == 9


def test_where_a_validator_fails_on_a_schema_both_judge_its_newer_form() -> None:
    writer = {"type": "array", "items": False, "unevaluatedItems": False}
    answer = ask(writer, {"type": "object"}, Dialect.DRAFT201909)
    assert [found.witness for found in answer.breaks] == [[]]


def test_long_texts_of_a_format_are_readable() -> None:
    asserted = Options(writer_format="asserted", reader_format="asserted")
    (found,) = ask({"type": "string", "format": "uri"}, {"maxLength": 40}, options=asserted).breaks
    assert found.witness == "https://example.com/orders/" + "1" * 14


def test_a_validator_that_fails_while_it_explains_is_no_traceback() -> None:
    writer = {"type": "array", "minItems": 1, "maxItems": 1}
    reader = {"type": "array", "maxItems": 0, "items": False, "unevaluatedItems": False}
    for draft in (Dialect.DRAFT201909, Dialect.DRAFT202012):
        answer = ask(writer, reader, draft)
        assert answer.verdict == "breaking"
        assert all(found.error for found in answer.breaks)


def test_alternatives_nobody_can_look_into_do_not_use_up_the_budget() -> None:
    parts = [{"$ref": f"https://example.com/{n}.json"} for n in range(8)]
    opaque = {"oneOf": [{"type": "object", "allOf": [{"oneOf": parts}]}]}
    for writer, reader in (({}, opaque), (opaque, {**opaque, "maxProperties": 2})):
        reasons = [unknown.reason for unknown in ask(writer, reader).unknowns]
        assert reasons
        assert not [reason for reason in reasons if "budget" in reason]


def test_a_group_with_a_name_keeps_no_witness_from_being_confirmed() -> None:
    version = {"type": "string", "pattern": r"^(?<major>\d)\.(?<minor>\d)$"}
    (found,) = ask(version, {**version, "maxLength": 2}).breaks
    assert isinstance(found.witness, str)
    assert len(found.witness) == 3
