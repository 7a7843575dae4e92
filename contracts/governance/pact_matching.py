"""Matching rules of a Pact body as a JSON Schema: what the consumer's reader accepts.

A rule stands at a path of the body; the nearest one counts (Pact specification, "matching
rules", path weighting), and ``type`` reaches down to what has no rule of its own. A place
without any rule is read by the type of its example. How many items a list has is a matter of
the provider's state and not of its contract, so ``min`` and ``max`` bound nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from contracts.lean_dataclasses import dataclass
from contracts.verdict import Json

_STEP = re.compile(
    r"""\.(?P<name>[^.\[\]'"]+)|\['(?P<one>[^']*)'\]|\["(?P<two>[^"]*)"\]|\[(?P<at>\d+|\*)\]"""
)
_SPECIAL = re.compile(r"([\\^$.|?*+()\[\]{}/])")
_PLAIN = frozenset({"type", "min", "max", "contentType", "semver", "time", "statusCode"})
_DATES = {"date": {"yyyy-MM-dd": "date"}}

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """Matchers by the path they stand at, ``*`` for any name or index."""

    at: tuple[tuple[Path, tuple[Mapping[str, Any], ...], bool], ...] = ()
    """Path, matchers, and whether one of them is enough."""

    @classmethod
    def of(cls, stated: object, part: str) -> Rules:
        """The rules of one part (``body``) of a request, response or message.

        Raises:
            ValueError, TypeError: a path or a rule that no specification knows.
        """
        if stated is None:
            return cls()
        if not isinstance(stated, Mapping):
            raise TypeError("its matchingRules must be an object")
        if any(str(key).startswith("$") for key in stated):  # version 2: one flat object
            found = [
                (path[1:], (rule,), False)
                for text, rule in stated.items()
                if (path := _path(text)) and path[0] == part
            ]
        else:
            found = []
            for text, rule in (stated.get(part) or {}).items():
                matchers = tuple(rule.get("matchers", ())) if isinstance(rule, Mapping) else ()
                found.append((_path(text), matchers, rule.get("combine") == "OR"))
        for _, matchers, _ in found:
            if not all(isinstance(matcher, Mapping) for matcher in matchers):
                raise TypeError("each matcher must be an object")
        return cls(tuple(found))

    def for_(self, path: Path) -> tuple[tuple[Mapping[str, Any], ...], bool, bool]:
        """The matchers that count at a path, whether one is enough, and whether they stand there.

        Only ``type`` and ``equality`` of something above reach down.
        """
        best: tuple[int, int] = (-1, -1)
        found: tuple[tuple[Mapping[str, Any], ...], bool, bool] = ((), False, False)
        for stated, matchers, either in self.at:
            exact = len(stated) == len(path)
            reaches = exact or any(_kind(m) in {"type", "equality"} for m in matchers)
            if len(stated) > len(path) or not reaches or not _fits(stated, path):
                continue
            weight = (len(stated), sum(step != "*" for step in stated))
            if weight > best:
                best, found = weight, (matchers, either, exact)
        return found


def reader_schema(example: Json, rules: Rules) -> Json:
    """What a reader accepts that was tested with ``example`` under ``rules``.

    Raises:
        ValueError: a matcher that no Pact specification knows.
    """
    return _schema(example, rules, ())


def _schema(value: Json, rules: Rules, path: Path) -> Json:
    matchers, either, exact = rules.for_(path)
    if not exact:
        matchers = tuple(m for m in matchers if _kind(m) in {"type", "equality"})
    found = [_matched(matcher, value, rules, path) for matcher in matchers]
    parts = [part for at, part in enumerate(found) if part not in found[:at]]
    if not parts:
        return _by_type(value, rules, path)
    if len(parts) == 1:
        return parts[0]
    return {"anyOf" if either else "allOf": parts}


def _kind(matcher: Mapping[str, Any]) -> str:
    """The matcher's name; version 2 leaves it out where other members tell."""
    named = matcher.get("match")
    if named is None:
        return "regex" if "regex" in matcher else "type"
    return str(named)


def _matched(matcher: Mapping[str, Any], value: Json, rules: Rules, path: Path) -> Json:
    kind = _kind(matcher)
    if kind in _PLAIN:
        return _by_type(value, rules, path)
    if kind == "equality":
        return {"const": value}
    if kind == "regex":
        pattern = matcher.get("regex", "")
        return (
            {"type": "string", "pattern": f"^(?:{pattern})$"}
            if isinstance(value, str)
            else _by_type(value, rules, path)
        )
    if kind == "include":
        return {"type": "string", "pattern": _SPECIAL.sub(r"\\\1", str(matcher.get("value", "")))}
    if kind in {"integer", "number", "boolean", "null"}:
        return {"type": kind}
    if kind == "decimal":
        return {"type": "number"}
    if kind in {"date", "timestamp", "datetime"}:
        stated = matcher.get("format", matcher.get(kind))
        format_ = _DATES.get(kind, {}).get(str(stated))
        return {"type": "string", "format": format_} if format_ else {"type": "string"}
    if kind == "notEmpty":
        if isinstance(value, str):
            return {"type": "string", "minLength": 1}
        return {"type": "array" if isinstance(value, list) else "object"}
    if kind == "arrayContains":
        return {"type": "array"}
    if kind in {"values", "eachValue", "eachKey"}:
        return _map(value, rules, path)
    raise ValueError(f"uses the matcher {kind[:40]!r}, which no Pact specification names")


def _by_type(value: Json, rules: Rules, path: Path) -> Json:
    if isinstance(value, dict):
        properties = {name: _schema(item, rules, (*path, name)) for name, item in value.items()}
        return {"type": "object", "required": sorted(value), "properties": properties}
    if isinstance(value, list):
        items = [_schema(item, rules, (*path, str(at))) for at, item in enumerate(value)]
        kinds = [item for at, item in enumerate(items) if item not in items[:at]]
        if not kinds:
            return {"type": "array"}
        return {"type": "array", "items": kinds[0] if len(kinds) == 1 else {"anyOf": kinds}}
    if isinstance(value, bool):
        return {"type": "boolean"}
    if value is None:
        return {"type": "null"}
    return {"type": "string" if isinstance(value, str) else "number"}


def _map(value: Json, rules: Rules, path: Path) -> Json:
    """An object whose keys mean nothing: every value is read like the first example."""
    if not isinstance(value, dict):
        return _by_type(value, rules, path)
    first = next(iter(value.items()), None)
    if first is None:
        return {"type": "object"}
    return {"type": "object", "additionalProperties": _schema(first[1], rules, (*path, first[0]))}


def _path(text: object) -> Path:
    """``$.items[*].id`` as steps.

    Raises:
        ValueError: not such a path.
    """
    if not isinstance(text, str) or not text.startswith("$") or len(text) > 2_000:
        raise ValueError(f"has a matching rule at {str(text)[:60]!r}, which is no path from $")
    steps, at = [], 1
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None:
            raise ValueError(f"has a matching rule at {text[:60]!r}, which is no path from $")
        steps.append(next(part for part in found.groups() if part is not None))
        at = found.end()
    return tuple(steps)


def _fits(stated: Sequence[str], path: Sequence[str]) -> bool:
    return all(one in {"*", other} for one, other in zip(stated, path, strict=False))
