from __future__ import annotations

import pytest

from contracts.governance.expectations import Expectation, Usage
from contracts.governance.fieldpath import FieldPath


def paths(*texts: str) -> tuple[FieldPath, ...]:
    return tuple(FieldPath.parse(text) for text in texts)


WMS = Expectation(
    consumer="wms",
    uses=(
        Usage(
            kind="operation",
            target="postGoodsReceipt",
            reads=paths("receiptId"),
            sends=paths("lines[].lot", "price"),
            headers=frozenset({"Idempotency-Key"}),
        ),
        Usage(kind="operation", target="getGoodsReceipt", sends=()),
    ),
)
POST = ["postGoodsReceipt", "POST /goods-receipts"]


@pytest.mark.parametrize(
    ("side", "names", "field", "answer"),
    [
        ("reads", POST, "receiptId", True),
        ("reads", POST, "status", False),
        ("reads", POST, "*", True),
        ("reads", ["getGoodsReceipt"], "anything.at.all", True),
        ("reads", ["cancelGoodsReceipt"], "receiptId", False),
        ("sends", POST, "lines", True),
        ("sends", POST, "/lines/0/lot", True),
        ("sends", POST, "/lines/0/quantity", False),
        ("sends", POST, "price.amount", True),
        ("sends", ["getGoodsReceipt"], "receiptId", False),
        ("always_sends", POST, "lines[].lot", True),
        ("always_sends", ["getGoodsReceipt"], "receiptId", False),
        ("sends_header", POST, "idempotency-key", True),
        ("sends_header", POST, "If-Match", False),
        ("sends_header", ["getGoodsReceipt"], "If-Match", False),
    ],
)
def test_a_declared_use_answers_for_its_fields(
    side: str, names: list[str], field: str, answer: bool
) -> None:
    assert getattr(WMS, side)(names, field) is answer


def test_an_undeclared_consumer_may_use_everything_but_adds_nothing() -> None:
    unknown = Expectation(consumer="portal", declared=False)
    assert unknown.touches(POST)
    assert unknown.reads(POST, "status")
    assert unknown.sends(POST, "quantity")
    assert not unknown.always_sends(POST, "quantity")
    assert not unknown.sends_header(POST, "Idempotency-Key")
    assert not unknown.sends_parameter(POST, "limit")


@pytest.mark.parametrize(
    "text", ["*", "a", "a.b", "lines[].lineNumber", "matrix[][].x", "a.b[].c.d"]
)
def test_a_field_path_is_written_as_it_is_read(text: str) -> None:
    assert str(FieldPath.parse(text)) == text


@pytest.mark.parametrize("text", ["a..b", "a[0]", "[].a", "a.", ".a"])
def test_a_broken_field_path_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a field path"):
        FieldPath.parse(text)


def test_a_pointer_names_the_same_field() -> None:
    assert FieldPath.of_pointer("/lines/12/a~1b") == FieldPath(("lines", "*", "a/b"))
