"""Values like a given one: the next number, the next text of the same shape, a changed member."""

from __future__ import annotations

import string
from collections.abc import Iterator
from itertools import count

from contracts.verdict import Json

_DIGITS = (string.digits,)
_SIGNS = (string.digits, string.ascii_lowercase, string.ascii_uppercase)


def families(value: Json) -> Iterator[Iterator[Json]]:
    """Series of values of the same kind, the readable ones first; a value may come twice."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, (int, float)):
        yield (value + step for step in count(1))
        yield (value - step for step in count(1))
        yield (round(value + step / 10, 9) for step in count(1))
    elif isinstance(value, str):
        yield _turned(value, _DIGITS)
        yield (f"{value}{number}" for number in count(2))
        yield _turned(value, _SIGNS)
        yield (value + value[-1:] * number for number in range(1, 2_000))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            for others in families(item):
                yield ([*value[:index], other, *value[index + 1 :]] for other in others)
        yield ([*value, *value[-1:] * number] for number in range(1, 2_000))
    elif isinstance(value, dict):
        for name, member in value.items():
            for others in families(member):
                yield ({**value, name: other} for other in others)


def _turned(text: str, wheels: tuple[str, ...]) -> Iterator[str]:
    """The text like a mileage counter: its last sign moves on, the one before with each turn."""
    signs = list(text)
    wheel_of = {sign: wheel for wheel in wheels for sign in wheel}
    turning = [index for index, sign in enumerate(signs) if sign in wheel_of]
    while turning:
        for index in reversed(turning):
            wheel = wheel_of[signs[index]]
            signs[index] = wheel[(wheel.index(signs[index]) + 1) % len(wheel)]
            if signs[index] != text[index]:
                break
        else:
            return
        yield "".join(signs)
