"""How ``jsonschema`` asserts formats: with the same libraries, without importing it."""

from __future__ import annotations

import re
from collections.abc import Callable

from contracts.late_patterns import late


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        return bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) and date.fromisoformat(text))
    except ValueError:
        return False


_DATE_TIME = late(
    r"(\d{4})-(0[1-9]|1[0-2])-(\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?"
    r"(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$",
    re.ASCII,
)
"""What ``rfc3339_validator`` takes, which ``jsonschema`` asks: importing it takes 4 ms."""


def _is_date_time(text: str) -> bool:
    from datetime import date

    found = _DATE_TIME.match(text.upper())
    try:
        return found is not None and bool(date(*map(int, found.groups())))
    except ValueError:
        return False


def _is_uuid(text: str) -> bool:
    from uuid import UUID

    try:
        UUID(text)
    except ValueError:
        return False
    return all(text[position] == "-" for position in (8, 13, 18, 23))


def _is_ipv4(text: str) -> bool:
    import ipaddress

    try:
        ipaddress.IPv4Address(text)
    except ipaddress.AddressValueError:
        return False
    return True


def _is_ipv6(text: str) -> bool:
    import ipaddress

    try:
        return not ipaddress.IPv6Address(text).scope_id
    except ipaddress.AddressValueError:
        return False


def _is_regex(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


def _address(rule: str) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        import rfc3987  # type: ignore[import-untyped]

        try:
            return bool(rfc3987.parse(text, rule=rule))
        except ValueError:
            return False

    return fits


FORMATS: dict[str, Callable[[str], bool]] = {
    "date": _is_date,
    "date-time": _is_date_time,
    "time": lambda text: _is_date_time("1970-01-01T" + text),
    "email": lambda text: "@" in text,
    "idn-email": lambda text: "@" in text,
    "uuid": _is_uuid,
    "ipv4": _is_ipv4,
    "ipv6": _is_ipv6,
    "regex": _is_regex,
    "uri": _address("URI"),
    "uri-reference": _address("URI_reference"),
    "iri": _address("IRI"),
    "iri-reference": _address("IRI_reference"),
}
"""How a format is asserted, for the common ones; ImportError where a library is missing."""

OTHER_FORMATS = frozenset(
    {
        "duration",
        "hostname",
        "idn-hostname",
        "json-pointer",
        "relative-json-pointer",
        "uri-template",
    }
)
"""The other formats that ``jsonschema`` asserts since 2019-09."""
