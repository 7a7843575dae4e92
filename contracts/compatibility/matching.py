"""Which siblings are the same piece: by key, except where one may speak for several.

A media range speaks for the types in it (RFC 9110 section 12.5.1), a status range and
``default`` for the codes without an entry of their own (OpenAPI 3.1.1 section 4.8.16).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module

from contracts.formats.contract import Element
from contracts.formats.templates import is_success, media_type_covers, status_covers, template_key

Match = tuple[Element | None, Element | None]
Matcher = Callable[[Mapping[str, Element], Mapping[str, Element]], Iterator[Match]]
Covers = Callable[[str, str], bool]


def by_key(old: Mapping[str, Element], new: Mapping[str, Element]) -> Iterator[Match]:
    """One to one."""
    for key, element in old.items():
        yield element, new.get(key)
    for key, element in new.items():
        if key not in old:
            yield None, element


def by_scheme(old: Mapping[str, Element], new: Mapping[str, Element]) -> Iterator[Match]:
    """Security schemes by what they are; what is left by name where it is the same request."""
    pairs = list(by_key(old, new))
    left = {after.facts.get("name"): after for before, after in pairs if after and not before}
    taken: set[int] = set()
    for before, after in pairs:
        if before is not None and after is None:
            heir = left.get(before.facts.get("name"))
            kinds = [e.key.removesuffix(f" {e.facts.get('name')}") for e in (before, heir) if e]
            if heir is not None and kinds[0] == kinds[1]:
                taken.add(id(heir))
                yield before, heir
                continue
        if before is not None or id(after) not in taken:
            yield before, after


def addresses(operation: Element) -> frozenset[str]:
    """Method and whole path of an operation, base path included, under each server."""
    owner = operation.parent
    servers = operation.of_kind("server") or (owner.of_kind("server") if owner else ())
    bases = {base for server in servers for base in server.facts["bases"]} or {""}
    method, path = operation.facts["method"], operation.facts["path"]
    return frozenset(f"{method} {template_key(base + path)}" for base in bases)


def by_address(old: Mapping[str, Element], new: Mapping[str, Element]) -> Iterator[Match]:
    """By path; what is left by base path and path together, between which parts may move."""
    pairs = list(by_key(old, new))
    gone = [before for before, after in pairs if before is not None and after is None]
    came = [after for before, after in pairs if after is not None and before is None]
    served = {address: element for element in came for address in addresses(element)}
    heirs: dict[int, Element] = {}
    taken: set[int] = set()
    for element in gone if served else ():
        found = next((served[a] for a in sorted(addresses(element)) if a in served), None)
        if found is not None and id(found) not in taken:
            heirs[id(element)] = found
            taken.add(id(found))
    for before, after in pairs:
        if before is not None and after is None:
            yield before, heirs.get(id(before))
        elif before is not None or id(after) not in taken:
            yield before, after


def read_by(covers: Covers) -> Matcher:
    """Whatever could be written before needs a reader after: the narrowest that covers it."""

    def match(old: Mapping[str, Element], new: Mapping[str, Element]) -> Iterator[Match]:
        used: set[str] = set()
        for key, element in old.items():
            reader = _narrowest(key, new, covers)
            if reader is not None:
                used.add(reader)
            yield element, new[reader] if reader is not None else None
        yield from ((None, element) for key, element in new.items() if key not in used)

    return match


def written_for(covers_among: Callable[[Iterable[str]], Covers]) -> Matcher:
    """Whatever is written after meets the reader it had before; ranges may split or merge."""

    def match(old: Mapping[str, Element], new: Mapping[str, Element]) -> Iterator[Match]:
        in_old, in_new = covers_among(old), covers_among(new)
        pairs = {
            (reader, key): None
            for key in new
            if (reader := _narrowest(key, old, in_old)) is not None
        }
        before = {reader for reader, _ in pairs}
        for key in old:
            heir = _narrowest(key, new, in_new) if key not in before else None
            if heir is not None and not (heir == "default" and "default" in old):
                pairs[key, heir] = None
        yield from ((old[before], new[after]) for before, after in pairs)
        seen_old = {before for before, _ in pairs}
        seen_new = {after for _, after in pairs}
        yield from ((element, None) for key, element in old.items() if key not in seen_old)
        yield from ((None, element) for key, element in new.items() if key not in seen_new)

    return match


def _statuses_among(stated: Iterable[str]) -> Covers:
    """What responses speak for: `default` for a success only where no success is stated."""
    fails = any(is_success(status) for status in stated)

    def covers(wide: str, narrow: str) -> bool:
        other = wide == "default" and is_success(narrow) and fails
        return not other and status_covers(wide, narrow)

    return covers


def _narrowest(key: str, candidates: Mapping[str, Element], covers: Covers) -> str | None:
    if key in candidates:
        return key
    covering = [wide for wide in candidates if covers(wide, key)]
    narrowest = [w for w in covering if not any(o != w and covers(w, o) for o in covering)]
    return next(iter(narrowest or covering), None)


def _of_events(name: str) -> Matcher:
    """A matcher that is imported when the first event contract is compared."""

    def match(old: Mapping[str, Element], new: Mapping[str, Element]) -> Iterator[Match]:
        matcher: Matcher = getattr(import_module("contracts.compatibility.event_matching"), name)
        return matcher(old, new)

    return match


MATCHERS: Mapping[str, Matcher] = {
    "operation": by_address,
    "security-scheme": by_scheme,
    "accepted-media-type": read_by(media_type_covers),
    "sent-media-type": written_for(lambda _: media_type_covers),
    "response": written_for(_statuses_among),
    "awaited-response": read_by(status_covers),
    "channel": _of_events("match_channels"),
    "message": _of_events("match_messages"),
    "broker": _of_events("match_brokers"),
    "reply": _of_events("match_replies"),
    "terms": _of_events("match_terms"),
}
"""Kinds of elements that are not simply matched by key."""


def matches(old: Sequence[Element], new: Sequence[Element]) -> Iterator[Match]:
    """The children of two elements, matched kind by kind in the document's order."""
    before, after = _by_kind(old), _by_kind(new)
    for kind in {**before, **after}:
        yield from MATCHERS.get(kind, by_key)(before.get(kind, {}), after.get(kind, {}))


def _by_kind(elements: Sequence[Element]) -> dict[str, dict[str, Element]]:
    table: dict[str, dict[str, Element]] = {}
    for element in elements:
        table.setdefault(element.kind, {})[element.key] = element
    return table
