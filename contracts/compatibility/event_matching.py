"""Which message is which: what tells the alternatives of a channel apart, in one version or two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from contracts.formats.contract import Element
from contracts.verdict import Json

Match = tuple[Element | None, Element | None]
ALIKE = 0.5
"""Share of common field names from which two messages are taken for one under a new name."""


def told_apart_by(messages: Sequence[Element]) -> str | None:
    """A constant that every message has and no two share (``payload/type``), if there is one."""
    marks = _marks(messages)
    return marks[0] if marks else None


def _marks(messages: Sequence[Element]) -> list[str]:
    if not messages:
        return []
    constants: list[Mapping[str, Json]] = [message.facts["constants"] for message in messages]
    return [
        mark
        for mark in constants[0]
        if len({repr(c[mark]) for c in constants if mark in c}) == len(constants)
    ]


def match_messages(old: Mapping[str, Element], new: Mapping[str, Element]) -> Iterator[Match]:
    """By what tells them apart on the wire, then by name, then by their fields."""
    before, after = list(old.values()), list(new.values())
    pairs: dict[int, Element] = {}
    taken: set[int] = set()

    def pair(one: Element, other: Element) -> None:
        pairs[id(one)] = other
        taken.add(id(other))

    common = [mark for mark in _marks(before) if mark in _marks(after)]
    if common and len(before) + len(after) > 2:
        by_value = {repr(m.facts["constants"][common[0]]): m for m in after}
        for message in before:
            found = by_value.get(repr(message.facts["constants"][common[0]]))
            if found is not None:
                pair(message, found)
    for fact in ("key", "name", "title"):
        named: dict[Json, list[Element]] = {}
        for message in after:
            if message.facts[fact]:
                named.setdefault(message.facts[fact], []).append(message)
        for same_place in (True, False):
            for message in before:
                free = [
                    m
                    for m in named.get(message.facts[fact], ())
                    if id(m) not in taken and (m.pointer == message.pointer or not same_place)
                ]
                if free and id(message) not in pairs:
                    pair(message, max(free, key=partial(_nearness, message)))
    for message in before:
        if id(message) not in pairs:
            free = [m for m in after if id(m) not in taken]
            alike = max(free, key=lambda m: _similarity(message, m), default=None)
            if alike is not None and _similarity(message, alike) >= ALIKE:
                pair(message, alike)
    for message in before:
        yield message, pairs.get(id(message))
    yield from ((None, message) for message in after if id(message) not in taken)


def _nearness(one: Element, other: Element) -> tuple[bool, float]:
    """Which of several messages of one name is the same one."""
    same_language = one.facts["payload_format"] == other.facts["payload_format"]
    return same_language, _similarity(one, other)


def _similarity(one: Element, other: Element) -> float:
    fields, others = one.facts["properties"], other.facts["properties"]
    if not fields and not others:
        return 1.0
    return len(fields & others) / len(fields | others)


def match_channels(old: Mapping[str, Element], new: Mapping[str, Element]) -> Iterator[Match]:
    """By address, whatever its parameters are called; by server and address together; by name."""
    pairs = {key: new[key] for key in old if key in new}
    free = {key: element for key, element in new.items() if key not in old}
    served = {url: key for key, element in free.items() for url in element.facts["urls"]}
    for key, element in old.items():
        urls = sorted(element.facts["urls"]) if key not in pairs else []
        found = next((served[url] for url in urls if served.get(url) in free), None)
        if found is not None:
            pairs[key] = free.pop(found)
    named = {element.facts["name"]: element for element in free.values()}
    for key, element in old.items():
        moved = named.pop(element.facts["name"], None) if key not in pairs else None
        if moved is not None:
            pairs[key] = moved
    taken = {id(element) for element in pairs.values()}
    for key, element in old.items():
        yield element, pairs.get(key)
    yield from ((None, element) for element in new.values() if id(element) not in taken)


def match_brokers(old: Mapping[str, Element], new: Mapping[str, Element]) -> Iterator[Match]:
    """By address and protocol, then by name: a server under a new name is the same server."""
    pairs = {key: new[key] for key, e in old.items() if key in new and _host(e) == _host(new[key])}
    taken = {id(element) for element in pairs.values()}
    for same_host in (True, False):
        for key, element in old.items():
            if key in pairs:
                continue
            free = [e for e in new.values() if id(e) not in taken]
            found = next(
                (e for e in free if (_host(e) == _host(element) if same_host else e.key == key)),
                None,
            )
            if found is not None:
                pairs[key] = found
                taken.add(id(found))
    served = {_host(element): element for element in new.values()}
    for key, element in old.items():  # two names of one server may become one
        yield element, pairs.get(key) or served.get(_host(element))
    yield from ((None, element) for element in new.values() if id(element) not in taken)


def _host(element: Element) -> tuple[Json, Json]:
    return element.facts["address"], element.facts["protocol"]


def match_replies(old: Mapping[str, Element], new: Mapping[str, Element]) -> Iterator[Match]:
    """By the operation that is answered; under new names by where the reply goes."""
    came = [element for key, element in new.items() if key not in old]
    gone = [element for key, element in old.items() if key not in new]
    pairs = {key: new[key] for key in old if key in new}
    for same in (_goes_to, lambda _: None):
        for element in [one for one in gone if one.key not in pairs]:
            heir = next((one for one in came if same(one) == same(element)), None)
            if heir is not None:
                pairs[element.key] = heir
                came.remove(heir)
    for key, element in old.items():
        yield element, pairs.get(key)
    yield from ((None, element) for element in came)


def match_terms(old: Mapping[str, Element], new: Mapping[str, Element]) -> Iterator[Match]:
    """By name; operations under new names take over from one that went, also several of them."""
    gone = [element for key, element in old.items() if key not in new]
    came = [element for key, element in new.items() if key not in old]
    for key, element in old.items():
        if key in new:
            yield element, new[key]
    for index in range(max(len(gone), len(came))):
        before = gone[min(index, len(gone) - 1)] if gone else None
        after = came[min(index, len(came) - 1)] if came else None
        yield before, after


def _goes_to(reply: Element) -> Json:
    return reply.facts["address"], reply.facts["location"]
