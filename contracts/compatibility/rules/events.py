"""Channels, operations and messages of event-driven contracts, apart from what schemas say."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compatibility.binding_fields import ADDRESSES
from contracts.compatibility.event_matching import told_apart_by
from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import SKIPS_UNKNOWN_MESSAGES, Policies
from contracts.compatibility.rules import Change, rule
from contracts.compatibility.rules.operations import announced_end
from contracts.formats.contract import Element, Side
from contracts.formats.templates import template_key
from contracts.verdict import Json, Level

OPERATIONS = ("send", "receive")


def _sent(pair: Pair) -> bool:
    """Whether the contract's owner writes and its consumers read."""
    return pair.any.writer is Side.PROVIDER


def _gone(pair: Pair, policies: Policies, what: str) -> Iterator[Change]:
    """The change for something that was removed, softer where the removal was announced."""
    if pair.old is None:
        return
    said = f"{pair.label} was {pair.say('removed')}"
    ended = announced_end(pair.old, policies)
    if ended is None:
        yield Change(f"{said}: {what}")
    else:
        yield Change(f"{said} after its announced sunset", Level.INFO, assumptions=(ended,))


@rule(
    "operations-undeclared",
    on="contract",
    level=Level.UNKNOWN,
    advice="Declare again what the application sends and receives.",
)
def operations_undeclared(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The document declared what is sent and received, and does not any more."""
    before, after = pair.fact("operations")
    if pair.both and before and after is False:
        yield Change("no operation is declared any more: who sends and who receives is not known")


@rule(
    "channel-removed",
    on="channel",
    level=Level.ERROR,
    reverse="channel-added",
    advice="Keep the channel until nobody uses it; announce its end with `x-sunset`.",
)
def channel_removed(pair: Pair, policies: Policies) -> Iterator[Change]:
    """A channel that others write to or read from does not exist any more."""
    if pair.removed:
        yield from _gone(pair, policies, "whoever writes to it or reads from it is cut off")


@rule(
    "channel-added",
    on="channel",
    level=Level.INFO,
    advice="Nothing to do: nobody used it before.",
)
def channel_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A new channel; nobody depends on it yet."""
    if pair.added:
        yield Change(f"{pair.label} was added")


@rule(
    "channel-address-changed",
    on="channel",
    level=Level.ERROR,
    reverse="channel-address-changed",
    advice="Serve both addresses for a notice period, then stop writing to the old one.",
)
def channel_address_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Everybody who uses the channel looks for it in another place."""
    before, after = pair.fact("address")
    together = pair.both and pair.both[0].facts["urls"] & pair.both[1].facts["urls"]
    if pair.both and before and template_key(before) != template_key(after or "") and not together:
        became = f"`{after}`" if after else "something that only the running application knows"
        said = f"the address changed from `{before}` to {became}"
        bound = _bound_alike(*pair.both)
        if bound:
            said += f", and its clients find it by the binding {bound} as before"
        level = Level.INFO if bound else None
        named = f"channel {pair.any.facts['name']}"
        yield Change(f"{named}: {said}", level, old="/address", new="/address")


def _bound_alike(old: Element, new: Element) -> str | None:
    """The binding that says where the channel is whatever its address, the same in both."""
    before, after = old.facts["bindings"], new.facts["bindings"]
    same = [n for n in ADDRESSES if n in before and n in after and before[n][0] == after[n][0]]
    servers = (*old.facts["servers"].values(), *new.facts["servers"].values())
    spoken = {protocol.partition("-")[0] for protocol, _ in servers} or {
        name.partition("/")[0] for name in (*before, *after)
    }
    alike = {name.partition("/")[0] for name in same}
    return same[0] if same and spoken == alike else None


@rule(
    "channel-server-removed",
    on="channel",
    level=Level.ERROR,
    reverse="channel-server-added",
    advice="Keep the channel on every server until nobody uses it there.",
)
def channel_server_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The channel is no longer served where some of its users are connected."""
    if not pair.both or pair.owners is None:
        return
    before, after = pair.fact("servers")
    kept = {(s.facts["protocol"], s.facts["address"]) for s in pair.owners[1].of_kind("broker")}
    named = {server.key for server in pair.owners[1].of_kind("broker")}
    for name, address in before.items():
        elsewhere = address not in after.values() and name not in after
        if after and elsewhere and (address in kept or name in named):  # else broker-removed
            said = f"the server {name} was {pair.say('removed')}"
            yield Change(f"{pair.label}: {said}", old="/servers", new="/servers")


@rule(
    "channel-partition-key-changed",
    on="channel",
    level=Level.WARNING,
    reverse="channel-partition-key-changed",
    advice="Publish under the new key on a new channel; readers that depend on order move when "
    "they have read the old one to its end.",
)
def channel_partition_key_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Messages are kept in order by something else than before (`x-partition-key`)."""
    before, after = pair.fact("partition_key")
    if pair.both and before is not None and before != after:
        became = f"`{_key(after)}`" if after is not None else "nothing"
        said = f"messages were in order by `{_key(before)}` and are by {became}"
        at = "/x-partition-key"
        yield Change(f"{pair.label}: {said}", old=at, new=at if after is not None else "")


def _key(stated: Json) -> str:
    return " + ".join(map(str, stated)) if isinstance(stated, list) else str(stated)


@rule(
    "channel-parameter-location-changed",
    on="channel-parameter",
    level=Level.WARNING,
    advice="Keep the parameter's value where readers look it up in the message.",
)
def channel_parameter_location_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The value of an address parameter stands elsewhere in the message."""
    before, after = pair.fact("location")
    if pair.both and before and before != after:
        yield Change(
            f"{pair.label}: its location changed from `{before}` to `{after or 'nothing'}`",
            old="/location",
        )


@rule(
    "send-removed",
    on="send",
    level=Level.ERROR,
    reverse="send-added",
    advice="Keep sending until no consumer reads the channel; announce the end with `x-sunset`.",
)
def send_removed(pair: Pair, policies: Policies) -> Iterator[Change]:
    """Messages that consumers wait for are not sent any more."""
    if pair.removed and not pair.any.facts["assumed"]:
        yield from _gone(pair, policies, "consumers of the channel wait in vain")


@rule(
    "send-added",
    on="send",
    level=Level.INFO,
    advice="Nothing to do: nobody read it before.",
)
def send_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The application sends on a channel where it did not before."""
    if pair.added and not pair.any.facts["assumed"]:
        yield Change(f"{pair.label} was added")


@rule(
    "receive-removed",
    on="receive",
    level=Level.ERROR,
    reverse="receive-added",
    advice="Keep receiving until nobody sends any more.",
)
def receive_removed(pair: Pair, policies: Policies) -> Iterator[Change]:
    """Messages that others send are not received any more."""
    if pair.removed and not pair.any.facts["assumed"]:
        yield from _gone(pair, policies, "what others send there is not received")


@rule(
    "receive-added",
    on="receive",
    level=Level.INFO,
    advice="Nothing to do: nobody sent to it before.",
)
def receive_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The application receives on a channel where it did not before."""
    if pair.added and not pair.any.facts["assumed"]:
        yield Change(f"{pair.label} was added")


@rule(
    "reply-removed",
    on="reply",
    level=Level.ERROR,
    reverse="reply-added",
    advice="Keep replying until no requester waits for it.",
)
def reply_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Requesters wait for a reply that does not come."""
    if pair.removed:
        yield Change(f"{pair.label} was {pair.say('removed')}")


@rule(
    "reply-expected",
    on="reply",
    level=Level.ERROR,
    reverse="reply-no-longer-expected",
    advice="Work without the reply until everybody who answers has been changed.",
)
def reply_expected(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Others must now reply to what they only read before."""
    if pair.added and not _sent(pair):
        yield Change(f"{pair.label} was {pair.say('added')}: receivers now have to answer")


@rule(
    "reply-added",
    on="reply",
    level=Level.INFO,
    advice="Nothing to do: nobody waited for it before.",
)
def reply_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The application replies where it did not before."""
    if pair.added and _sent(pair):
        yield Change(f"{pair.label} was added")


@rule(
    "reply-address-changed",
    on="reply",
    level=Level.ERROR,
    reverse="reply-address-changed",
    advice="Reply to both addresses for a notice period.",
)
def reply_address_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Replies go to another place than requesters listen at."""
    if not pair.both:
        return
    before, after = pair.fact("address")
    old, new = pair.both
    moved_with_channel = old.facts["channel"] == new.facts["channel"]
    kept = before and template_key(before) in new.facts["addresses"]
    if (
        before
        and template_key(before) != template_key(after or "")
        and (
            kept or not moved_with_channel  # else channel-address-changed tells it
        )
    ):
        yield Change(f"{pair.label}: the address changed from `{before}` to `{after}`")
    before, after = pair.fact("location")
    if before and before != after:
        said = f"the place of the return address changed from `{before}` to `{after or 'nothing'}`"
        yield Change(f"{pair.label}: {said}", old="/address", new="/address" if after else "")
    elif after and before is None:
        said = f"requests have to say in `{after}` where the reply goes"
        yield Change(f"{pair.label}: {said}", Level.WARNING, new="/address")


@rule(
    "sent-message-removed",
    on="message",
    level=Level.ERROR,
    reverse="sent-message-added",
    advice="Keep sending the message until no consumer waits for it.",
)
def sent_message_removed(pair: Pair, policies: Policies) -> Iterator[Change]:
    """A message that consumers wait for is not sent any more."""
    if pair.removed and _sent(pair):
        yield from _gone(pair, policies, "consumers wait for it in vain")


@rule(
    "sent-message-added",
    on="message",
    level=Level.ERROR,
    reverse="sent-message-removed",
    advice="Send it on a channel of its own, or first have every reader skip unknown messages.",
)
def sent_message_added(pair: Pair, policies: Policies) -> Iterator[Change]:
    """Readers of a channel meet a message that they do not know."""
    if not pair.added or not _sent(pair):
        return
    said = f"{pair.label} was {pair.say('added')}"
    mark = told_apart_by(_siblings(pair.any))
    known = pair.counterpart_owner
    choosing = known is not None and len(known.of_kind("message")) > 1
    if mark is None and not choosing:
        yield Change(f"{said}: readers cannot tell it from the message that they know")
    elif policies.skip_unknown_messages:
        how = f" (told apart by `{mark}`)" if mark else ""
        skipped = f"{said}: readers must skip what they do not know{how}"
        yield Change(skipped, Level.WARNING, assumptions=(SKIPS_UNKNOWN_MESSAGES,))
    else:
        yield Change(f"{said}: readers that know only the others reject it")


def _siblings(message: Element) -> tuple[Element, ...]:
    return message.parent.of_kind("message") if message.parent is not None else ()


@rule(
    "received-message-removed",
    on="message",
    level=Level.ERROR,
    reverse="received-message-added",
    advice="Keep receiving the message until nobody sends it.",
)
def received_message_removed(pair: Pair, policies: Policies) -> Iterator[Change]:
    """A message that others send is not understood any more."""
    if pair.removed and not _sent(pair):
        yield from _gone(pair, policies, "whoever sends it is not understood")


@rule(
    "received-message-added",
    on="message",
    level=Level.INFO,
    advice="Nothing to do: nobody sent it before.",
)
def received_message_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The application understands one more message."""
    if pair.added and not _sent(pair):
        yield Change(f"{pair.label} was added")


@rule(
    "messages-not-told-apart",
    on=OPERATIONS,
    level=Level.WARNING,
    advice="Give every message of the channel a constant of its own, such as its event type.",
)
def messages_not_told_apart(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Readers can no longer tell the messages of a channel from each other."""
    if pair.both is None:
        return
    before, after = (element.of_kind("message") for element in pair.both)
    if len(after) < 2 or told_apart_by(after) is not None:
        return
    if not all(message.facts["understood"] for message in after):
        return
    if len(before) < 2 or told_apart_by(before) is not None:
        yield Change(f"{pair.label}: nothing in its {len(after)} messages tells them apart")
