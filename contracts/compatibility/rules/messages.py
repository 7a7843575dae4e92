"""One message before and after: content type, headers, key, correlation, schema language."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import Change, rule
from contracts.formats.contract import Element, Side
from contracts.formats.templates import media_type_covers
from contracts.verdict import Level


def _sent(pair: Pair) -> bool:
    return pair.any.writer is Side.PROVIDER


def _unread(pair: Pair) -> bool:
    """Whether a side could not be read, so that nothing can be said about what is missing."""
    return any(pair.fact("unfollowed"))


@rule(
    "message-reference-broken",
    on="message",
    level=Level.UNKNOWN,
    reverse="message-reference-broken",
    advice="Mend the reference, so that the message can be compared.",
)
def message_reference_broken(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """What describes the message in one version cannot be found in the other."""
    before, after = pair.fact("unfollowed")
    lost = after or before
    here = lost is not None and lost.startswith("#")  # what lies outside is told where it is
    if pair.both and here and before != after:
        yield Change(f"{pair.label}: `{lost}` leads to nothing, so it cannot be compared")


@rule(
    "message-content-type-changed",
    on="message",
    level=Level.ERROR,
    reverse="message-content-type-changed",
    advice="Send the new content type on a channel of its own until every reader knows it.",
)
def message_content_type_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The bytes are in another format than readers decode."""
    before, after = pair.fact("content_type")
    if before == after or not all(pair.fact("understood")):
        return
    level, said = None, f"the content type changed from {before} to {after}"
    if before is None or after is None:
        if "json" in (before or after) or set(pair.fact("payload_format")) != {"json-schema"}:
            return
        level, said = Level.WARNING, f"nobody says the content type any more, which was {before}"
        if before is None:
            said = f"the content type is {after} now; nobody said it before, which is mostly JSON"
    written, read = (after, before) if _sent(pair) else (before, after)
    if not media_type_covers(read or _USUAL, written or _USUAL):
        old_at, new_at = pair.fact("content_type_at")
        yield Change(f"{pair.label}: {said}", level, old_at=old_at, new_at=new_at)


_USUAL = "application/json"


@rule(
    "message-correlation-id-changed",
    on="message",
    level=Level.WARNING,
    reverse="message-correlation-id-changed",
    advice="Keep the correlation id where it was, and repeat it in the new place.",
)
def message_correlation_id_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The id by which messages are related stands elsewhere or nowhere."""
    before, after = pair.fact("correlation")
    if before is not None and before != after and all(pair.fact("understood")):
        level = Level.ERROR if pair.any.facts["replied"] else None
        became = f"`{after}`" if after else "nothing"
        said = f"the correlation id moved from `{before}` to {became}"
        old_at, new_at = pair.fact("correlation_at")
        yield Change(f"{pair.label}: {said}", level, old_at=old_at, new_at=new_at)


@rule(
    "message-renamed",
    on="message",
    level=Level.INFO,
    advice="Nothing to do on the wire; generated code may call it by the new name.",
)
def message_renamed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The message has another name in the document and is otherwise the same one."""
    before, after = pair.fact("name")
    if pair.both and before and after and before != after:
        yield Change(f"message {before} is now called {after}", old="/name", new="/name")


@rule(
    "payload-undeclared",
    on="message",
    level=Level.ERROR,
    reverse="payload-declared",
    advice="Keep the payload's schema: readers stand on it.",
)
def payload_undeclared(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """What is sent is no longer described, so it may be anything."""
    before, after = pair.fact("payload")
    if pair.both and _sent(pair) and before and not after and not _unread(pair):
        yield Change(f"{pair.label}: its payload is no longer described", old="/payload")


@rule(
    "payload-restricted",
    on="message",
    level=Level.WARNING,
    reverse="payload-unrestricted",
    advice="Make sure that the schema describes what senders already send.",
)
def payload_restricted(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """What others may send is described for the first time, and so restricted."""
    before, after = pair.fact("payload")
    if pair.both and not _sent(pair) and after and not before and not _unread(pair):
        yield Change(f"{pair.label}: its payload was free and is now described", new="/payload")


@rule(
    "message-headers-removed",
    on="message",
    level=Level.WARNING,
    reverse="message-headers-added",
    advice="Keep sending the headers until no reader looks at them.",
)
def message_headers_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The headers that readers look at are not described any more."""
    before, after = pair.fact("headers")
    if pair.both and _sent(pair) and before and not after and not _unread(pair):
        level = Level.ERROR if _required_headers(pair.both[0]) else None
        yield Change(f"{pair.label}: its headers were {pair.say('removed')}", level, old="/headers")


@rule(
    "required-message-headers-added",
    on="message",
    level=Level.ERROR,
    reverse="required-message-headers-removed",
    advice="Add the headers as optional, and require them in the next major version.",
)
def required_message_headers_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Senders that send no headers are not understood."""
    before, after = pair.fact("headers")
    if pair.both and not _sent(pair) and after and not before and not _unread(pair):
        required = _required_headers(pair.both[1])
        if required:
            names = ", ".join(required)
            said = f"headers were {pair.say('added')} and {names} required"
            yield Change(f"{pair.label}: {said}", new="/headers")


def _required_headers(message: Element) -> list[str]:
    headers = message.of_kind("headers")
    value = headers[0].document.find(headers[0].pointer) if headers else None
    required = value.get("required") if isinstance(value, dict) else None
    return (
        [name for name in required if isinstance(name, str)] if isinstance(required, list) else []
    )


@rule(
    "message-key-removed",
    on="message-key",
    level=Level.ERROR,
    reverse="message-key-added",
    advice="Keep the key: without it messages of one key are spread over all partitions.",
)
def message_key_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Messages come without the key that kept them in order."""
    if pair.removed:
        yield Change(f"{pair.label} was {pair.say('removed')}: order per key is lost")


@rule(
    "message-key-added",
    on="message-key",
    level=Level.WARNING,
    reverse="message-key-removed",
    advice="Move readers that depend on order only when the old messages are read.",
)
def message_key_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Messages get a key, which decides their partition from now on."""
    if pair.added:
        yield Change(f"{pair.label} was {pair.say('added')}: messages move to other partitions")


@rule(
    "message-key-changed",
    on="message-key",
    level=Level.WARNING,
    advice="Write to a new topic with the new key: old and new messages of one thing do not keep "
    "their order across partitions.",
)
def message_key_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Messages are spread over partitions by something else than before."""
    before, after = pair.fact("schema")
    if pair.both and _shape(before) != _shape(after):
        yield Change(f"{pair.label} changed: messages move to other partitions")


def _shape(schema: object) -> object:
    """A schema without what only describes it."""
    if isinstance(schema, dict):
        return {
            key: _shape(value)
            for key, value in schema.items()
            if key not in {"description", "title", "examples", "example", "$comment"}
        }
    return [_shape(item) for item in schema] if isinstance(schema, list) else schema


@rule(
    "payload-format-changed",
    on="message",
    level=Level.UNKNOWN,
    reverse="payload-format-changed",
    advice="Compare the two descriptions by hand, or describe both versions in one language.",
)
def payload_format_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The payload is described in another schema language, which cannot be compared."""
    before, after = pair.fact("payload_format")
    if pair.both and before and after and before != after:
        said = f"its payload was described in {before} and is described in {after} now"
        yield Change(f"{pair.label}: {said}", old="/payload", new="/payload")


@rule(
    "payload-not-compared",
    on=("payload-other", "avro-payload", "proto-payload"),
    level=Level.UNKNOWN,
    reverse="payload-not-compared",
    advice="Describe the payload in JSON Schema or Avro, or compare the change by hand.",
)
def payload_not_compared(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The payload's schema changed and is not understood."""
    before, after = pair.fact("schema")
    understood = pair.both and all(element.facts["understood"] for element in pair.both)
    if pair.both and not understood and before != after:
        said = f"its schema in {pair.any.facts['format']} changed"
        yield Change(f"{pair.label}: {said} and is not understood")
