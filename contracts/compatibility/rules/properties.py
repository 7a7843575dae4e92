"""What the engine lets pass and people still want to hear about properties and values."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import Change, rule
from contracts.compatibility.rules.operations import Ending, ending
from contracts.compatibility.sentences import quoted
from contracts.formats.contract import Side
from contracts.verdict import Json, Level

SUBSCHEMAS = ("property", "subschema")


def _sent_by(pair: Pair, side: Side) -> bool:
    return pair.any.writer is side


@rule(
    "optional-property-removed",
    on="property",
    level=Level.WARNING,
    advice=(
        "Deprecate the property first and ask the consumers; a consumer that declares that it "
        "reads the property makes this a break."
    ),
)
def optional_property_removed(pair: Pair, policies: Policies) -> Iterator[Change]:
    """An optional property that readers may use is no longer promised."""
    element = pair.old
    if element is None or not _sent_by(pair, Side.PROVIDER) or not _stopped(pair, "writeOnly"):
        return
    if not element.required:
        end = ending(element, policies) if pair.removed else Ending()
        how = f"was removed{end.words}" if end.words else "is no longer promised"
        how = how if pair.removed else "is write-only now and not sent any more"
        yield Change(
            f"{pair.label} {how}; it was optional",
            level=end.level,
            assumptions=end.assumptions,
            advice=end.advice,
        )


def _begun(pair: Pair, mark: str) -> bool:
    """Whether a property did not travel before, being marked so, and does now."""
    before, after = pair.fact(mark)
    return pair.both is not None and before is True and after is not True


def _stopped(pair: Pair, mark: str) -> bool:
    """Whether a property travelled before and is gone now, or marked as not travelling."""
    before, after = pair.fact(mark)
    return before is not True and (pair.removed or (pair.both is not None and after is True))


@rule(
    "request-property-removed",
    on="property",
    level=Level.WARNING,
    advice="Deprecate the property first; what callers still send in it is no longer heard.",
)
def request_property_removed(pair: Pair, policies: Policies) -> Iterator[Change]:
    """What callers send in a property is no longer looked at."""
    element = pair.old
    if element is None or not _sent_by(pair, Side.CONSUMER) or not _stopped(pair, "readOnly"):
        return
    end = ending(element, policies) if pair.removed else Ending()
    how = f"was removed{end.words}" if end.words else "is no longer declared"
    yield Change(
        f"{pair.label} {how if pair.removed else 'is read-only now'}: what callers send is ignored",
        level=end.level,
        assumptions=end.assumptions,
        advice=end.advice,
    )


@rule(
    "property-added",
    on="property",
    level=Level.INFO,
    advice="Nothing to do: readers skip what they do not know.",
)
def property_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A new property that nobody depends on yet."""
    element = pair.new
    if element is None:
        return
    if pair.added and (_sent_by(pair, Side.PROVIDER) or not element.required):
        yield Change(f"{pair.label} was added")
    elif _begun(pair, "writeOnly") and _sent_by(pair, Side.PROVIDER):
        yield Change(f"{pair.label} is sent now; it was write-only")
    elif _begun(pair, "readOnly") and _sent_by(pair, Side.CONSUMER) and not element.required:
        yield Change(f"{pair.label} is read now; it was read-only and ignored")


@rule(
    "property-deprecated",
    on=SUBSCHEMAS,
    level=Level.INFO,
    advice="Tell the consumers what replaces it.",
)
def property_deprecated(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A property or schema in use was marked as deprecated."""
    before, after = pair.fact("deprecated")
    if pair.both and after is True and before is not True:
        yield Change(f"{pair.label} is now deprecated", new="/deprecated")


@rule(
    "default-changed",
    on=("property", "subschema", "parameter"),
    level=Level.WARNING,
    advice="Keep the default; who relies on it gets another behaviour without any error.",
)
def default_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """What leaving a value out means is another thing than before."""
    if not pair.both or not _sent_by(pair, Side.CONSUMER):
        return
    before, after = pair.fact("default")
    if before == after:
        return
    if before is None:
        yield Change(f"{pair.label} has the default {quoted(after[0])} now", level=Level.INFO)
    elif after is None:
        yield Change(f"{pair.label} has no default any more; it was {quoted(before[0])}")
    else:
        yield Change(f"{pair.label} has the default {quoted(after[0])}, before {quoted(before[0])}")


_NARROWER = {("int64", "int32"), ("double", "float")}
"""Formats of numbers, each of which the former one holds."""


@rule(
    "written-form-changed",
    on=SUBSCHEMAS,
    level=Level.WARNING,
    advice=(
        "Say how old and new values correspond; who stored or joins by the old form must convert."
    ),
)
def written_form_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Values are written in another form, so that stored ones and joins may no longer match."""
    if pair.both and _sent_by(pair, Side.PROVIDER):
        for keyword in ("pattern", "format"):
            before, after = pair.fact(keyword)
            if not isinstance(before, str) or not isinstance(after, str):
                continue
            if before != after and (before, after) not in _NARROWER:
                yield Change(
                    f"{pair.label} is written as {after}, before as {before}",
                    old=f"/{keyword}",
                    new=f"/{keyword}",
                )


@rule(
    "content-encoding-changed",
    on=SUBSCHEMAS,
    level=Level.ERROR,
    reverse="content-encoding-changed",
    advice="Offer the other encoding in a second property until nobody uses the first one.",
)
def content_encoding_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """What a string holds is encoded otherwise, so that readers decode something else."""
    for keyword in ("contentEncoding", "contentMediaType") if pair.both else ():
        before, after = (str(fact or "").strip().lower() for fact in pair.fact(keyword))
        if before and after and before != after:
            yield Change(
                f"{pair.label}: `{keyword}` changed from {before} to {after}",
                old=f"/{keyword}",
                new=f"/{keyword}",
            )


@rule(
    "extensible-enum-value-removed",
    on=SUBSCHEMAS,
    level=Level.ERROR,
    advice="Keep accepting the value until nobody sends it any more.",
)
def extensible_enum_value_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A documented value of an open enumeration is not understood any more."""
    if pair.both and _sent_by(pair, Side.CONSUMER):
        before, after = (_values(fact) for fact in pair.fact("x-extensible-enum"))
        for value in before:
            if after and value not in after:
                yield Change(
                    f"{pair.label} no longer knows the value {quoted(value)}",
                    old="/x-extensible-enum",
                )


@rule(
    "extensible-enum-value-added",
    on=SUBSCHEMAS,
    level=Level.INFO,
    advice="Nothing to do: readers of an open enumeration expect values that they do not know.",
)
def extensible_enum_value_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """One more documented value of an open enumeration."""
    if pair.both:
        before, after = (_values(fact) for fact in pair.fact("x-extensible-enum"))
        for value in after:
            if before and value not in before:
                yield Change(f"{pair.label} may be {quoted(value)} now", new="/x-extensible-enum")


def _values(fact: Json) -> list[Json]:
    return fact if isinstance(fact, list) else []
