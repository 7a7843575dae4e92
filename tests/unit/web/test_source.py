"""Source lines and raw differences: nothing lost, nothing unescaped, never slow."""

from __future__ import annotations

import html
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.web.rawdiff import raw_diff
from registry.web.source import LONGEST, PAGE_LINES, excerpt, highlight, page, split_lines

PARTS = (*"ab:-#\"'{}[],0123.<>&\\ \tü\u2028", "true", "key: ", "- ", " #")
TEXT = st.lists(st.sampled_from(PARTS), max_size=40).map("".join)
LINES = st.lists(st.sampled_from(["a", "b", "c: 1", "- d", "", "<e>"]), max_size=14)


def plain(markup: object) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", str(markup)))


@given(TEXT)
def test_colouring_changes_no_character_and_lets_no_markup_through(line: str) -> None:
    shown = str(highlight(line))
    assert plain(shown) == line
    assert set(re.findall(r"<[^>]*>", shown)) <= {
        "</span>", *(f'<span class="tok-{kind}">' for kind in "ksnc")
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("type: string", "k"),
        ("  maxLength: 20  # characters", "knc"),
        ('  - name: "a: b # c"', "ks"),
        ("# all of it", "c"),
        ('  "id": 12.5,', "kn"),
        ('{"a": [true, null, "x"]}', "knns"),
        ("required: [id, state]", "k"),
        ("plain words here", ""),
    ],
)
def test_what_is_coloured(line: str, kinds: str) -> None:
    assert "".join(re.findall(r"tok-(\w)", str(highlight(line)))) == kinds


def test_a_minified_document_is_cut_not_choked_on() -> None:
    shown = highlight('{"a":' * 200_000)
    assert "more characters" in shown
    assert len(shown) < 20 * LONGEST


def test_a_long_source_comes_in_parts() -> None:
    text = "\n".join(f"line: {n}" for n in range(1, 2 * PAGE_LINES + 11))
    first, last = page(text, 1), page(text, 2 * PAGE_LINES + 5)
    assert (first.first, first.last, first.previous, first.next) == (
        1, PAGE_LINES, None, PAGE_LINES + 1,
    )  # fmt: skip
    assert (last.last, last.total, last.next) == (2 * PAGE_LINES + 10,) * 2 + (None,)
    assert page(text, 10**9).last == last.last


def test_lines_are_counted_as_parsers_count_them() -> None:
    assert split_lines("a\r\nb\rc\u2028d\n") == ["a", "b", "c\u2028d"]
    assert [line.number for line in excerpt(["a", "b", "c", "d"], 2, 1)] == [1, 2, 3]
    assert excerpt(["a"], 7) == ()


@given(LINES, LINES)
def test_a_difference_leads_from_the_old_text_to_the_new(old: list[str], new: list[str]) -> None:
    before, after = "\n".join(old), "\n".join(new)
    rows = raw_diff(before, after).rows
    left, right = split_lines(before), split_lines(after)
    for row in rows:
        if row.kind in {"same", "del"}:
            assert row.old is not None
            assert plain(row.html) == left[row.old - 1]
        if row.kind in {"same", "add"}:
            assert row.new is not None
            assert plain(row.html) == right[row.new - 1]
    gone = {row.old for row in rows if row.kind == "del"}
    come = {row.new for row in rows if row.kind == "add"}
    kept = [line for n, line in enumerate(left, 1) if n not in gone]
    assert kept == [line for n, line in enumerate(right, 1) if n not in come]


def test_equal_stretches_are_folded_with_their_length() -> None:
    old = "\n".join(str(n) for n in range(100))
    diff = raw_diff(old, old.replace("\n50\n", "\nfifty\n"))
    assert (diff.added, diff.removed) == (1, 1)
    assert [row.kind for row in diff.rows] == [
        "gap", "same", "same", "same", "del", "add", "same", "same", "same", "gap",
    ]  # fmt: skip
    assert plain(diff.rows[0].html) == "47 equal lines"


def test_texts_that_have_nothing_in_common_are_no_hang() -> None:
    old = "\n".join(f"a{n}" for n in range(9000))
    new = "\n".join(f"b{n}" for n in range(9000))
    began = time.perf_counter()
    diff = raw_diff(old, new)
    assert diff.cut
    assert time.perf_counter() - began < 5
