"""One column of a data contract: what its values may be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from contracts.verdict import Json

_NUMERIC = re.compile(r"(?:numeric|decimal)\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)", re.IGNORECASE)
_TEXT = re.compile(r"(?:var)?char(?:acter varying)?\s*\(\s*(\d+)\s*\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Column:
    """A property of an ODCS schema object with its options, compiled."""

    name: str
    pointer: str
    kind: str
    required: bool
    options: Mapping[str, Json]
    precision: tuple[int, int] | None
    longest: int | None
    pattern: re.Pattern[str] | None

    @classmethod
    def of(cls, declared: Mapping[str, Json], pointer: str) -> Column:
        """A column as the contract declares it."""
        options = declared.get("logicalTypeOptions") or {}
        physical = str(declared.get("physicalType") or "")
        numeric, text = _NUMERIC.search(physical), _TEXT.search(physical)
        longest = options.get("maxLength")
        if longest is None and text:
            longest = int(text[1])
        return cls(
            name=str(declared.get("physicalName") or declared.get("name")),
            pointer=pointer,
            kind=str(declared.get("logicalType") or "string"),
            required=bool(declared.get("required")) or bool(declared.get("primaryKey")),
            options=options,
            precision=(int(numeric[1]), int(numeric[2] or 0)) if numeric else None,
            longest=longest,
            pattern=_compiled(options.get("pattern")),
        )

    def faults(self, value: Any, typed: bool) -> Iterator[tuple[str, str]]:
        """What is wrong with a value that is not null: (kind of fault, sentence)."""
        read = _read(value, self.kind, typed)
        if read is None:
            yield "type", f"{value!r} is not of type {self.kind}"
            return
        if isinstance(read, str):
            if self.longest is not None and len(read) > self.longest:
                yield "length", f"{read!r} has {len(read)} characters; {self.longest} are allowed"
            if "minLength" in self.options and len(read) < self.options["minLength"]:
                yield "length", f"{read!r} is shorter than {self.options['minLength']}"
            if self.pattern is not None and not self.pattern.search(read):
                yield "pattern", f"{read!r} does not match {self.pattern.pattern}"
        elif isinstance(read, Decimal):
            yield from self._number(read)

    def _number(self, value: Decimal) -> Iterator[tuple[str, str]]:
        low, high = self.options.get("minimum"), self.options.get("maximum")
        if low is not None and value < Decimal(str(low)):
            yield "range", f"{value} is below {low}"
        if high is not None and value > Decimal(str(high)):
            yield "range", f"{value} is above {high}"
        step = self.options.get("multipleOf")
        if step and value % Decimal(str(step)) != 0:
            yield "step", f"{value} is no multiple of {step}"
        if self.precision is not None:
            digits, scale = self.precision
            exponent = value.normalize().as_tuple().exponent
            if isinstance(exponent, int) and -exponent > scale:
                yield "scale", f"{value} has more than {scale} decimals"
            if abs(value) >= Decimal(10) ** (digits - scale):
                yield "scale", f"{value} has more than {digits - scale} digits before the point"


def instant(value: Any) -> datetime | None:
    """A value as an instant with its offset, if it is one."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.upper())
        except ValueError:
            return None
    return value if isinstance(value, datetime) else None


def _read(value: Any, kind: str, typed: bool) -> Any:
    """The value as its type, or None if it is not of it."""
    if kind in {"number", "integer"}:
        return _as_number(value, kind, typed)
    if kind == "boolean":
        known = value in {0, 1} if typed and isinstance(value, int) else False
        return value if known or str(value).lower() in {"true", "false"} else None
    if kind == "timestamp":
        return instant(value)
    if kind == "date":
        return _parsed(date, value)
    if kind == "time":
        return _parsed(time, value)
    return value if kind != "string" or isinstance(value, str) else None


def _as_number(value: Any, kind: str, typed: bool) -> Decimal | None:
    if isinstance(value, bool) or (typed and isinstance(value, str)):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    if not number.is_finite() or (kind == "integer" and number != number.to_integral_value()):
        return None
    return number


def _parsed(kind: Any, value: Any) -> Any:
    if isinstance(value, kind) and not isinstance(value, datetime):
        return value
    try:
        return kind.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _compiled(pattern: Json) -> re.Pattern[str] | None:
    if not isinstance(pattern, str) or len(pattern) > 500:
        return None
    try:
        return re.compile(pattern)
    except re.error:
        return None
