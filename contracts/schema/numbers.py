"""Numbers: intervals × multiples × what is excluded, exactly."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from math import ceil, floor, gcd, lcm
from typing import TYPE_CHECKING

from contracts.lean_dataclasses import dataclass, field
from contracts.schema.nodes import Node, Op
from contracts.schema.results import EMPTY, Found, Result, because
from contracts.schema.values import NumberOutOfRange, plain

if TYPE_CHECKING:
    from contracts.schema.solve import Solver

Exact = int | Fraction

_MOST_TRIED = 5_000
_LAST_EXACT = 2**53
"""Up to here a double holds every whole number."""


@dataclass(slots=True)
class Numbers:
    """A set of numbers: an interval, a common step, steps and values to avoid."""

    low: Exact | None = None
    low_open: bool = False
    high: Exact | None = None
    high_open: bool = False
    step: Exact | None = None
    avoid: list[Exact] = field(default_factory=list)
    fractions: list[Fraction] = field(default_factory=list)
    """Steps, to keep or to avoid, that are no whole numbers."""
    excluded: set[object] = field(default_factory=set)
    written_whole: bool | None = None
    """Whether the text must be that of an integer (True) or must not be (False)."""

    def at_least(self, bound: Exact, exclusive: bool) -> None:
        """Raise the lower end."""
        low = self.low
        if low is None or bound > low or (bound == low and exclusive):
            self.low, self.low_open = bound, exclusive

    def at_most(self, bound: Exact, exclusive: bool) -> None:
        """Lower the upper end."""
        high = self.high
        if high is None or bound < high or (bound == high and exclusive):
            self.high, self.high_open = bound, exclusive

    def multiple(self, step: Exact) -> None:
        """Require a further divisor."""
        self.step = step if self.step is None else common_multiple(self.step, step)

    def holds(self, number: Exact) -> bool:
        """Membership."""
        if self.low is not None and (number < self.low or (self.low_open and number == self.low)):
            return False
        if self.high is not None and (
            number > self.high or (self.high_open and number == self.high)
        ):
            return False
        if self.step is not None and number % self.step != 0:
            return False
        if any(number % step == 0 for step in self.avoid):
            return False
        return number not in self.excluded

    def plainly(self, number: Exact) -> bool:
        """Whether who divides doubles sees the same multiples: 2.4 is none of 0.1 there."""
        for step in self.fractions:
            try:
                quotient = float(number) / float(step)
            except (OverflowError, ZeroDivisionError):
                return False
            if quotient.is_integer() != (number % step == 0):
                return False
        return True


_MOST_DISPUTED = 64
"""Numbers passed over in search of one that doubles judge alike."""


def common_multiple(one: Exact, other: Exact) -> Exact:
    """The least common multiple of two positive rationals."""
    a, b = Fraction(one), Fraction(other)
    found = Fraction(lcm(a.numerator, b.numerator), gcd(a.denominator, b.denominator))
    return found.numerator if found.denominator == 1 else found


def gather(signed: list[tuple[Node, bool]]) -> Numbers:
    """The set that the literals of a branch describe."""
    found = Numbers()
    for node, positive in signed:
        op, args = node.op, node.args
        if op is Op.MIN:
            (found.at_least if positive else found.at_most)(args[0], args[1] == positive)
        elif op is Op.MAX:
            (found.at_most if positive else found.at_least)(args[0], args[1] == positive)
        elif op is Op.MULTIPLE or op is Op.INTEGER:
            step = args[0] if args else 1
            if isinstance(step, Fraction):
                found.fractions.append(step)
            if positive:
                found.multiple(step)
            else:
                found.avoid.append(step)
        elif op is Op.WRITTEN_INTEGER:
            if positive:
                found.multiple(1)
            found.written_whole = positive
        elif op is Op.ENUM and not positive:
            found.excluded |= node.args[0]
    return found


def decide(solver: Solver, signed: list[tuple[Node, bool]]) -> Result:
    """A number for which the literals hold."""
    numbers = gather(signed)
    if _is_void(numbers):
        return EMPTY
    fallback: int | None = None
    disputed: list[Exact] = []
    for count, number in enumerate(chain(_undisputed(numbers), _candidates(numbers))):
        if count % 64 == 0:
            solver.step()
        if count > _MOST_TRIED:
            return because("multipleOf", "too many numbers to try")
        if not numbers.holds(number):
            continue
        if numbers.written_whole is not False or not isinstance(number, int):
            if len(disputed) < _MOST_DISPUTED and not numbers.plainly(number):
                disputed.append(number)
                continue
            return _found(disputed[0] if len(disputed) == _MOST_DISPUTED else number)
        fallback = number if fallback is None else fallback
        if count > 200:
            break
    if disputed:
        return _found(disputed[0])
    if fallback is not None and numbers.written_whole is False:
        return Found(float(fallback)) if abs(fallback) < 2**53 else because("type", "1.0 form")
    return EMPTY


def _found(number: Exact) -> Result:
    try:
        return Found(plain(number))
    except NumberOutOfRange:
        return because("multipleOf", "only numbers without a finite decimal form are left")


def _is_void(numbers: Numbers) -> bool:
    low, high = numbers.low, numbers.high
    if low is not None and high is not None and high <= low:
        return high < low or numbers.low_open or numbers.high_open
    step = numbers.step
    return step is not None and any(step % avoided == 0 for avoided in numbers.avoid)


def _undisputed(numbers: Numbers) -> Iterator[Exact]:
    """Far from bounds that a double cannot hold: validators round those differently."""
    low, high, step = numbers.low, numbers.high, numbers.step or 1
    if low is not None and low > _LAST_EXACT:
        yield plain_multiple(ceil(Fraction(2 * low) / step), step)
    if high is not None and high < -_LAST_EXACT:
        yield plain_multiple(floor(Fraction(2 * high) / step), step)
    if (low is not None and low < -_LAST_EXACT) or (high is not None and high > _LAST_EXACT):
        yield from (0, step, -step)


def plain_multiple(index: int, step: Exact) -> Exact:
    """So many times the step, whole numbers as integers."""
    value = index * step
    return value if isinstance(value, int) or value.denominator != 1 else value.numerator


def _candidates(numbers: Numbers) -> Iterator[Exact]:
    """Numbers of the interval, readable ones first; all of them if there is a step."""
    if numbers.step is not None:
        yield from _multiples(numbers, numbers.step)
        return
    low, high = numbers.low, numbers.high
    if low is not None and low == high:
        yield low
        return
    for digits in range(60):
        yield from _limited(_multiples(numbers, _tenth(digits)), 12)
    if low is not None and high is not None:
        for part in range(2, 4_000):
            yield Fraction(low) + Fraction(high - low) / part
    base = low if low is not None else (high if high is not None else 0)
    sign = -1 if low is None and high is not None else 1
    for part in range(2, 4_000):
        yield Fraction(base) + sign * Fraction(1, part)


def _tenth(digits: int) -> Exact:
    return 1 if digits == 0 else Fraction(1, 10**digits)


def _limited(numbers: Iterator[Exact], most: int) -> Iterator[Exact]:
    for _, number in zip(range(most), numbers, strict=False):
        yield number


def _multiples(numbers: Numbers, step: Exact) -> Iterator[Exact]:
    """The multiples of ``step`` in the interval, from its lower end or from zero."""
    low, high = numbers.low, numbers.high
    first = None if low is None else ceil(Fraction(low) / step)
    last = None if high is None else floor(Fraction(high) / step)
    if first is not None and (last is None or abs(first) <= abs(last) or first >= 0):
        index, towards = first, 1
    elif last is not None:
        index, towards = last, -1
    else:
        index, towards = 0, 0
    while (first is None or index >= first) and (last is None or index <= last):
        yield plain_multiple(index, step)
        if towards:
            index += towards
        else:
            index = -index if index > 0 else 1 - index
