"""Probable moves: an operation that went and one like it that came are one cause.

To be told where an operation went is to know the mend. Verdicts are not touched: the removal
stays and gets a hint, the addition goes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from contracts.compatibility.findings import Cause
from contracts.compatibility.renames import ALIKE, similarity
from contracts.formats.contract import Element
from contracts.formats.templates import template_key
from contracts.late_patterns import late
from contracts.lean_dataclasses import replace

ADVICE = "Answer at the old address too, or redirect from it with 308, for one notice period."

_VERSION = late(r"v\d+(\.\d+)*((alpha|beta|rc)\d*)?")
"""A segment of a path that names a version: `v2`, `v1beta3`."""


def with_moves(causes: Sequence[Cause], offered: Element) -> list[Cause]:
    """The causes, a removal and an addition that are probably one operation made one.

    ``offered``: the new version, whose operations that take the place of removed ones in another
    version of the same path are named as well.
    """
    came: dict[tuple[str, str], list[Cause]] = {}
    for cause in causes:
        if cause.finding.rule == "operation-added" and cause.reaches:
            for sign in _signs(cause.reaches[0].element, came=True):
                came.setdefault(sign, []).append(cause)
    successor: dict[int, Element] = {}
    taken: set[int] = set()
    for cause in causes if came else ():
        if cause.finding.rule == "operation-removed" and cause.reaches:
            other = _successor(cause.reaches[0].element, came, taken)
            if other is not None:
                taken.add(id(other))
                successor[id(cause)] = other.reaches[0].element
    left = [cause for cause in causes if id(cause) not in taken]
    gone = [c for c in left if c.finding.rule == "operation-removed" and c.reaches]
    versions = _versions(offered, gone) if len(gone) > len(successor) else {}
    for cause in gone:
        others = versions.get(_unversioned(cause.reaches[0].element), [])
        if id(cause) not in successor and len(others) == 1:
            successor[id(cause)] = others[0]
    return [
        _moved(cause, successor[id(cause)]) if id(cause) in successor else cause for cause in left
    ]


def _versions(offered: Element, gone: Sequence[Cause]) -> dict[tuple[str, str], list[Element]]:
    """Operations by what they are apart from the version in their path; those like removed ones."""
    paths = {_unversioned_path(str(cause.reaches[0].element.facts["path"])) for cause in gone}
    table: dict[tuple[str, str], list[Element]] = {}
    for part in offered.parts:
        if part.kind == "operation" and _unversioned_path(part.name) in paths:
            for operation in offered.grown(part):
                table.setdefault(_unversioned(operation), []).append(operation)
    return table


def _unversioned(operation: Element) -> tuple[str, str]:
    return str(operation.facts["method"]), _unversioned_path(str(operation.facts["path"]))


def _unversioned_path(path: str) -> str:
    segments = template_key(path).split("/")
    return "/".join([segment for segment in segments if not _VERSION.fullmatch(segment)])


def _moved(cause: Cause, to: Element) -> Cause:
    message = f"{cause.finding.message} (probably moved to {to.label})"
    finding = replace(cause.finding, message=message, advice=ADVICE)
    return Cause(finding, cause.reaches, cause.labels)


def _successor(
    gone: Element, came: dict[tuple[str, str], list[Cause]], taken: set[int]
) -> Cause | None:
    """The one operation that came with the strongest sign in common; None if there are several."""
    for sign in _signs(gone, came=False):
        found = [cause for cause in came.get(sign, ()) if id(cause) not in taken]
        if sign[0].endswith(_EQUAL):
            found = [cause for cause in found if _is_near(gone, cause.reaches[0].element)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _signs(operation: Element, *, came: bool) -> Iterator[tuple[str, str]]:
    """By what an operation is known again, the strongest sign first."""
    method, path = str(operation.facts["method"]), template_key(str(operation.facts["path"]))
    name = operation.facts.get("operationId")
    if name:
        yield f"{method} operationId", str(name)
    segments = path.strip("/").split("/")
    ways = {
        "apart from versions": [s for s in segments if not _VERSION.fullmatch(s)],
        "below a new prefix": segments[1:] if came else segments,
        "without a prefix": segments if came else segments[1:],
    }
    for way, kept in ways.items():
        if any(not segment.startswith("{") for segment in kept):
            yield f"{method} {way}", "/".join(kept)
    said = _said(operation)
    if said:
        yield f"{method} {_EQUAL}", said


_EQUAL = "equal"
"""The weakest sign: it takes and gives the same; the path must be like the old one."""


_PAYLOADS = frozenset({"content", "schema", "$ref"})


def _is_near(old: Element, new: Element) -> bool:
    """Whether two paths are alike, and what they name last as well."""
    paths = [str(operation.facts["path"]) for operation in (old, new)]
    last = [[s for s in path.split("/") if s and not s.startswith("{")][-1:] for path in paths]
    return similarity(*paths) >= ALIKE and similarity("".join(last[0]), "".join(last[1])) >= ALIKE


def _said(operation: Element) -> str:
    """What an operation takes (apart from its path) and gives; empty where that is nothing."""
    node = operation.document.find(operation.pointer)
    if not isinstance(node, dict):
        return ""
    responses, parameters = node.get("responses"), node.get("parameters")
    answers = responses.items() if isinstance(responses, dict) else ()
    if not any(
        str(status).startswith("2") and isinstance(told, dict) and told.keys() & _PAYLOADS
        for status, told in answers
    ):
        return ""
    asked = parameters if isinstance(parameters, list) else []
    others = [one for one in asked if not (isinstance(one, dict) and one.get("in") == "path")]
    return json.dumps([others, node.get("requestBody"), responses], sort_keys=True, default=str)
