"""The judges of every witness: jsonschema-rs first, then jsonschema; both must agree.

Where the schema has only everyday keywords, :mod:`contracts.schema.everyday` answers for
jsonschema, whose import costs more than a small comparison.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import localcontext
from typing import Any, NoReturn

import orjson

from contracts.late_patterns import late
from contracts.schema.dialects import Dialect
from contracts.schema.everyday import Everyday
from contracts.schema.everyday_assertions import Laborious, NotEveryday
from contracts.schema.locations import Location
from contracts.schema.member_texts import Untranslatable
from contracts.schema.options import Side
from contracts.schema.references import Sources
from contracts.schema.translate import Translator
from contracts.schema.validator_forms import (
    divides_by_fractions,
    has_decimal,
    has_wide,
    in_decimals,
    with_patterns,
)
from contracts.verdict import Json

_CLASSES = {
    Dialect.DRAFT4: "Draft4Validator",
    Dialect.DRAFT6: "Draft6Validator",
    Dialect.DRAFT7: "Draft7Validator",
    Dialect.DRAFT201909: "Draft201909Validator",
}
"""What both libraries call their validators; of all other dialects that of 2020-12."""

_FAILURES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""How jsonschema fails on schemas that it does not expect."""

SECONDS = 2.0
"""Processor time that both validators may take for one value."""


class Unverifiable(Exception):
    """The validators cannot take the schema; the message says why."""


class Unread(Unverifiable):
    """Whether the value fits depends on a part that nobody can read."""

    def __init__(self, keyword: str, writer: bool, why: Unverifiable) -> None:
        side = "writer" if writer else "reader"
        super().__init__(f"the {side}'s schema cannot be read there: {why}")
        self.keyword = keyword


class TooMuch(Unverifiable):
    """The validators would need too long, whatever form the schema is given."""


class Judge:
    """Both validators for one schema as one side reads it."""

    def __init__(self, schema: Json, dialect: Dialect, *, formats: bool) -> None:
        self.schema = schema
        self.dialect = dialect
        self._formats = formats
        self._fast: Any = None
        self._slow: Any = None
        self._patterns: frozenset[str] | None = None
        self._fractions: bool | None = None
        self._text: bytes | None = None
        """The schema as it is written; None where nobody would ask about it again."""
        self.for_one_value = False
        """Whether another value with the same members needs another judge."""
        self.unread = ""
        """A keyword that was left out since nobody can read it."""

    @classmethod
    def of(cls, at: Location, side: Side, sources: Sources, value: Json) -> Judge:
        """The validators for one value of a schema.

        Raises:
            Unverifiable: the schema has no form that they take.
        """
        return cls._translated(Translator(sources, side, value), at, side)

    @classmethod
    def of_readable(cls, at: Location, side: Side, sources: Sources, value: Json) -> Judge:
        """The validators for what a schema says whatever its unreadable parts mean.

        That they accept for the writer, or reject for the reader, holds of the schema itself; the
        contrary does not.

        Raises:
            Unverifiable: the schema has no such form.
        """
        from contracts.schema.partial import PartialTranslator

        texts = frozenset(_texts(value))
        translator = PartialTranslator(sources, side, value, texts)
        judge = cls._translated(translator, at, side)
        judge.unread = translator.unread
        return judge

    @classmethod
    def _translated(cls, translator: Translator, at: Location, side: Side) -> Judge:
        try:
            schema = translator.translate(at)
        except (Untranslatable, LookupError, TypeError, AttributeError) as error:
            raise Unverifiable(str(error)) from None
        judge = cls(schema, Dialect.DRAFT202012, formats=side.asserts_format)
        judge.for_one_value = translator.looked_at_values
        judge._text = b""
        return judge

    def question(self, value: Json) -> _Question | None:
        """The same for the same schema and value; None if they are large, or no JSON."""
        if self._text is None:
            return None
        try:
            asked = orjson.dumps(value)
            self._text = self._text or orjson.dumps(self.schema)
        except TypeError:
            self._text = None
            return None
        if len(self._text) > _MOST_ASKED:
            self._text = None
            return None
        return (self._text, asked, self._formats) if len(asked) <= _MOST_ASKED else None

    def accepts(self, value: Json) -> bool | None:
        """Whether both validators accept (True), both reject (False), or they disagree.

        Raises:
            Unverifiable: jsonschema would try one of the patterns for too long.
        """
        self._refuse_long_searches(value)
        slow = self._slow_answer(value)  # first: it can be stopped
        return slow if slow == self._fast_answer(value) else None

    def _refuse_long_searches(self, value: Json) -> None:
        if self._patterns is None:
            self._patterns = frozenset(_patterns(self.schema))
        if not self._patterns:
            return
        from contracts.schema.regular.backtracking import takes_long

        for text in set(_texts(value)):
            for pattern in self._patterns:
                if takes_long(pattern, text):
                    shown = pattern if len(pattern) <= 60 else f"{pattern[:60]}…"
                    raise Unverifiable(f"a validator would backtrack on {shown!r} for too long")

    def _fast_answer(self, value: Json) -> bool:
        if self._is_exact(value):
            return bool(self._fast_for(in_decimals(self.schema)).is_valid(value))
        return bool(self.fast.is_valid(value))

    def _slow_answer(self, value: Json) -> bool:
        if self._is_exact(value):
            with localcontext(prec=_DIGITS):
                return bool(self._slow_for(in_decimals(self.schema)).is_valid(value))
        try:
            return self._everyday().accepts(value)
        except NotEveryday:
            return bool(self.slow.is_valid(value))
        except Laborious:
            raise TooMuch("the schema asks for its parts too many times") from None

    def _is_exact(self, value: Json) -> bool:
        """Whether both must compute with what is written: doubles would not tell them apart."""
        if has_decimal(value):
            return True
        if not has_wide(value):
            return False
        if self._fractions is None:
            self._fractions = divides_by_fractions(self.schema)
        return self._fractions

    def _everyday(self) -> Everyday:
        return Everyday(self.schema, self.dialect, formats=self._formats)

    def complaint(self, value: Json, at: Sequence[str | int], keyword: str) -> str | None:
        """jsonschema's complaint about that place and keyword, or else its best one."""
        if self._is_exact(value):
            return self._fast_complaint(value)
        try:
            return self._everyday().complaint(value, at, keyword)
        except Laborious:
            return None
        except (NotEveryday, RecursionError, re.error):
            return self._slow_complaint(value, at, keyword)

    def _slow_complaint(self, value: Json, at: Sequence[str | int], keyword: str) -> str | None:
        from jsonschema.exceptions import UnknownType, best_match
        from referencing.exceptions import Unresolvable

        try:
            errors = list(self.slow.iter_errors(value))
        except (*_FAILURES, RecursionError, re.error, UnknownType, Unresolvable):
            errors = []  # it stumbles over what it need not look at to reject
        if not errors:
            return self._fast_complaint(value)
        here = [e for e in _with_context(errors) if list(e.absolute_path) == list(at)]
        same = [e for e in here if e.validator == keyword]
        error: Any = best_match(same or here or errors)
        return str(error.message)

    def _fast_complaint(self, value: Json) -> str | None:
        exact = self._is_exact(value)
        judge = self._fast_for(in_decimals(self.schema)) if exact else self.fast
        error = next(iter(judge.iter_errors(value)), None)
        return None if error is None else str(error.message)

    @property
    def fast(self) -> Any:
        """The compiled validator of jsonschema-rs."""
        if self._fast is None:
            self._fast = self._fast_for(self.schema)
        return self._fast

    def _fast_for(self, schema: Json) -> Any:
        import jsonschema_rs

        chosen = getattr(jsonschema_rs, _CLASSES.get(self.dialect, "Draft202012Validator"))
        if any(r"\k<" in pattern for pattern in self._patterns or ()):  # it knows numbers only
            from contracts.schema.regular import without_names

            schema = with_patterns(schema, without_names)
        try:
            return chosen(schema, validate_formats=self._formats, offline=True)
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            raise Unverifiable(str(error).splitlines()[0]) from None

    @property
    def slow(self) -> Any:
        """The validator of jsonschema."""
        if self._slow is None:
            self._slow = self._slow_for(self.schema)
        return self._slow

    def _slow_for(self, schema: Json) -> Any:
        import jsonschema
        from jsonschema_specifications import REGISTRY

        from contracts.schema.regular import for_python

        chosen = getattr(jsonschema, _CLASSES.get(self.dialect, "Draft202012Validator"))
        checker = chosen.FORMAT_CHECKER if self._formats else None
        schema = with_patterns(schema, for_python)
        return chosen(schema, registry=REGISTRY, format_checker=checker)


_DIGITS = 11_000
"""More than a number of ten to the ±5,000 has."""


def _patterns(schema: Json) -> Iterator[str]:
    """Every pattern in a schema that is not steady."""
    waiting = [schema]
    for part in waiting:  # grows while it is read
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            waiting += part.values()
            one, several = part.get("pattern"), part.get("patternProperties")
            if isinstance(one, str) and not _STEADY.fullmatch(one):
                yield one
            if isinstance(several, dict):
                yield from (name for name in several if not _STEADY.fullmatch(name))


_STEADY = late(r"(?!.*\\k<)[^*+?{]*(?:\{\d+\}[^*+?{]*)*", re.DOTALL)
"""Patterns in which nothing may be repeated more or less often, and no group is named again."""


def _texts(value: Json) -> Iterator[str]:
    """Every string in a value, names of members included."""
    waiting = [value]
    for part in waiting:  # grows while it is read
        if isinstance(part, str):
            yield part
        elif isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            yield from part
            waiting += part.values()


def _with_context(errors: Iterable[Any]) -> Iterator[Any]:
    """Errors and, for those of a combinator, the errors of its branches."""
    for error in errors:
        yield error
        yield from _with_context(error.context or ())


@contextmanager
def _limited() -> Iterator[None]:
    """Interrupt a validator that takes hours for a reason nobody foresaw; main thread only."""
    import signal

    alarm = getattr(signal, "SIGVTALRM", None)  # Windows has none
    threading = sys.modules.get("threading")  # without it there is one thread
    main = threading is None or threading.current_thread() is threading.main_thread()
    if alarm is None or not main:
        yield
        return

    def interrupt(_signal: int, _frame: object) -> NoReturn:
        raise TooMuch(f"it takes a validator more than {SECONDS:.0f} seconds")

    before = signal.signal(alarm, interrupt)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(alarm, before)


def _unresolvable() -> tuple[type[Exception], ...]:
    """What validators raise for types that there are not, and for references to nowhere or in
    circles; imported if one fails.
    """
    import jsonschema_rs
    from jsonschema.exceptions import UnknownType
    from referencing.exceptions import Unresolvable

    return RecursionError, UnknownType, Unresolvable, jsonschema_rs.ReferencingError


def _said(error: Exception) -> str:
    """Why a validator gave up, without its own names."""
    unknown = getattr(error, "type", None)  # jsonschema's UnknownType
    if isinstance(unknown, str):
        return f"there is no type {unknown!r}"
    if isinstance(error, RecursionError):
        return "it refers to itself without end"
    ref = getattr(error, "ref", None)  # of referencing's exceptions
    return f"{ref!r} leads nowhere" if isinstance(ref, str) else str(error).partition("\n")[0]


def judged(judge: Judge, value: Json) -> bool | None:
    """What the validators say; None where they disagree or cannot say.

    Raises:
        Unverifiable: they cannot take the schema.
    """
    question = judge.question(value)
    if question in _ANSWERS:
        return _ANSWERS[question]
    try:
        with _limited():
            answer = judge.accepts(value)
    except _unresolvable() as error:
        raise Unverifiable(_said(error)) from None
    except re.error as error:
        raise Unverifiable(f"jsonschema cannot use the pattern: {error}") from None
    except _FAILURES:
        raise Unverifiable("no validator can use what it says") from None
    if question is not None:
        if len(_ANSWERS) >= _MOST_ANSWERS:
            _ANSWERS.clear()
        _ANSWERS[question] = answer
    return answer


_Question = tuple[bytes, bytes, bool]
_ANSWERS: dict[_Question | None, bool | None] = {}
"""What was said of small values and schemas: where many change alike, one is asked about often."""
_MOST_ANSWERS = 4_096
_MOST_ASKED = 1_024
"""Characters of such a schema, and of such a value."""
