"""The languages of formats agree with two validators, but for the validators' known mistakes."""

import random
import warnings
from itertools import pairwise
from typing import Any

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from contracts.schema.regular import Language, known
from contracts.schema.regular.formats import NAMES

SEEDS: dict[str, list[str]] = {
    "date": ["2024-05-17", "2024-02-29", "1900-02-28", "2000-02-29", "2023-12-31"],
    "date-time": ["2024-05-17T09:30:00Z", "2024-05-17t09:30:00.123+02:00", "2016-12-31T23:59:60Z"],
    "time": ["09:30:00Z", "23:59:60Z", "09:30:00.12-05:30"],
    "duration": ["P3D", "PT1H30M", "P1Y2M3DT4H5M6S", "P4W", "P1YT1S"],
    "email": ["buyer@example.com", "a.b+c@x-y.org"],
    "idn-email": ["ü@b.de", "a@b.cc"],
    "hostname": ["example.com", "a-b.c1.org", "localhost"],
    "idn-hostname": ["example.com", "bücher.de"],
    "ipv4": ["192.0.2.1", "255.255.255.255", "0.0.0.0"],
    "ipv6": ["2001:db8::1", "::", "1:2:3:4:5:6:7:8", "::ffff:192.0.2.1", "1:2:3:4:5:6:7::", "1::8"],
    "uri": ["https://example.com/orders/1", "urn:a:b", "http://[2001:db8::1]:80/a?b=c#d"],
    "uri-reference": ["/orders/1", "https://example.com/a", "?q", "#f", "//h/p", "../x"],
    "iri": ["https://example.com/ü", "http://exämple.org/?\ue000"],
    "iri-reference": ["/ü", "a"],
    "uri-template": ["/orders/{id}", "/a{?b,c*}", "x{+y:3}"],
    "uuid": ["3fa85f64-5717-4562-b3fc-2c963f66afa6"],
    "json-pointer": ["/lines/0", "", "/a~1b"],
    "relative-json-pointer": ["1/lines", "0#", "0+1/a"],
    "regex": ["abc", "^[A-Z]+$"],
}
SIGNS = "0123456789abfTZtz:-+./@%[]?#~ éP{}WYMDHS_"


def mutants(texts: list[str], count: int) -> list[str]:
    chance = random.Random(7)
    found = list(texts)
    while len(found) < count:
        text = chance.choice(texts)
        for _ in range(chance.choice([1, 1, 2, 3])):
            at, sign = chance.randrange(len(text) + 1), chance.choice(SIGNS)
            text = text[:at] + chance.choice(["", sign, sign]) + text[at + chance.choice([0, 1]) :]
        found.append(text)
    return found


def mistaken(name: str, text: str, who: str) -> bool:
    """What the validators are known to get wrong."""
    if who == "rs" and name in ("date", "time", "date-time"):
        return True  # takes signs for digits: 2+24-05-17
    if who == "py" and name in ("date", "date-time"):
        return text.startswith("0000")
    if who == "py" and name == "duration":
        return "+" in text or "-" in text
    if who == "py" and name == "relative-json-pointer":
        return text[:2].isdigit()
    if who == "py" and name == "uuid":
        return "_" in text or text.count("-") > 4
    return who == "py" and name == "uri-template" and "%" in text


@pytest.mark.parametrize("name", sorted(SEEDS))
def test_the_validators_agree(name: str) -> None:
    found = known(name)
    assert found is not None
    rust: Any = jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True)
    python = Draft202012Validator.FORMAT_CHECKER
    for text in mutants(SEEDS[name], 300):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the checkers warn about the patterns they try
            answers = {"rs": rust.is_valid(text), "py": python.conforms(text, name)}
        for who, yes in answers.items():
            if not mistaken(name, text, who):
                assert yes or not found.least.contains(text), (who, text)
                assert not yes or found.most.contains(text), (who, text)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_format_is_some_texts_and_not_all(name: str) -> None:
    found = known(name)
    assert found is not None
    assert not found.least.is_empty()
    assert not found.least.is_everything()
    assert found.least.subset_of(found.most)
    assert found.exact is (found.least == found.most)


@pytest.mark.parametrize("name", ["date", "uuid", "ipv4", "ipv6", "uri", "json-pointer"])
def test_these_are_exact(name: str) -> None:
    assert known(name).exact  # type: ignore[union-attr]


def test_formats_compare() -> None:
    def least(name: str) -> Language:
        return known(name).least  # type: ignore[union-attr]

    assert least("date").disjoint_from(known("date-time").most)  # type: ignore[union-attr]
    assert least("uuid").subset_of(Language.length(36, 36))
    assert least("date").subset_of(Language.from_regex(r"^\d{4}-\d{2}-\d{2}$"))
    assert not Language.from_regex(r"^\d{4}-\d{2}-\d{2}$").subset_of(least("date"))
    for narrow, wide in pairwise(["uri", "iri", "iri-reference"]):
        assert least(narrow).subset_of(least(wide))
        assert not least(wide).subset_of(least(narrow))
    assert least("uri").subset_of(least("uri-reference"))
    assert least("ipv4").disjoint_from(least("ipv6"))


@pytest.mark.parametrize("name", ["password", "binary", "int32", "nonsense", ""])
def test_formats_that_only_annotate(name: str) -> None:
    assert known(name) is None


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("byte", ["", "T3JkZXI=", "AAAA", "AA=="], ["ü", "T3Jk!"]),
        ("base64url", ["", "ab", "a-_b"], ["a", "a+/b", "ab=="]),
        ("date", ["2000-02-29", "1996-02-29"], ["1900-02-29", "2023-02-29", "2024-04-31", "2024-1-1"]),
    ],
)  # fmt: skip
def test_members(name: str, good: list[str], bad: list[str]) -> None:
    found = known(name)
    assert found is not None
    assert all(map(found.least.contains, good))
    assert not any(map(found.most.contains, bad))
