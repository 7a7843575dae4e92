"""A document with faults is tested as far as it goes: what is broken is told and left out.

The generator gives up on a whole document for one malformed operation, and on an operation for one
path parameter that nobody declared. Everything left out or filled in here becomes a problem with
its place, and no operation suffers for another one.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from conformance.http.operations import METHODS, at, escape, follow
from contracts.verdict import Json

_TEMPLATE = re.compile(r"\{([^{}/]+)\}")
_MOST = 50
_PARTS = {"parameters": "parameter", "responses": "answer", "headers": "header"}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the document that keeps it from being tested as a whole.

    ``unchecked``: a promise was left out; otherwise something was filled in and all is checked.
    """

    pointer: str
    message: str
    unchecked: bool = True
    operation: str | None = None


def sound(document: Mapping[str, Json]) -> tuple[dict[str, Json], tuple[Problem, ...]]:
    """The document as it can be tested, and what was wrong with it (50 problems at most)."""
    mended: dict[str, Json] = dict(document)
    mended["paths"] = _paths(document)
    problems = list(_components(document, mended))
    problems += [*_operations(document, mended), *_references(document, mended)]
    return mended, tuple(problems[:_MOST])


def _paths(document: Mapping[str, Json]) -> dict[str, Json]:
    paths = document.get("paths")
    if not isinstance(paths, Mapping):
        return {}
    return {str(p): item for p, item in paths.items() if isinstance(item, Mapping)}


def _components(document: Mapping[str, Json], mended: dict[str, Json]) -> Iterator[Problem]:
    if "components" not in document:
        return
    components = document["components"]
    if not isinstance(components, Mapping):
        del mended["components"]
        yield Problem("/components", "components is not an object; it was left out")
        return
    mended["components"] = kept = dict(components)
    for kind, named in components.items():
        if not isinstance(named, Mapping) and not str(kind).startswith("x-"):
            del kept[kind]
            yield Problem(f"/components/{escape(str(kind))}", f"{kind} is not an object; left out")


def _operations(document: Mapping[str, Json], mended: dict[str, Json]) -> Iterator[Problem]:
    original = document.get("paths")
    for path in original if isinstance(original, Mapping) else ():
        pointer = f"/paths/{escape(str(path))}"
        item = mended["paths"].get(str(path))
        if item is None:
            yield Problem(pointer, f"{path!r} has no operations; it was left out")
        elif not str(path).startswith("/"):
            del mended["paths"][str(path)]
            yield Problem(pointer, f"the path {path!r} does not begin with '/'; it was left out")
        else:
            kept = yield from _item(document, str(path), pointer)
            if kept is not None:
                mended["paths"][str(path)] = kept


def _item(
    document: Mapping[str, Json], path: str, pointer: str
) -> Generator[Problem, None, dict[str, Json] | None]:
    """The path item without what is no operation, with the path parameters nobody declared.

    None where there is nothing to mend.
    """
    whole, base = follow(document, pointer)
    if not isinstance(whole, Mapping):
        yield Problem(pointer, f"the reference of {path!r} leads nowhere; it was left out")
        return {}
    kept = dict(whole)
    for method in METHODS:
        if method not in kept:
            continue
        label = f"{method.upper()} {path}"
        operation = kept[method]
        if not isinstance(operation, Mapping):
            del kept[method]
            yield Problem(f"{base}/{method}", f"{label} is not an object; it was left out")
            continue
        operation = dict(operation)
        if not isinstance(operation.get("responses"), Mapping):
            operation["responses"] = {"default": {"description": ""}}
            yield Problem(f"{base}/{method}", f"{label} declares no answers", operation=label)
        listed = operation.get("parameters")
        if listed is not None:
            operation["parameters"] = kept_ones = [p for p in _list(listed) if _is_parameter(p)]
            if kept_ones != listed:
                yield Problem(
                    f"{base}/{method}/parameters",
                    f"{label} has parameters without name or place; they were left out",
                    operation=label,
                )
        undeclared = _undeclared(document, path, base, method)
        if undeclared:
            operation["parameters"] = [
                *operation.get("parameters", ()),
                *(_text_parameter(name) for name in undeclared),
            ]
            names = ", ".join(undeclared)
            yield Problem(
                f"{base}/{method}",
                f"{label} does not declare its path parameter {names}; tested with any text",
                unchecked=False,
                operation=label,
            )
        kept[method] = operation
    return None if kept == whole else kept


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _is_parameter(value: Json) -> bool:
    if not isinstance(value, Mapping):
        return False
    return "$ref" in value or (isinstance(value.get("name"), str) and "in" in value)


def _text_parameter(name: str) -> dict[str, Json]:
    schema = {"type": "string", "minLength": 1}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _undeclared(document: Mapping[str, Json], path: str, base: str, method: str) -> tuple[str, ...]:
    declared: set[str] = set()
    for place in (f"{base}/parameters", f"{base}/{method}/parameters"):
        listed = at(document, place)
        for index in range(len(listed) if isinstance(listed, list) else 0):
            value, _ = follow(document, f"{place}/{index}")
            if isinstance(value, Mapping) and value.get("in") == "path":
                declared.add(str(value.get("name")))
    return tuple(n for n in dict.fromkeys(_TEMPLATE.findall(path)) if n not in declared)


def _references(document: Mapping[str, Json], mended: dict[str, Json]) -> list[Problem]:
    """Take every ``$ref`` to nowhere out of ``mended``, in place."""
    found: list[Problem] = []
    gone: dict[str, bool] = {}

    def broken(ref: str) -> bool:
        if ref not in gone:
            value = follow(document, unquote(ref[1:]))[0] if ref.startswith("#") else {}
            dead = value is None
            loops = isinstance(value, Mapping) and str(value.get("$ref", "")).startswith("#")
            gone[ref] = dead or loops
        return gone[ref]

    if not any(broken(r) for r in set(_refs(mended))):
        return []
    copied = copy.deepcopy(mended)
    _take_out(copied, "", broken, found)
    mended.clear()
    mended.update(copied)
    return found


def _refs(document: Json) -> Iterator[str]:
    stack = [document]
    while stack:
        value = stack.pop()
        if isinstance(value, Mapping):
            ref = value.get("$ref")
            if isinstance(ref, str):
                yield ref
            stack.extend(value.values())
        elif isinstance(value, list):
            stack.extend(value)


def _take_out(root: Any, pointer: str, broken: Any, found: list[Problem]) -> None:
    stack: list[tuple[Any, str, str]] = [(root, pointer, "")]
    while stack:
        value, here, holder = stack.pop()
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for name, member in list(members):
            if not isinstance(member, dict | list):
                continue
            place = f"{here}/{escape(str(name))}"
            ref = member.get("$ref") if isinstance(member, dict) else None
            if not isinstance(ref, str) or not broken(ref):
                stack.append((member, place, str(name)))
                continue
            what = _PARTS.get(holder, "schema")
            left = "was left out" if what in {"parameter", "header"} else "is open"
            found.append(Problem(place, f"the reference {ref!r} leads nowhere; the {what} {left}"))
            value[name] = _open(what, ref)
        if isinstance(value, list):
            value[:] = [m for m in value if m != _GONE]
        elif isinstance(value, dict) and holder == "headers":
            for name in [n for n, m in value.items() if m == _GONE]:
                del value[name]


_GONE = {"x-interlock-left-out": True}


def _open(what: str, ref: str) -> dict[str, Json]:
    if what in {"parameter", "header"}:
        return dict(_GONE)
    return {"description": ref} if what == "answer" else {}
