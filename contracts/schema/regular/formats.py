r"""Known formats as languages (JSON Schema validation, section 7.3; OpenAPI format registry).

Where a format is a regular language its language is exact. Where it is not, or where validators
are known to disagree, two languages enclose it: every text of ``least`` has the format, and every
text that has it is in ``most``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from contracts.lean_dataclasses import dataclass
from contracts.schema.regular.language import Language


@dataclass(frozen=True, slots=True)
class Format:
    """What is known about the texts that have a format."""

    name: str
    least: Language
    most: Language

    @property
    def exact(self) -> bool:
        """Whether the two bounds are the same language."""
        return self.least is self.most


def has(name: str, text: str) -> bool | None:
    """Whether a text has a format; None for an unknown one, or where validators differ.

    One text needs no automaton where the format is a pattern that Python reads alike.
    """
    patterns = _PATTERNS.get(name)
    if patterns is not None and text.isascii():
        least, most = patterns
        if least and re.fullmatch(f"(?:{least})", text):
            return True
        return None if most and re.fullmatch(f"(?:{most})", text) else False
    found = known(name)
    if found is None:
        return None
    if found.least.contains(text):
        return True
    return None if found.most.contains(text) else False


def known(name: str) -> Format | None:
    """The language of a format of strings; None for a format that is not known here.

    Formats that restrict nothing (``password``, ``binary``) are not known: they only annotate.
    """
    return _known(name) if name in _FORMATS else None


@cache
def _known(name: str) -> Format:
    least, most = _FORMATS[name]()
    return Format(name, least, least if most is None else most)


_Bounds = tuple[Language, Language | None]


def _pattern(text: str) -> Language:
    return Language.from_regex(f"^(?:{text})$")


# RFC 3339 section 5.6, and the Gregorian calendar of its appendix C -----------------------

_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_DATE = (
    "(?:[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    "|(?:0[13-9]|1[0-2])-(?:29|30)"
    "|(?:0[13578]|1[02])-31)"
    f"|{_LEAP}-02-29)"
)
_HOUR = "(?:[01][0-9]|2[0-3])"
_MINUTE = "[0-5][0-9]"
_FRACTION = r"(?:\.[0-9]+)?"
_OFFSET = f"(?:[Zz]|[+-]{_HOUR}:{_MINUTE})"
_TIME = f"{_HOUR}:{_MINUTE}:[0-5][0-9]{_FRACTION}{_OFFSET}"
_LEAP_SECOND = f"{_HOUR}:{_MINUTE}:60{_FRACTION}{_OFFSET}"
"""A leap second is 23:59:60 in UTC; validators differ on whether and where they take one."""


def _duration() -> _Bounds:
    """RFC 3339 appendix A; some validators also take fractions and larger units left out."""
    second = "[0-9]+S"
    minute = f"[0-9]+M(?:{second})?"
    hour = f"[0-9]+H(?:{minute})?"
    time = f"T(?:{hour}|{minute}|{second})"
    day = "[0-9]+D"
    month = f"[0-9]+M(?:{day})?"
    year = f"[0-9]+Y(?:{month})?"
    strict = f"P(?:(?:{year}|{month}|{day})(?:{time})?|{time}|[0-9]+W)"
    return _pattern(strict), _pattern(r"[-+]?P[0-9YMWDTHS.,-]+")


# Addresses -------------------------------------------------------------------------------

_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = rf"(?:{_OCTET}(?:\.{_OCTET}){{3}})"
_GROUP = "[0-9A-Fa-f]{1,4}"
_LAST = f"(?:{_GROUP}:{_GROUP}|{_IPV4})"
_IPV6 = "(?:" + "|".join((
    f"(?:{_GROUP}:){{6}}{_LAST}",
    f"::(?:{_GROUP}:){{5}}{_LAST}",
    f"(?:{_GROUP})?::(?:{_GROUP}:){{4}}{_LAST}",
    *(
        f"(?:(?:{_GROUP}:){{0,{before}}}{_GROUP})?::(?:{_GROUP}:){{{3 - before + 1}}}{_LAST}"
        for before in range(1, 4)
    ),
    f"(?:(?:{_GROUP}:){{0,4}}{_GROUP})?::{_LAST}",
    f"(?:(?:{_GROUP}:){{0,5}}{_GROUP})?::{_GROUP}",
    f"(?:(?:{_GROUP}:){{0,6}}{_GROUP})?::",
)) + ")"  # fmt: skip
"""IPv6address of RFC 3986 appendix A, which is RFC 4291 section 2.2 without zones."""

_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"{_LABEL}(?:\.{_LABEL})*"
_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"


def _hostname() -> _Bounds:
    """RFC 1123 section 2.1; labels with ``--`` in places 3 and 4 mean IDNA (RFC 5890)."""
    coded = Language.from_regex(r"(?:^|\.)[A-Za-z0-9-]{2}--")
    hosts = _pattern(_HOST) & Language.length(1, 253)
    return hosts - coded, _pattern(r"[\w.-]+") & Language.length(1, 255)


def _idn_hostname() -> _Bounds:
    return _hostname()[0], Language.length(1)


def _email() -> _Bounds:
    """RFC 5321 section 4.1.2 within the plain forms; validators ask for an ``@`` at least."""
    plain = _pattern(rf"[A-Za-z0-9]+(?:[.+_{{-][A-Za-z0-9]+)*@{_HOST}") & Language.length(1, 254)
    local = _pattern("[^@]{1,64}@.*")
    coded = Language.from_regex(r"[@.][A-Za-z0-9-]{2}--")
    tops = Language.from_regex(r"@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}$")
    return (plain & local & tops) - coded, Language.from_regex("@")


# RFC 3986 appendix A, and RFC 3987 section 2.2 -------------------------------------------

_UCS = (
    r"\u00A0-\uD7FF\uF900-\uFDCF\uFDF0-\uFFEF"
    + "".join(rf"\u{{{plane:X}0000}}-\u{{{plane:X}FFFD}}" for plane in range(1, 14))
)  # fmt: skip
_PRIVATE = r"\uE000-\uF8FF\u{F0000}-\u{FFFFD}\u{100000}-\u{10FFFD}"
_UNRESERVED = r"A-Za-z0-9\-._~"
_SUB = "!$&'()*+,;="
_ENCODED = "%[0-9A-Fa-f]{2}"


def _uri(extra: str, private: str, *, relative: bool) -> str:
    def chars(more: str) -> str:
        return f"(?:[{_UNRESERVED}{extra}{_SUB}{more}]|{_ENCODED})"

    pchar = chars(":@")
    literal = rf"\[(?:{_IPV6}|[Vv][0-9A-Fa-f]+\.[{_UNRESERVED}{_SUB}:]+)\]"
    authority = f"(?:{chars(':')}*@)?(?:{literal}|{chars('')}*)(?::[0-9]*)?"
    path = f"(?:/{pchar}*)*"
    absolute = f"/(?:{pchar}+{path})?"
    hier = f"(?://{authority}{path}|{absolute}|{pchar}+{path}|)"
    query = rf"(?:\?(?:{pchar}|[/?{private}])*)?"
    fragment = f"(?:#(?:{pchar}|[/?])*)?"
    full = f"[A-Za-z][A-Za-z0-9+.-]*:{hier}{query}{fragment}"
    if not relative:
        return full
    part = f"(?://{authority}{path}|{absolute}|{chars('@')}+{path}|){query}{fragment}"
    return f"{full}|{part}"


def _template() -> _Bounds:
    """RFC 6570 section 2, without the operators that are reserved."""
    name = rf"(?:[A-Za-z0-9_]|{_ENCODED})(?:\.?(?:[A-Za-z0-9_]|{_ENCODED}))*"
    spec = rf"{name}(?:\*|:[1-9][0-9]{{0,3}})?"
    expression = rf"\{{[+#./;?&]?{spec}(?:,{spec})*\}}"
    literal = rf"[{_UNRESERVED}!#$&()*+,/:;=?@]|{_ENCODED}"
    open_brace = Language.from_regex(r"\{[^}]*$")  # everybody refuses it
    return _pattern(f"(?:{literal}|{expression})*"), Language.everything() - open_brace


# The rest --------------------------------------------------------------------------------

_POINTER = "(?:/(?:[^~/]|~[01])*)*"
_HEX = "[0-9A-Fa-f]"


def _enclosed(least: str, most: str | None) -> Callable[[], _Bounds]:
    return lambda: (_pattern(least), _pattern(most) if most is not None else None)


def _relative_pointer() -> _Bounds:
    number = "(?:0|[1-9][0-9]*)"
    end = f"(?:#|{_POINTER})"
    return _pattern(f"{number}{end}"), _pattern(f"{number}(?:[+-]{number})?{end}")


def _regex() -> _Bounds:
    """Patterns of every flavour; certainly none: a quantifier first, or a group left open."""
    none = Language.from_regex(r"^[*+?]|^[^\\\[\]()]*\([^\\\[\]()]*$")
    return _pattern(r"(?:[A-Za-z0-9 _/:.-]\+?)*"), Language.everything() - none


def _base64() -> _Bounds:
    """RFC 4648 section 4; whether line breaks or a missing padding pass is up to the reader."""
    strict = _pattern("(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
    return strict, _pattern(r"[A-Za-z0-9+/=_\-\s]*")


_PATTERNS: dict[str, tuple[str, str | None]] = {
    "date": (_DATE, None),
    "time": (_TIME, f"{_TIME}|{_LEAP_SECOND}"),
    "date-time": (f"{_DATE}[Tt]{_TIME}", f"{_DATE}[Tt](?:{_TIME}|{_LEAP_SECOND})"),
    "uuid": (f"{_HEX}{{8}}-(?:{_HEX}{{4}}-){{3}}{_HEX}{{12}}", None),
    "ipv4": (_IPV4, None),
    "ipv6": (_IPV6, None),
    "uri": (_uri("", "", relative=False), None),
    "uri-reference": (_uri("", "", relative=True), None),
    "json-pointer": (_POINTER, None),
    "base64url": ("(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?", None),
}
"""Formats that one or two patterns enclose, each read alike by ECMA-262 and Python in ASCII."""

_FORMATS: dict[str, Callable[[], _Bounds]] = {
    **{name: _enclosed(*patterns) for name, patterns in _PATTERNS.items()},
    "duration": _duration,
    "hostname": _hostname,
    "idn-hostname": _idn_hostname,
    "email": _email,
    "idn-email": _email,
    "iri": lambda: (_pattern(_uri(_UCS, _PRIVATE, relative=False)), None),
    "iri-reference": lambda: (_pattern(_uri(_UCS, _PRIVATE, relative=True)), None),
    "uri-template": _template,
    "relative-json-pointer": _relative_pointer,
    "regex": _regex,
    "byte": _base64,
}
NAMES = frozenset(_FORMATS)
