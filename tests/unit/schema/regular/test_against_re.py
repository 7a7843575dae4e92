"""Membership agrees with Python's own matcher; the operations agree with membership."""

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.schema.regular import Budget, BudgetExceeded, Language, Unsupported, found_in

ATOMS = st.sampled_from(
    ["a", "b", "ab", ".", r"\d", r"\w", r"\s", "[ab]", "[^a]", "[a-c1-3_]", r"\.", "-", "1", r"\W"]
)
ASSERTIONS = st.sampled_from(["^", "$", r"\b", r"\B", ""])
QUANTIFIERS = st.sampled_from(["*", "+", "?", "{2}", "{0,2}", "{1,}", "{0}", "*?"])


def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda options: f"(?:{'|'.join(options)})"),
        st.tuples(inner, QUANTIFIERS).map(lambda pair: f"({pair[0]}){pair[1]}"),
    )


PLAIN = st.recursive(ATOMS, grow, max_leaves=5)
PATTERNS = st.recursive(ATOMS | ASSERTIONS, grow, max_leaves=6)
LOOKS = st.tuples(
    st.sampled_from(["", "^"]),
    PLAIN | st.just(""),
    st.sampled_from(["(?={})", "(?!{})"]),
    PLAIN,
    PLAIN | st.just(""),
    st.sampled_from(["", "$", "(?<!a)$", "(?<=b|1)$"]),
).map(lambda p: p[0] + p[1] + p[2].format(p[3]) + p[4] + p[5])
TEXTS = st.text(st.sampled_from("ab1_- .\n\u00e9\u0661"), max_size=6)
BUDGET = Budget(states=2000, work=200_000)
checked = settings(derandomize=True, max_examples=400, deadline=None)


def language(pattern: str) -> Language | None:
    try:
        return Language.from_regex(pattern, budget=BUDGET)
    except BudgetExceeded:
        return None


def matches(pattern: str, text: str) -> bool:
    r"""What ECMA-262 says, by way of Python: ``$`` is the end, ``\d \w`` are ASCII.

    Until 3.14, Python's ``\B`` did not match the empty text.
    """
    return bool(re.search(pattern.replace("$", r"\Z"), text, re.ASCII))


@checked
@given(PATTERNS, st.lists(TEXTS, min_size=5, max_size=10))
def test_membership(pattern: str, texts: list[str]) -> None:
    found = language(pattern)
    if found is not None:
        for text in texts:
            if text or r"\B" not in pattern:
                assert found.contains(text) is matches(pattern, text), (pattern, text)


@checked
@given(LOOKS, st.lists(TEXTS, min_size=5, max_size=10))
def test_membership_with_look_around(pattern: str, texts: list[str]) -> None:
    found, reason = None, ""
    try:
        found = language(pattern)
    except Unsupported as error:
        reason = error.reason
    assert not reason or "look" in reason
    if found is not None:
        for text in texts:
            if text or r"\B" not in pattern:
                assert found.contains(text) is matches(pattern, text), (pattern, text)


@checked
@given(PATTERNS, PATTERNS, st.integers(0, 4), st.integers(0, 4), st.lists(TEXTS, max_size=8))
def test_operations(left: str, right: str, least: int, more: int, texts: list[str]) -> None:
    a, b = language(left), language(right)
    if a is None or b is None:
        return
    try:
        sized = a & Language.length(least, least + more)
        both, either, only = sized & b, sized | b, sized - b
        for text in texts:
            x = a.contains(text) and least <= len(text) <= least + more
            y = b.contains(text)
            assert both.contains(text) is (x and y)
            assert either.contains(text) is (x or y)
            assert only.contains(text) is (x and not y)
            assert (~sized).contains(text) is not x
        assert (sized & ~sized).is_empty()
        assert (sized | ~sized).is_everything()
        assert only.is_empty() is sized.subset_of(b)
        assert both | only == sized
        examples(sized, only, either)
    except BudgetExceeded:
        pass


def examples(*languages: Language) -> None:
    for found in languages:
        text = found.example()
        assert (text is None) is found.is_empty()
        assert text is None or found.contains(text)
        listed = list(found.enumerate(20))
        assert all(map(found.contains, listed))
        assert len(set(listed)) == len(listed)
        assert list(map(len, listed)) == sorted(map(len, listed))
        count = found.cardinality()
        assert (count is not None and count < 20) is (len(listed) < 20)
        if count is not None and count < 20:
            assert len(listed) == count
        bounds = found.lengths()
        assert (bounds is None) is (text is None)
        if bounds is not None:
            assert bounds[0] == len(listed[0])


@checked
@given(PLAIN, st.sampled_from(["", "$"]), st.lists(TEXTS, max_size=8))
def test_the_python_dialect(pattern: str, end: str, texts: list[str]) -> None:
    found = Language.from_regex(pattern + end, dialect="python")
    for text in texts:
        assert found.contains(text) is bool(re.search(pattern + end, text)), (pattern, text)


@checked
@given(st.sets(TEXTS, max_size=5), st.sets(TEXTS, max_size=5))
def test_finite_languages(left: set[str], right: set[str]) -> None:
    a, b = Language.finite(left), Language.finite(right)
    assert set(a.enumerate(10)) == left
    assert set((a | b).enumerate(20)) == left | right
    assert set((a - b).enumerate(20)) == left - right
    assert a.cardinality() == len(left)
    assert a.subset_of(b) is left.issubset(right)
    assert (a == b) is (left == right)


def test_the_classes_of_python_and_of_ecma() -> None:
    def members(pattern: str, dialect: str) -> set[int]:
        found: Any = Language.from_regex(pattern, dialect=dialect)
        return {code for code in range(0x3000) if found.contains(chr(code))}

    for escape in (r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", "."):
        expected = {code for code in range(0x3000) if re.search(f"^{escape}\\Z", chr(code))}
        assert members(f"^{escape}\\Z", "python") == expected
    assert members(r"^\d$", "ecma") == set(range(0x30, 0x3A))
    assert members(r"^\w$", "ecma") == {ord(c) for c in map(chr, range(128)) if re.match(r"\w", c)}
    assert 0xFEFF not in members(r"^\s$", "python")
    assert members(r"^\s$", "ecma") - members(r"^\s\Z", "python") == set()
    assert members(r"^\s\Z", "python") - members(r"^\s$", "ecma") == {0x1C, 0x1D, 0x1E, 0x1F, 0x85}


REFERRING = st.tuples(
    st.sampled_from(["", "^", "a|"]),
    st.sampled_from(["a|b", "ab?", "[ab1]", "a*", r"\w+", ".", "a(?:b|1)", "|b"]),
    st.sampled_from(["", "+", "{2}"]),
    st.sampled_from(["", "b", ".*", r"\d?", "(?:a|1)"]),
    st.sampled_from([r"\1", r"\1+", r"(?:\1|a)", r"(?!\1)", r"(?=\1b)", r"\1?b", r"(?!.*\1)"]),
    st.sampled_from(["", "$", "b$", ".$"]),
).map(lambda p: f"{p[0]}({p[1]}){p[2]}{p[3]}{p[4]}{p[5]}")


@settings(derandomize=True, max_examples=120, deadline=None)
@given(REFERRING, st.lists(TEXTS, min_size=5, max_size=10))
def test_back_references(pattern: str, texts: list[str]) -> None:
    """For one text exactly, for all texts exactly or between two languages."""
    try:
        certain, possible = Language.enclosing(pattern, BUDGET)
    except Unsupported:
        return
    try:
        exact = Language.from_regex(pattern, budget=BUDGET)
    except Unsupported:
        exact = None
    for text in texts:
        answer = matches(pattern, text)
        assert found_in(pattern, text) in (answer, None), (pattern, text)
        assert exact is None or exact.contains(text) is answer, (pattern, text)
        assert not certain.contains(text) or answer, (pattern, text)
        assert possible.contains(text) or not answer, (pattern, text)
