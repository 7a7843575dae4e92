from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.documents import load
from contracts.documents.limits import Limits
from contracts.documents.yaml_events import compose
from contracts.errors import DocumentUnreadable

CASES = Path(__file__).parents[2] / "cases" / "documents"


def cases(table: str) -> list[Any]:
    rows = yaml.safe_load((CASES / table).read_text(encoding="utf-8"))
    return [pytest.param(row, id=row["name"]) for row in rows]


def same(left: Any, right: Any) -> bool:
    """Equal also in type: in Python 1 == True and 1 == 1.0."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[k], right[k]) for k in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


@pytest.mark.parametrize("case", cases("good.yaml"))
def test_it_is_read(case: dict[str, Any]) -> None:
    document = load(case["text"].encode(), name=case["as"])
    assert same(document.data, case["data"]), document.data


@pytest.mark.parametrize("case", [c for c in cases("good.yaml") if c.values[0]["as"] != "a.json"])
def test_the_exact_reader_agrees(case: dict[str, Any]) -> None:
    data, _ = compose(case["text"].removeprefix("\ufeff"), "x", Limits())
    assert same(data, case["data"]), data


@pytest.mark.parametrize("case", cases("bad.yaml"))
def test_it_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(DocumentUnreadable) as caught:
        load(case["text"].encode(), name=case["as"])
    error = caught.value
    assert error.source == case["as"]
    if "line" in case:
        assert error.line == case["line"]
    if "column" in case:
        assert error.column == case["column"]
    for words in case["says"]:
        assert words in error.message
