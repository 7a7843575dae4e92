"""Canonical value types and the check digits that patterns cannot see."""

from __future__ import annotations

import re
from collections.abc import Callable

_CODES = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN
BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR
FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY
KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU
MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON
RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP
TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR
ZMW ZWG
"""
CURRENCIES = frozenset(_CODES.split())
"""ISO 4217 codes of currencies and funds in use."""


def gs1_check_digit(digits: str) -> str:
    """The GS1 check digit of a number without it: weights 3 and 1 from the right, modulo 10."""
    total = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(digits[::-1]))
    return str(-total % 10)


def _gs1(text: str, length: int) -> bool:
    if len(text) != length or not _digits(text):
        return False
    return text[-1] == gs1_check_digit(text[:-1])


def is_gtin(text: str) -> bool:
    """Whether it is a GTIN padded to 14 digits with a right check digit (GS1)."""
    return _gs1(text, 14)


def is_gln(text: str) -> bool:
    """Whether it is a 13-digit location number with a right check digit (GS1)."""
    return _gs1(text, 13)


def is_sscc(text: str) -> bool:
    """Whether it is an 18-digit logistic unit number with a right check digit (GS1)."""
    return _gs1(text, 18)


def to_gtin14(text: str) -> str | None:
    """A GTIN-8, -12, -13 or -14 left-padded to 14 digits; None if it is none of them."""
    padded = text.rjust(14, "0") if len(text) in {8, 12, 13, 14} else text
    return padded if is_gtin(padded) else None


def is_iban(text: str) -> bool:
    """Whether it is an account number with right check digits (ISO 13616, modulo 97)."""
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", text):
        return False
    turned = text[4:] + text[:4]
    return int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1


def is_currency(text: str) -> bool:
    """Whether it is an ISO 4217 code in use."""
    return text in CURRENCIES


def is_uom(text: str) -> bool:
    """Whether it has the shape of a UN/ECE Recommendation 20 or 21 code."""
    return re.fullmatch(r"[A-Z0-9]{2,3}", text) is not None


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


CHECKS: dict[str, Callable[[str], bool]] = {
    "gtin": is_gtin,
    "gln": is_gln,
    "sscc": is_sscc,
    "iban": is_iban,
    "currency": is_currency,
    "uom": is_uom,
}
"""Checks by the name of the field they belong to."""
