"""Binding fields that others notice, by what happens to them when one changes.

Source: github.com/asyncapi/bindings. A field that stands in no table is not judged, and the
report says so; one that nobody else can see (a client id) is left out.
"""

from __future__ import annotations

from contracts.lean_dataclasses import dataclass
from contracts.verdict import Level


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
            "googlepubsub/messageRetentionDuration",
            "sqs/*messageRetentionPeriod",
            "ros2/qosPolicies/lifespan",
        ),
        Level.WARNING,
        "Messages are gone sooner than readers count on when they replay.",
        "Keep the retention at least as long as the longest replay that a consumer needs.",
        "lowered",
    ),
    Binding(
        "kafka-message-size-raised",
        ("kafka/topicConfiguration/max.message.bytes", "ibmmq/maxMsgLength"),
        Level.WARNING,
        "Messages may be larger than readers fetch.",
        "Have every reader raise its fetch size first, or send large content by reference.",
        "raised",
    ),
    Binding(
        "message-size-lowered",
        ("kafka/topicConfiguration/max.message.bytes", "ibmmq/maxMsgLength"),
        Level.WARNING,
        "The broker refuses messages that senders may still write.",
        "Keep the limit until every sender writes smaller messages.",
        "lowered",
    ),
    Binding(
        "kafka-schema-location-changed",
        (
            "kafka/schemaIdLocation",
            "kafka/schemaIdPayloadEncoding",
            "kafka/schemaLookupStrategy",
            "kafka/topicConfiguration/confluent.*.subject.name.strategy",
        ),
        Level.ERROR,
        "Readers find the schema id elsewhere in the message, or encoded in another way.",
        "Write to a new topic with the new encoding.",
    ),
    Binding(
        "kafka-schema-validation-changed",
        ("kafka/topicConfiguration/confluent.*.schema.validation",),
        Level.WARNING,
        "The broker refuses, or no longer refuses, messages whose schema it does not know.",
        "Have every sender register its schemas before the broker looks.",
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
        (
            "mqtt/qos",
            "amqp/deliveryMode",
            "solace/destinations/*/deliveryMode",
            "ros2/qosPolicies/reliability",
            "ros2/qosPolicies/durability",
            "pulsar/persistence",
        ),
        Level.ERROR,
        "Messages may be lost where they were not before.",
        "Keep the delivery guarantee, or move readers that can lose messages to a new channel.",
        "lowered",
    ),
    Binding(
        "delivery-strengthened",
        (
            "mqtt/qos",
            "amqp/deliveryMode",
            "solace/destinations/*/deliveryMode",
            "ros2/qosPolicies/reliability",
            "ros2/qosPolicies/durability",
            "pulsar/persistence",
        ),
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
        (
            "amqp/expiration",
            "mqtt/messageExpiryInterval",
            "solace/timeToLive",
            "solace/destinations/*/queue/maxTtl",
            "ibmmq/expiry",
        ),
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
            "googlepubsub/schemaSettings/encoding",
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
        ("http/method", "http/type", "ws/method", "http/statusCode"),
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
            "sqs/queues/*/name",
            "sqs/*fifoQueue",
            "sns/ordering/type",
            "sns/ordering",
            "pulsar/namespace",
            "pulsar/tenant",
            "googlepubsub/topic",
            "solace/destinations/*/destinationType",
            "solace/destinations/*/*/name",
            "solace/destinations/*/*/topicSubscriptions*",
            "solace/msgVpn",
            "ros2/domainId",
        ),
        Level.ERROR,
        "Messages go to another queue or topic than clients use, or one of another kind.",
        "Serve both for a notice period.",
    ),
    Binding(
        "pulsar-persistence-changed",
        ("pulsar/compaction", "pulsar/geo-replication*", "pulsar/deduplication"),
        Level.WARNING,
        "Messages are kept, copied or freed of duplicates by another rule than readers count on.",
        "Move to a new topic.",
    ),
    Binding(
        "redelivery-changed",
        (
            "sqs/*redrivePolicy*",
            "sqs/*visibilityTimeout",
            "sqs/*deliveryDelay",
            "sqs/*deduplicationScope",
            "sns/*redrivePolicy*",
            "sns/*contentBasedDeduplication",
            "solace/dmqEligible",
        ),
        Level.WARNING,
        "Messages come again, later or twice where they did not before.",
        "Check the time that readers take for a message, and that they recognise duplicates.",
    ),
    Binding(
        "ordering-key-changed",
        ("googlepubsub/orderingKey",),
        Level.WARNING,
        "Messages are kept in order by another key than readers count on.",
        "Write to a new topic with the new key.",
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
    "solace/destinations/*/queue/accessType",
    "solace/destinations/*/bindingVersion",
    "jms/jmsConnectionFactory",
    "jms/properties*",
    "jms/clientID",
    "ibmmq/heartBeatInterval",
    "ibmmq/description",
    "sns/tags*",
    "sqs/*tags*",
    "sqs/*receiveMessageWaitTime",
    "sqs/*fifoThroughputLimit",
    "googlepubsub/labels*",
    "googlepubsub/schema/*",
    "googlepubsub/schemaSettings/name",
    "googlepubsub/schemaSettings/*RevisionId",
    "mqtt5/sessionExpiryInterval",
    "ros2/rmwImplementation",
    "ros2/node",
)
"""Fields that say how the application itself connects; nobody else notices."""


ADDRESSES = ("kafka/topic", "jms/destination", "anypointmq/destination")
"""Fields that say what the address says where they are not stated."""

SCALES = (
    ("direct", "persistent"),
    ("best_effort", "reliable"),
    ("volatile", "transient_local"),
    ("non-persistent", "persistent"),
)
"""Words with an order, the weaker one first."""
