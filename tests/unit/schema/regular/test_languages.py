import time

import pytest

from contracts.schema.regular import (
    Budget,
    BudgetExceeded,
    Language,
    Unsupported,
    divergent,
    undisputed,
)
from contracts.schema.regular.divergence import syntax_divergence

regex = Language.from_regex


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("abc", ["abc", "xabcx", "\nabc"], ["ab", "ABC", ""]),
        ("^abc", ["abcd"], ["xabc", "\nabc"]),
        ("abc$", ["xabc"], ["abcx", "abc\n"]),
        ("^(a|b)$|^c", ["a", "b", "cx"], ["ab", "ac", ""]),
        ("(^|,)x($|,)", ["x", "a,x,b", "x,"], ["ax", "xa"]),
        ("$^", [""], ["a"]),
        ("a^b", [], ["ab", "a^b"]),
        ("", ["", "a"], []),
        ("^.$", ["a", "é", "😀"], ["\n", "\r", "\u2028", "ab"]),
        ("^[^]$", ["a", "\n"], ["", "ab"]),
        ("[]", [], ["", "a"]),
        (r"^\d+$", ["0", "42"], ["٣", "", "4 2"]),
        (r"^[\d-x]$", ["-", "x", "3"], ["a"]),
        (r"^[a\-z]$", ["a", "-", "z"], ["b"]),
        (r"^[\b]$", ["\b"], ["b"]),
        (r"^\u{1F600}$", ["😀"], ["u{1F600}"]),
        (r"^\ud83d\ude00$", ["😀"], []),
        (r"^[\u{1F600}-\u{1F602}]$", ["😁"], ["😄"]),
        (r"^\x41\u0042\cJ\0\t$", ["AB\n\0\t"], []),
        (r"^\/a\-b\_\@\.$", ["/a-b_@."], []),
        ("^{id}{$", ["{id}{"], []),
        ("^a{2}b{1,2}c{1,}d{,2}$", ["aabcd{,2}", "aabbccd{,2}"], ["abcd"]),
        ("^x*?y+?z??$", ["y", "xxyyz"], ["", "xz"]),
        (r"^\p{Lu}\P{L}$", ["A1", "É-"], ["a1", "AB"]),
        (r"^\p{Letter}+$", ["aé"], ["a1"]),
        ("^(?<year>[0-9]{4})$", ["2024"], ["24"]),
        ("(?i)^straße$", ["STRAßE", "straße"], ["strasse"]),
        ("^(?i:a)b$", ["Ab"], ["aB"]),
        (r"\bfoo\b", ["foo", "a foo b"], ["foobar", "_foo"]),
        (r"\Boo\B", ["foobar"], ["foo", "oo"]),
        ("^(?=.*[A-Z])(?=.*[0-9]).{3,}$", ["aA1", "1xA!"], ["aa1", "A1"]),
        ("^(?!foo)(?!bar)[a-z]+$", ["foa", "ba"], ["food", "bar"]),
        ("^(?!.*--)[a-z-]+(?<!-)$", ["a-b"], ["a--b", "a-"]),
        ("^((?!ab).)*$", ["", "ba", "a b"], ["ab", "cabc"]),
        ("^(?:(?!,)[a-z,])+$", ["ab"], ["", "a,b"]),
        ("x(?=y|$)", ["x", "xy", "axyz"], ["xz"]),
        ("(?<=a)b|(?<!a)c", ["ab", "c"], ["b", "ac"]),
        ("(?:(?=a)|b)c", ["bc"], ["ac", "c"]),
        (r"^(a|bc?)\1$", ["aa", "bb", "bcbc"], ["a", "ab", "bbc", "bcb"]),
        (r"^(?<q>['\"])x\k<q>$", ["'x'", '"x"'], ["'x\"", "x"]),
        (r"^(a|b)+\1$", ["aa", "abb", "baa"], ["ab", "a", "aba"]),
        (r"^(?:(a|b)\1)*$", ["", "aabb", "aa"], ["ab", "abba", "a"]),
        (r"^(a|b)(c|d)\2\1$", ["acca", "bddb"], ["acac", "addax"]),
        (r"^(?!(\d)\1+$)\d{3}$", ["112", "121"], ["111", "000", "11"]),
        (r"^x?(\bab?)-\1$", ["a-a", "ab-ab"], ["a-ab", "xa-a", "ab-a"]),
        (r"^(a|)\1$", ["", "aa"], ["a"]),
        (r"^(a)\\1$", ["a\\1"], ["aa"]),
        (r"^\p{Script=Greek}+$", ["αβγ", "Ω"], ["a", "", "aβ"]),
        (r"^[^\p{scx=Cyrl}\p{ASCII}]$", ["α"], ["я", "a", ""]),
        (r"^\p{Emoji_Presentation}$", ["😀"], ["a", "1"]),
        (r"^\p{Alphabetic}\PN$", ["aä", "ⅷ-"], ["1a", "a1"]),
    ],
)
def test_what_a_pattern_finds(pattern: str, inside: list[str], outside: list[str]) -> None:
    found = regex(pattern)
    assert [text for text in inside if not found.contains(text)] == []
    assert [text for text in outside if found.contains(text)] == []


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"(.)\1", "a group of many texts"),
        (r"(?:(a)|b)\1", "may take no part"),
        (r"(a)?\1", "may take no part"),
        (r"\1(a)", "may take no part"),
        (r"(?=(a))\1", "may take no part"),
        (r"(a\1)", "may take no part"),
        (r"(a\1)\1", "inside the group"),
        (r"(a\bb)\1", "assertion inside"),
        (r"(?i)(a)\1", "ignores case"),
        (r"a\k<x>", "no group before it"),
        (r"\p{Nonesuch}", "no Unicode property"),
        (r"^a\Z", "\\Z is not ECMA-262"),
        (r"\h", "not ECMA-262"),
        (r"(?:(?=a)b|c)*d", "look-around inside a repetition"),
        (r"a(?=b^c)", "assertion beside a look-around"),
        ("[[:alpha:]]", "POSIX"),
        ("(", "not closed"),
        (")", "unmatched"),
        ("[a", "not closed"),
        ("a**", "nothing to repeat"),
        ("^*", "nothing to repeat"),
        ("*a", "nothing to repeat"),
        ("a{2,1}", "out of order"),
        ("[z-a]", "out of order"),
        ("a\\", "ends in a backslash"),
        (r"\u12", "without a code point"),
        (r"\u{110000}", "without a code point"),
        ("a{9999999999}", "beyond a billion"),
        ("(?P=x)", "not supported"),
        ("(?>a)", "not supported"),
        ("a(?i)b", "not at the beginning"),
        ("(" * 100 + ")" * 100, "groups inside each other"),
        ("a" * 110_000, "longer than"),
    ],
)
def test_what_is_refused(pattern: str, reason: str) -> None:
    with pytest.raises(Unsupported) as caught:
        regex(pattern)
    assert reason in caught.value.reason


HOSTILE = [
    "(a|b)*a(a|b){25}",
    "(((((a?){30}){30}){30}){30}){30}",
    "^(([a-z]{1,100}){1,100}){1,100}$",
    "(.{1,50}x){1,50}",
    "^" + "(?=.*[a-m])(?=.*[h-z])" * 40 + "$",
    "(?!" * 60 + ")" * 60,
    "(?:(?=a)|(?=b)|(?=c))" * 20,
    "^" + "|".join(f"(a{{{i}}})*" for i in (7, 11, 13, 17, 19, 23)) + "$",
    "[^" + "".join(chr(c) for c in range(0x100, 0x3000, 2)) + "]*x",
    "()" * 9000,
    "a?" * 3000 + "a" * 3000,
    "(?:){1000000000}",
]


@pytest.mark.parametrize("pattern", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_patterns_end_soon(pattern: str) -> None:
    begin = time.process_time()
    try:
        found = regex(pattern)
        (found - regex("^[a-c]*$")).is_empty()
    except Unsupported:
        pass
    assert time.process_time() - begin < 10


def test_the_budget_is_kept() -> None:
    with pytest.raises(BudgetExceeded, match="more than 100 states"):
        regex("^(ab){100}$", budget=Budget(states=100))
    with pytest.raises(BudgetExceeded, match="automaton steps"):
        regex("(a|b)*a(a|b){9}", budget=Budget(work=100))


def test_lengths_do_not_cost_states() -> None:
    name = regex("^[A-Z0-9-]+$")
    short, long = name & Language.length(1, 4_000), name & Language.length(1, 1_000_000)
    assert short.subset_of(long)
    assert not long.subset_of(short)
    assert (long - short).lengths() == (4_001, 1_000_000)
    assert len((long - short).example() or "") == 4_001
    assert regex("^[a-z]{1,100000}$").subset_of(Language.length(0, 100_000))
    with pytest.raises(BudgetExceeded, match="100,000 characters"):
        Language.length(200_000).example()


@pytest.mark.parametrize(
    ("pattern", "least", "most", "found"),
    [
        ("^(abc)*$", 4, 5, None),
        ("^(abc)*$", 4, None, (6, None)),
        ("^(abc)*$", 1_000_000, 1_000_001, None),
        ("^(abc)*$", 1_000_000, 1_000_002, (1_000_002, 1_000_002)),
        ("^(aa|aaa)$", 0, 10, (2, 3)),
        ("^(a{6})*$|^(a{10})*$", 61, 69, (66, 66)),
        ("^(a{6})*$|^(a{10})*$", 1_000_003, 1_000_005, None),
        ("^a{0,3}$", 4, None, None),
        ("^$", 0, 0, (0, 0)),
    ],
)
def test_lengths_of_texts(
    pattern: str, least: int, most: int | None, found: tuple[int, int | None] | None
) -> None:
    language = regex(pattern) & Language.length(least, most)
    assert language.lengths() == found
    assert language.is_empty() is (found is None)


@pytest.mark.parametrize(
    ("pattern", "count"),
    [("^[ab]{1,3}$", 14), ("^$", 1), ("^a*$", None), ("[]", 0), (r"^\d{4}$", 10_000)],
)
def test_how_many_texts(pattern: str, count: int | None) -> None:
    assert regex(pattern).cardinality() == count


def test_how_many_characters() -> None:
    assert Language.length(1, 1).cardinality() == 0x110000 - 2048
    assert (Language.length(0, 1) - regex("^[^a-c]$")).cardinality() == 4


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (regex(r"^PO-\d{4}$"), "PO-1234"),
        (regex("^[A-Z0-9-]{1,20}$") - regex("^[A-Z0-9-]{1,10}$"), "ABCDEFGHIJK"),
        (regex("^[A-Z0-9-]+$") - regex("^[A-Z0-9]+$"), "-"),
        (Language.everything(), "a"),
        (Language.everything() - regex("^[a-z]*$"), "A"),
        (Language.everything() - regex("^[ -~]*$"), "À"),
        (regex(r"^\s$"), " "),
        (regex("^[\\s\\S]$") - regex("^.$"), "\n"),
        (Language.length(0, 0), ""),
        (Language.nothing(), None),
        (regex("^[Tt][Zz]$"), "TZ"),
    ],
)
def test_examples_are_readable(language: Language, text: str | None) -> None:
    assert language.example() == text


def test_a_preferred_example_comes_first() -> None:
    assert regex("^[A-Z0-9-]+$").example(prefer=["order", "PO-1001", "A"]) == "PO-1001"


def test_surrogates_are_no_characters() -> None:
    assert not Language.everything().contains("\ud800")
    assert Language.literal("\ud800").is_empty()
    assert regex(r"\ud800").is_empty()


def test_members_in_order() -> None:
    assert list(regex("^[ab]?$").enumerate(10)) == ["", "a", "b"]
    assert len(list(Language.everything().enumerate(100_000))) == 100_000
    assert list(Language.finite(["b", "", "aa"]).enumerate(9)) == ["", "b", "aa"]
    assert list(regex("^(abc)*$").enumerate(2)) == ["", "abc"]


def test_equal_languages() -> None:
    assert regex("^(a|b)*$") == regex("^[ab]*$")
    assert regex("^a{2,3}$") == Language.finite(["aa", "aaa"])
    assert Language.length(2) == ~Language.length(0, 1)
    assert regex("^a") != regex("a")
    assert regex("^[^a]") | regex("^a") == Language.length(1)


@pytest.mark.parametrize(
    ("pattern", "construct"),
    [
        ("^abc", None),
        (r"[.$]\.", None),
        (r"\$x", None),
        ("a$", "final line feed"),
        (r"^\d", "Unicode"),
        (r"^[\w]", "Unicode"),
        (r"^\s", "control"),
        ("^.", "line separators"),
        (r"^\p{L}$", r"\p{…}"),
        (r"\u{41}", r"\u{…}"),
        (r"(?<n>a)", "named groups"),
        ("[]a", "empty class"),
        ("[a[b]", "bracket inside"),
        ("[a&&b]", "doubled sign"),
        ("(?i)a", "inline flags"),
        (r"\\p", None),
    ],
)
def test_where_validators_differ(pattern: str, construct: str | None) -> None:
    found = divergent(pattern)
    assert (found is None) is (construct is None)
    assert construct is None or construct in (found or "")


def test_syntax_and_texts_are_told_apart() -> None:
    assert syntax_divergence(r"^\d+$") is None
    assert syntax_divergence(r"^\p{L}$") is not None
    assert undisputed().contains("PO-1001 / x")
    assert not undisputed().contains("1\n")
