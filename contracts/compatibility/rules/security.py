"""Security: what a caller must show. Alternatives are or, the schemes in one are and."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import Change, rule
from contracts.verdict import Level

CALLED = ("operation", "terms", "broker")
Alternative = Mapping[str, tuple[str, frozenset[str]]]


def lost_alternatives(pair: Pair) -> Iterator[tuple[Alternative, str]]:
    """Alternatives that let callers in before and do not now, with the rule that says why."""
    before, after = pair.fact("security")
    if not pair.both or before == after:
        return
    for old in before:
        if any(_satisfies(old, new) for new in after):
            continue
        if not old:
            yield old, "security-added"
        elif any(_satisfies(old, new, scopes=False) for new in after):
            yield old, "security-scope-added"
        elif any(len(new) > len(old) and _covers(new, old) for new in after):
            yield old, "security-scheme-added"
        else:
            yield old, "security-alternative-removed"


def _satisfies(held: Alternative, asked: Alternative, *, scopes: bool = True) -> bool:
    return all(
        any(
            _is_same(held_as, name, asked_as, wanted) and (not scopes or needed <= granted)
            for held_as, (name, granted) in held.items()
        )
        for asked_as, (wanted, needed) in asked.items()
    )


def _covers(more: Alternative, less: Alternative) -> bool:
    """Whether an alternative asks for all that another one asks for."""
    return _satisfies(more, less, scopes=False)


def _is_same(one_as: str, one: str, other_as: str, other: str) -> bool:
    """Whether two schemes are the same; one of several of a kind is told by its name."""
    if one_as == other_as:
        return True
    return one == other and one_as.removesuffix(f" {one}") == other_as.removesuffix(f" {other}")


def _words(alternative: Alternative) -> str:
    names = [
        f"{name} ({', '.join(sorted(scopes))})" if scopes else name
        for name, scopes in alternative.values()
    ]
    return " and ".join(names) or "no credentials"


def _changes(pair: Pair, rule_id: str, message: str) -> Iterator[Change]:
    for alternative, reason in lost_alternatives(pair):
        if reason == rule_id:
            asked = " or ".join(_words(new) for new in pair.fact("security")[1])
            says = message.format(held=_words(alternative), asked=asked)
            old, new = _stands(pair)
            changed = _redefined(pair, alternative)
            if changed is not None:
                name, before, after = changed
                old, new = (fact[name] for fact in pair.fact("schemes"))
                says = f"{name} is {after} now, before {before}"
            elif undeclared := _undeclared(pair, alternative):
                says = f"{undeclared} is asked for as before, and is no longer declared"
            yield Change(f"{pair.label}: {says}", old_at=old, new_at=new)


def _undeclared(pair: Pair, lost: Alternative) -> str | None:
    """A scheme of an alternative that is asked for still, and that nobody describes any more."""
    before, after = (fact or {} for fact in pair.fact("schemes"))
    asked = {name for new in pair.fact("security")[1] for name, _ in new.values()}
    names = (name for name, _ in lost.values())
    return next((n for n in names if n in asked and n in before and n not in after), None)


def _redefined(pair: Pair, lost: Alternative) -> tuple[str, str, str] | None:
    """A scheme that is asked for by the same name and is another one, before and after."""
    schemes = [fact or {} for fact in pair.fact("schemes")]
    after = {name: kind for new in pair.fact("security")[1] for kind, (name, _) in new.items()}
    for kind, (name, _) in lost.items():
        other = after.get(name, kind)
        if not _is_same(kind, name, other, name) and all(name in known for known in schemes):
            return name, kind.removesuffix(f" {name}"), other.removesuffix(f" {name}")
    return None


def _stands(pair: Pair) -> tuple[str | None, str | None]:
    """Where the requirement really stands on both sides: at the operation or at the root."""
    before, after = pair.fact("security_pointer")
    for side, said, other in ((pair.old, before, after), (pair.new, after, before)):
        if side is not None and said == side.pointer and other == _FOR_ALL:
            return _FOR_ALL, _FOR_ALL  # neither version says more at the operation
    return before, after


_FOR_ALL = "/security"
"""Where a document says what all its operations ask for, unless they say otherwise."""


@rule(
    "security-added",
    on=CALLED,
    level=Level.ERROR,
    reverse="security-removed",
    advice="Offer the operation without credentials beside the new scheme for a notice period.",
)
def security_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Callers without credentials are turned away."""
    yield from _changes(pair, "security-added", "callers now need {asked}")


@rule(
    "security-scheme-added",
    on=CALLED,
    level=Level.ERROR,
    reverse="security-scheme-removed",
    advice="Keep the shorter alternative beside the new one for a notice period.",
)
def security_scheme_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Callers need one more credential than they have."""
    yield from _changes(pair, "security-scheme-added", "{held} is not enough; needed is {asked}")


@rule(
    "security-scope-added",
    on=CALLED,
    level=Level.ERROR,
    reverse="security-scope-removed",
    advice="Grant the new scope to every existing client before the operation asks for it.",
)
def security_scope_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Callers' tokens lack a scope."""
    yield from _changes(pair, "security-scope-added", "{held} is not enough; needed is {asked}")


@rule(
    "security-alternative-removed",
    on=CALLED,
    level=Level.ERROR,
    reverse="security-alternative-added",
    advice="Keep accepting the credentials until every consumer has moved to the others.",
)
def security_alternative_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Credentials that let callers in are not accepted any more."""
    yield from _changes(
        pair, "security-alternative-removed", "{held} is no longer accepted; needed is {asked}"
    )


@rule(
    "security-laxer",
    on=CALLED,
    level=Level.INFO,
    advice="Nothing to do for consumers; check that it was meant.",
)
def security_laxer(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The operation accepts callers that it turned away before."""
    before, after = pair.fact("security")
    gone = [lost for lost, _ in lost_alternatives(pair)]
    if any(_redefined(pair, lost) or _undeclared(pair, lost) for lost in gone):
        return
    if pair.both and any(not any(_satisfies(new, old) for old in before) for new in after):
        words = " or ".join(_words(alternative) for alternative in after)
        old, new = _stands(pair)
        yield Change(f"{pair.label}: {words} is enough now", old_at=old, new_at=new)


@rule(
    "token-source-changed",
    on="security-scheme",
    level=Level.WARNING,
    reverse="token-source-changed",
    advice="Keep issuing tokens the old way until every client gets them the new way.",
)
def token_source_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Tokens are sent as before, and clients get them elsewhere or in another way."""
    if not pair.both:
        return
    if pair.changed("type"):
        before, after = pair.fact("type")
        yield Change(f"{pair.label}: tokens are those of {after}, before of {before}", new="/type")
        return
    before, after = (fact or {} for fact in pair.fact("addresses"))
    for what in sorted(before.keys() & after.keys()):
        if before[what] != after[what]:
            yield Change(f"{pair.label}: {what} changed from {before[what]} to {after[what]}")


@rule(
    "oauth-flow-removed",
    on="security-scheme",
    level=Level.ERROR,
    reverse="oauth-flow-added",
    advice="Keep the flow until every client gets its tokens another way.",
)
def oauth_flow_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Clients cannot get tokens the way they do."""
    before, after = pair.fact("scopes")
    if pair.both and not pair.changed("type"):
        for flow in sorted(set(before) - set(after)):
            yield Change(f"{pair.label}: the flow {flow} was {pair.say('removed')}")


@rule(
    "oauth-scope-removed",
    on="security-scheme",
    level=Level.ERROR,
    reverse="oauth-scope-added",
    advice="Keep the scope as an alias of its successor.",
)
def oauth_scope_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Clients ask for a scope that does not exist any more."""
    before, after = pair.fact("scopes")
    if pair.both:
        for flow in sorted(set(before) & set(after)):
            for scope in sorted(before[flow] - after[flow]):
                yield Change(
                    f"{pair.label}: the scope {scope} of flow {flow} was {pair.say('removed')}"
                )
