"""Alternatives that come and go, and what tells them apart.

The containment engine decides about what each alternative holds. It cannot see that an object
which fits, since everything about it is optional, is of a kind that its reader does not know.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Content, EnumGrowth, Policies
from contracts.compatibility.rules import Change, rule
from contracts.compatibility.subschemas import Alternative
from contracts.formats.contract import Side
from contracts.schema.options import CHOSEN
from contracts.verdict import Json, Level

SUBSCHEMAS = ("property", "subschema")


@rule(
    "alternative-removed",
    on=SUBSCHEMAS,
    level=Level.ERROR,
    advice="Keep accepting the alternative until nobody sends it any more.",
)
def alternative_removed(pair: Pair, policies: Policies) -> Iterator[Change]:
    """Callers send a kind of object that is none of those that are read now."""
    if pair.both and pair.any.writer is Side.CONSUMER:
        before, after = pair.fact("alternatives")
        for alternative in _unread(pair, before, after, policies):
            message = f"{pair.label} may not be {alternative.words} any more"
            yield Change(message, about=alternative.key, assumptions=(CHOSEN,))


@rule(
    "alternative-added",
    on=SUBSCHEMAS,
    level=Level.ERROR,
    advice="Send the new kind of object in a field of its own, or to readers who asked for it.",
)
def alternative_added(pair: Pair, policies: Policies) -> Iterator[Change]:
    """Readers may get a kind of object that is none of those they know."""
    if pair.both and pair.any.writer is Side.PROVIDER:
        before, after = pair.fact("alternatives")
        for alternative in _unread(pair, after, before, policies):
            message = f"{pair.label} may be {alternative.words} now, which readers do not know"
            yield _grown(message, policies, about=alternative.key, named=(CHOSEN,))


def _grown(
    message: str, policies: Policies, *, about: str, at: str = "", named: tuple[str, ...] = ()
) -> Change:
    """One more kind of thing is to its readers what one more value of an enumeration is."""
    if policies.enum_growth is EnumGrowth.WARNS:
        named = (*named, EnumGrowth.WARNS.value)
        level = Level.WARNING
        return Change(message, level=level, old=at, new=at, about=about, assumptions=named)
    return Change(message, old=at, new=at, about=about, assumptions=named)


def _unread(
    pair: Pair, written: Sequence[Alternative], read: Sequence[Alternative], policies: Policies
) -> Iterator[Alternative]:
    """Kinds of objects that are written and none of those that are read, where there are kinds.

    Those that a discriminator names are told of as its values.
    """
    if policies.content is not Content.DECLARED:
        return
    if len(written) + len(read) < 3 or not all(one.members for one in (*written, *read)):
        return
    before, after = _names(pair)
    discriminated = before is not None and before == after
    for one in written:
        if one.name and discriminated:
            continue
        if not any(one.read_as(other) for other in read):
            yield one


@rule(
    "discriminator-changed",
    on=SUBSCHEMAS,
    level=Level.ERROR,
    advice="Keep sending and reading the old discriminator beside the new one.",
)
def discriminator_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Alternatives are told apart by another property."""
    before, after = _names(pair)
    if pair.both and before is not None and after is not None and before != after:
        yield Change(
            f"{pair.label} is told apart by `{after}`, before by `{before}`",
            old="/discriminator",
            new="/discriminator",
        )


@rule(
    "discriminator-value-removed",
    on=SUBSCHEMAS,
    level=Level.ERROR,
    advice="Keep the value in the mapping until nobody sends it any more.",
)
def discriminator_value_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Callers name an alternative by a value that means none any more."""
    if pair.both and pair.any.writer is Side.CONSUMER:
        sent, read = _values(pair, written=0)
        for value in sorted(sent - read) if read else ():
            yield Change(
                f"{pair.label}: `{value}` is no longer a value of the discriminator "
                f"`{_names(pair)[1]}`",
                old="/discriminator",
                new="/discriminator",
                about=value,
            )


@rule(
    "discriminator-value-added",
    on=SUBSCHEMAS,
    level=Level.ERROR,
    advice="Announce the value first and let consumers ignore what they do not know.",
)
def discriminator_value_added(pair: Pair, policies: Policies) -> Iterator[Change]:
    """Readers may get an alternative that is named by a value they do not know."""
    if pair.both and pair.any.writer is Side.PROVIDER:
        read, sent = _values(pair, written=1)
        for value in sorted(sent - read) if read else ():
            yield _grown(
                f"{pair.label}: `{value}` is now a value of the discriminator `{_names(pair)[1]}`",
                policies,
                about=value,
                at="/discriminator",
            )


@rule(
    "discriminator-default-changed",
    on=SUBSCHEMAS,
    level=Level.WARNING,
    reverse="discriminator-default-changed",
    advice="Send the discriminator with a value of the mapping; keep the default until all do.",
)
def discriminator_default_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """What has no value of the mapping is written as one alternative and read as another one."""
    if not pair.both or len(set(_names(pair))) > 1 or not all(pair.fact("discriminator")):
        return
    before, after = map(_default, pair.fact("discriminator"))
    written, read = (before, after) if pair.any.writer is Side.CONSUMER else (after, before)
    if written is not None and written != read:
        was, now = (after, before) if pair.swapped else (before, after)
        yield Change(
            f"{pair.label}: without a value of the mapping it is {_called(now)} now, "
            f"before {_called(was)}",
            old="/discriminator",
            new="/discriminator",
        )


def _default(discriminator: Json) -> str | None:
    """The alternative of `defaultMapping` (OpenAPI 3.2.0 section 4.25), by component."""
    target = discriminator.get("defaultMapping") if isinstance(discriminator, dict) else None
    return target.rpartition("/")[2] if isinstance(target, str) else None


def _called(default: str | None) -> str:
    return "not told which" if default is None else f"`{default}`"


def _names(pair: Pair) -> tuple[str | None, ...]:
    """The property that tells alternatives apart; in Swagger 2.0 the keyword is its name."""
    found = []
    for fact in pair.fact("discriminator"):
        name = fact.get("propertyName") if isinstance(fact, dict) else fact
        found.append(name if isinstance(name, str) else None)
    return tuple(found)


def _values(pair: Pair, *, written: int) -> tuple[frozenset[str], ...]:
    """The values of a discriminator that stayed the same property; none where it did not.

    ``written`` is the side that writes (0 for the old one). A writer uses the mapping where there
    is one; a reader also knows the components by their names (OpenAPI 3.1.1 section 4.8.25).
    """
    if len(set(_names(pair))) > 1:
        return frozenset(), frozenset()
    facts = zip(pair.fact("discriminator"), pair.fact("alternatives"), strict=True)
    return tuple(_named(*fact, written=side == written) for side, fact in enumerate(facts))


def _named(
    discriminator: Json, alternatives: Sequence[Alternative], *, written: bool
) -> frozenset[str]:
    if not isinstance(discriminator, dict):
        return frozenset()
    mapping = discriminator.get("mapping")
    stated = mapping if isinstance(mapping, dict) else {}
    mapped = {str(target).rpartition("/")[2] for target in stated.values()} if written else set()
    implied = {one.name for one in alternatives if one.name and one.name not in mapped}
    return frozenset({*map(str, stated), *implied})
