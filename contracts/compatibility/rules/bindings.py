"""Protocol bindings: what changes for those on the other end of the wire.

Source: github.com/asyncapi/bindings. A field that stands in no table is not judged, and the
report says so; one that nobody else can see (a client id) is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import partial

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import Change, Rule, register, rule
from contracts.lean_dataclasses import dataclass
from contracts.verdict import Json, Level

KINDS = ("channel", "send", "receive", "message", "broker")


@dataclass(frozen=True, slots=True)
class Binding:
    """A kind of change of some binding fields: ``when`` is any, lowered or raised."""

    rule: str
    fields: tuple[str, ...]
    level: Level
    summary: str
    advice: str
    when: str = "any"


BINDINGS = (
    Binding(
        "kafka-topic-changed",
        ("kafka/topic",),
        Level.ERROR,
        "The channel is another topic than clients are subscribed to.",
        "Write to both topics for a notice period.",
    ),
    Binding(
        "kafka-partitions-changed",
        ("kafka/partitions",),
        Level.WARNING,
        "Keys move to other partitions, so messages of one key lose their order across the change.",
        "Drain the topic before changing the number, or move to a new topic.",
    ),
    Binding(
        "kafka-cleanup-policy-changed",
        ("kafka/topicConfiguration/cleanup.policy*",),
        Level.WARNING,
        "Old messages are kept or removed by another rule than readers count on.",
        "Tell readers that rebuild their state from the topic before it changes.",
    ),
    Binding(
        "kafka-retention-shortened",
        (
            "kafka/topicConfiguration/retention.*",
            "kafka/topicConfiguration/delete.retention.ms",
            "kafka/retention",
            "pulsar/retention/*",
            "pulsar/ttl",
        ),
        Level.WARNING,
        "Messages are gone sooner than readers count on when they replay.",
        "Keep the retention at least as long as the longest replay that a consumer needs.",
        "lowered",
    ),
    Binding(
        "kafka-message-size-raised",
        ("kafka/topicConfiguration/max.message.bytes",),
        Level.WARNING,
        "Messages may be larger than readers fetch.",
        "Have every reader raise its fetch size first, or send large content by reference.",
        "raised",
    ),
    Binding(
        "kafka-schema-location-changed",
        (
            "kafka/schemaIdLocation",
            "kafka/schemaIdPayloadEncoding",
            "kafka/schemaLookupStrategy",
            "kafka/confluent.value.schema.validation",
        ),
        Level.ERROR,
        "Readers find the schema id elsewhere in the message, or encoded in another way.",
        "Write to a new topic with the new encoding.",
    ),
    Binding(
        "amqp-routing-changed",
        (
            "amqp/is",
            "amqp/exchange/name",
            "amqp/exchange/type",
            "amqp/exchange/vhost",
            "amqp/queue/name",
            "amqp/queue/vhost",
        ),
        Level.ERROR,
        "Messages take another way than clients are bound to.",
        "Bind the old exchange or queue to the new one for a notice period.",
    ),
    Binding(
        "amqp-durability-changed",
        ("amqp/exchange/*able", "amqp/exchange/autoDelete", "amqp/queue/durable"),
        Level.WARNING,
        "The exchange or queue survives other events than clients count on.",
        "Declare a new exchange or queue: a broker refuses other properties for an existing one.",
    ),
    Binding(
        "amqp-exclusivity-changed",
        ("amqp/queue/exclusive", "amqp/queue/autoDelete"),
        Level.WARNING,
        "Other clients may or may not share the queue any more.",
        "Declare a new queue for the new way of sharing.",
    ),
    Binding(
        "delivery-weakened",
        ("mqtt/qos", "amqp/deliveryMode", "solace/deliveryMode"),
        Level.ERROR,
        "Messages may be lost where they were not before.",
        "Keep the delivery guarantee, or move readers that can lose messages to a new channel.",
        "lowered",
    ),
    Binding(
        "delivery-strengthened",
        ("mqtt/qos", "amqp/deliveryMode"),
        Level.INFO,
        "Messages are delivered more surely; readers may see one more than once.",
        "Check that readers recognise duplicates.",
        "raised",
    ),
    Binding(
        "mqtt-retain-changed",
        ("mqtt/retain",),
        Level.WARNING,
        "New subscribers get, or no longer get, the last message at once.",
        "Tell subscribers that start from the retained message.",
    ),
    Binding(
        "message-expiry-shortened",
        ("amqp/expiration", "mqtt/messageExpiryInterval", "solace/timeToLive", "ibmmq/expiry"),
        Level.WARNING,
        "Messages expire before slow readers get to them.",
        "Keep the expiry at least as long as the longest outage of a reader.",
        "lowered",
    ),
    Binding(
        "message-encoding-changed",
        (
            "amqp/contentEncoding",
            "amqp/messageType",
            "mqtt/payloadFormatIndicator",
            "mqtt/contentType",
            "ibmmq/type",
            "ibmmq/headers",
        ),
        Level.ERROR,
        "Readers decode the message in another way than it is encoded.",
        "Use a channel of its own for the new encoding.",
    ),
    Binding(
        "reply-place-changed",
        ("mqtt/responseTopic*", "mqtt/correlationData*", "amqp/replyTo"),
        Level.ERROR,
        "Replies go elsewhere, or cannot be related to their requests.",
        "Serve both places for a notice period.",
    ),
    Binding(
        "method-changed",
        ("http/method", "ws/method", "http/statusCode"),
        Level.ERROR,
        "Clients use another method, or expect another status.",
        "Accept both for a notice period.",
    ),
    Binding(
        "destination-changed",
        (
            "jms/destination*",
            "anypointmq/destination*",
            "ibmmq/destinationType",
            "ibmmq/queue/objectName",
            "ibmmq/topic/*",
            "ibmmq/groupId",
            "ibmmq/ccdtQueueManagerName",
            "sns/name",
            "sns/topic*",
            "sqs/queue/name",
            "sqs/queues*",
            "sqs/queue/fifoQueue",
            "sns/ordering/type",
            "sns/ordering",
            "pulsar/namespace",
            "pulsar/tenant",
            "googlepubsub/topic",
            "solace/destinations*",
            "solace/msgVpn",
        ),
        Level.ERROR,
        "Messages go to another queue or topic than clients use, or one of another kind.",
        "Serve both for a notice period.",
    ),
    Binding(
        "pulsar-persistence-changed",
        ("pulsar/persistence", "pulsar/compaction"),
        Level.WARNING,
        "Messages are kept by another rule than readers count on.",
        "Move to a new topic.",
    ),
)

UNSEEN = (
    "kafka/groupId*",
    "kafka/clientId*",
    "kafka/replicas",
    "kafka/schemaRegistryUrl",
    "kafka/schemaRegistryVendor",
    "nats/queue",
    "mqtt/clientId",
    "mqtt/lastWill*",
    "mqtt/keepAlive",
    "mqtt/cleanSession",
    "mqtt/sessionExpiryInterval",
    "mqtt/maximumPacketSize",
    "amqp/userId",
    "amqp/priority",
    "amqp/timestamp",
    "amqp/ack",
    "amqp/cc*",
    "amqp/bcc*",
    "amqp/mandatory",
    "solace/clientName",
)
"""Fields that say how the application itself connects; nobody else notices."""


def _values(pair: Pair) -> Iterator[tuple[str, Json, Json]]:
    """Every binding field that both versions state and that differs."""
    before, after = pair.fact("bindings")
    if pair.both and before != after:
        for name in before:
            if name in after and before[name] != after[name]:
                yield name, before[name], after[name]


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _when(before: Json, after: Json) -> str:
    """Which way a value went; ``raised`` for endless (-1), nothing for what has no order."""
    if not all(isinstance(value, int) and not isinstance(value, bool) for value in (before, after)):
        return "any"
    one, other = (float("inf") if value == -1 else value for value in (before, after))
    return "raised" if other > one else "lowered"


def _check(binding: Binding, pair: Pair, _policies: Policies) -> Iterator[Change]:
    for name, before, after in _values(pair):
        if not _matches(name, binding.fields) or binding.when not in ("any", _when(before, after)):
            continue
        yield _change(pair, name, before, after)


def _change(pair: Pair, name: str, before: Json, after: Json) -> Change:
    at = f"/bindings/{name}" if "/" in name else ""
    said = f"the binding {name} changed from {before!r} to {after!r}"
    return Change(f"{pair.label}: {said}", old=at, new=at)


for _binding in BINDINGS:
    register(
        Rule(
            _binding.rule,
            _binding.level,
            KINDS,
            "bindings",
            _binding.summary,
            _binding.advice,
            _binding.rule if _binding.when == "any" else None,
            partial(_check, _binding),
        )
    )


@rule(
    "binding-removed",
    on=KINDS,
    level=Level.WARNING,
    reverse="binding-added",
    advice="Keep stating the binding: clients are configured by it.",
)
def binding_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Something that clients are configured by is not stated any more."""
    before, after = pair.fact("bindings")
    if pair.both and before != after:
        for name in before:
            if name not in after and not _matches(name, UNSEEN):
                said = f"the binding {name} was {pair.say('removed')}"
                yield Change(f"{pair.label}: {said}", old=f"/bindings/{name}")


@rule(
    "binding-not-judged",
    on=KINDS,
    level=Level.UNKNOWN,
    reverse="binding-not-judged",
    advice="Check what the change means for clients of this protocol.",
)
def binding_not_judged(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A binding changed and nothing is known about what that means."""
    for name, before, after in _values(pair):
        known = any(_matches(name, binding.fields) for binding in BINDINGS)
        if not known and not _matches(name, UNSEEN):
            yield _change(pair, name, before, after)
