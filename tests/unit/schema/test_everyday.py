"""The everyday judge answers and complains exactly as jsonschema does, or leaves it to it."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Any

import jsonschema
import pytest
from jsonschema.exceptions import best_match

from contracts.schema import Dialect
from contracts.schema.everyday import Everyday
from contracts.schema.everyday_assertions import NotEveryday
from contracts.schema.everyday_formats import FORMATS, OTHER_FORMATS
from tests.unit.schema.campaign.dialects import URI, said_in
from tests.unit.schema.campaign.schemas import Maker
from tests.unit.schema.campaign.values import Sampler

VALIDATORS: dict[Dialect, Any] = {
    Dialect.DRAFT6: jsonschema.Draft6Validator,
    Dialect.DRAFT7: jsonschema.Draft7Validator,
    Dialect.DRAFT201909: jsonschema.Draft201909Validator,
    Dialect.DRAFT202012: jsonschema.Draft202012Validator,
}


def closed(r: Random, schema: Any) -> Any:
    """The schema with ``unevaluatedProperties`` here and there, as closed writers have it."""
    if isinstance(schema, list):
        return [closed(r, item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    out = {
        keyword: value if keyword in {"const", "enum", "default"} else closed(r, value)
        for keyword, value in schema.items()
    }
    if "properties" in out and "type" in out and r.random() < 0.4:
        out["unevaluatedProperties"] = r.choice((False, False, {"type": "string"}))
    return out


def with_context(errors: Any) -> Iterator[Any]:
    for error in errors:
        yield error
        yield from with_context(error.context or ())


def expected(errors: list[Any], at: tuple[str | int, ...], keyword: str) -> str | None:
    """What jsonschema says of that place and keyword, or else first of all."""
    here = [error for error in with_context(errors) if tuple(error.absolute_path) == at]
    same = [error for error in here if error.validator == keyword]
    best = best_match(same or here or errors)
    return None if best is None else best.message


def held_against(r: Random, schema: Any, dialect: Dialect, formats: bool, values: list[Any]) -> Any:
    """Answers and complaints for these values, counted; every one must be jsonschema's own."""
    tally: Counter[str] = Counter()
    everyday = Everyday(schema, dialect, formats=formats)
    validator = VALIDATORS[dialect]
    slow = validator(schema, format_checker=validator.FORMAT_CHECKER if formats else None)
    for value in values:
        try:
            answer = everyday.accepts(value)
        except NotEveryday:
            tally["left"] += 1
            continue
        assert answer == slow.is_valid(value), (schema, value)
        tally["taken" if answer else "rejected"] += 1
        try:
            errors = list(slow.iter_errors(value))
        except TypeError:  # it stumbles over items: true beside unevaluatedItems in 2019-09
            continue
        if not errors:
            continue
        one = r.choice(list(with_context(errors)))
        at, keyword = tuple(one.absolute_path), r.choice((one.validator, "required"))
        try:
            said = everyday.complaint(value, at, keyword)
        except NotEveryday:
            tally["complaint left"] += 1
            continue
        assert said == expected(errors, at, keyword), (schema, value, at, keyword)
        tally["complaint"] += 1
    return tally


def campaign(first: int, last: int, dialect: Dialect, formats: bool) -> Counter[str]:
    tally: Counter[str] = Counter()
    for seed in range(first, last):
        r = Random(seed)
        made = Maker(r, formats=formats).document(r.choice((1, 2, 2, 3)))
        schema = closed(r, made) if dialect is Dialect.DRAFT202012 else made
        sampler = Sampler(r, made)
        values = [sampler.value(made) for _ in range(8)]
        said = {"$schema": URI[dialect], **said_in(dialect, schema)}
        tally += held_against(r, said, dialect, formats, values)
    return tally


@pytest.mark.parametrize(
    ("dialect", "formats"),
    [(one, False) for one in VALIDATORS]
    + [(Dialect.DRAFT201909, True), (Dialect.DRAFT202012, True)],
)
def test_it_says_what_jsonschema_says(dialect: Dialect, formats: bool) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tally = campaign(0, 120, dialect, formats)
    assert min(tally["taken"], tally["rejected"], tally["complaint"]) >= 100, tally


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("dialect", VALIDATORS)
def test_it_says_so_of_many(dialect: Dialect) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tally = campaign(1_000, 6_000, dialect, dialect is Dialect.DRAFT202012)
    assert tally["complaint"] >= 5_000, tally


def test_it_knows_the_formats_that_jsonschema_asserts() -> None:
    for dialect in (Dialect.DRAFT201909, Dialect.DRAFT202012):
        checkers = set(VALIDATORS[dialect].FORMAT_CHECKER.checkers)
        assert checkers == {*FORMATS, *OTHER_FORMATS}


TEXTS = [
    *("", "a", "a@b", "@", "x y", "ä", "a.b", "-a", "a-", "a" * 64, "localhost", "A.B.", "1.2.3.4"),
    *(
        "256.1.1.1",
        "01.2.3.4",
        "::1",
        "fe80::1%eth0",
        "::ffff:1.2.3.4",
        "1::2::3",
        "[",
        "a(",
        "^a$",
    ),
    *(
        "http://x",
        "http://x y",
        "http://ü",
        "//x",
        "/a/b",
        "?q",
        "#f",
        "a:b",
        ":",
        "urn:x:y",
        "%zz",
    ),
    *("2024-02-29", "2023-02-29", "2024-2-9", "20240229", "２０２４-02-29", "2024-01-01T00:00:00Z"),
    *("2024-01-01t00:00:00z", "2024-01-01T25:00:00Z", "2024-01-01T23:59:60Z", "2024-01-01 00:00Z"),
    *(
        "2023-02-29T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "2024-00-01T00:00:00Z",
        "2024-04-31T00:00:00Z",
    ),
    *(
        "2024-01-01T00:00:00Z\n",
        "２０２４-01-01T00:00:00Z",
        "2024-01-01T00:00:00.Z",
        "2024-01-00T00:00:00Z",
    ),
    *("2024-01-01T00:00:00.5+23:59", "2024-01-01T00:00:00-24:00", "2024-01-01T00:00:00", "ſ2024"),
    *("12:00:00Z", "12:00:00+24:00", "12:00", "12:00:00.123-02:00", "P1D"),
    *("123e4567-e89b-12d3-a456-426614174000", "123e4567e89b12d3a456426614174000"),
    *("{123e4567-e89b-12d3-a456-426614174000}", "urn:uuid:123e4567-e89b-12d3-a456-426614174000"),
]


@pytest.mark.parametrize("name", FORMATS)
def test_it_asserts_a_format_as_jsonschema_does(name: str) -> None:
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    different = {text for text in TEXTS if FORMATS[name](text) != checker.conforms(text, name)}
    assert different == set()


STRANGE: list[Any] = [
    {"minLength": "3"},
    {"minLength": True},
    {"required": "abc"},
    {"type": "text"},
    {"properties": []},
    {"$ref": "#/nowhere"},
    {"$ref": "https://example.com/x"},
    {"$ref": "#/%24defs/a", "$defs": {"a": {}}},
    {"$id": "https://json-schema.org/draft/2020-12/schema", "$ref": "#"},
    {"properties": {"a": {"$id": "https://example.com/a", "$ref": "#"}}},
    {"allOf": [{"$ref": "#/$defs/a/b"}], "$defs": {"a": {"$id": "x", "b": {}}}},
    {"uniqueItems": True},
    {"unevaluatedItems": False},
    {"items": False},
    {"contains": {"type": "string"}},
    {"pattern": r"^\p{L}$"},
    {"multipleOf": Decimal("0.1")},
    {"$dynamicRef": "#a"},
    {"invented": 1},
    {"$schema": "http://json-schema.org/draft-04/schema#"},
]


@pytest.mark.parametrize("schema", STRANGE, ids=str)
def test_it_leaves_the_rest_to_jsonschema(schema: Any) -> None:
    value: Any = {"a": "x"}
    if {"uniqueItems", "unevaluatedItems", "items", "contains"} & schema.keys():
        value = [[1], [True], [1]]
    elif {"pattern", "minLength"} & schema.keys():
        value = "a"
    elif "multipleOf" in schema:
        value = 0.3
    with pytest.raises(NotEveryday):
        Everyday(schema, Dialect.DRAFT202012, formats=False).accepts(value)
