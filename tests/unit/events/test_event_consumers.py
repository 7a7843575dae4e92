"""Who of the consumers is hurt by a change of an event, by the channel, operation or message used."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from contracts import compare
from contracts.compatibility.policies import Policies
from contracts.governance.expectations import Expectation, Tolerance, Usage
from contracts.governance.fieldpath import FieldPath
from contracts.governance.vocabulary import NewEnumValues
from contracts.verdict import Verdict

Json = Any


def message(kind: str, **properties: Json) -> Json:
    members = {"kind": {"const": kind}, **properties}
    return {"payload": {"type": "object", "required": list(members), "properties": members}}


BASE: Json = {
    "asyncapi": "3.0.0",
    "info": {"title": "Socket", "version": "1"},
    "channels": {
        "pings": {"address": "/", "messages": {"ping": message("ping", n={"type": "integer"})}},
        "trades": {
            "address": "/",
            "messages": {
                "bought": message("bought", lot={"type": "string"}, side={"enum": ["a", "b"]}),
                "sold": message("sold", lot={"type": "string"}),
            },
        },
        "orders": {
            "address": "orders",
            "messages": {"place": message("place", m={"maxLength": 9})},
        },
    },
    "operations": {
        "sendPings": {"action": "send", "channel": {"$ref": "#/channels/pings"}},
        "sendBought": {
            "action": "send",
            "channel": {"$ref": "#/channels/trades"},
            "messages": [{"$ref": "#/channels/trades/messages/bought"}],
        },
        "sendSold": {
            "action": "send",
            "channel": {"$ref": "#/channels/trades"},
            "messages": [{"$ref": "#/channels/trades/messages/sold"}],
        },
        "takeOrders": {"action": "receive", "channel": {"$ref": "#/channels/orders"}},
    },
}

CONSUMERS = (
    Expectation("by channel", (Usage("channel", "trades"),)),
    Expectation("by operation", (Usage("operation", "sendSold"),)),
    Expectation("by message", (Usage("message", "bought", reads=(FieldPath.parse("lot"),)),)),
    Expectation(
        "patient",
        (Usage("message", "bought"),),
        Tolerance(new_enum_values=NewEnumValues.ACCEPT),
    ),
    Expectation("pings", (Usage("channel", "pings"),)),
    Expectation("by address", (Usage("channel", "/"),)),
    Expectation("writer", (Usage("channel", "orders", sends=(FieldPath.parse("m"),)),)),
    Expectation("other writer", (Usage("channel", "orders", sends=(FieldPath.parse("kind"),)),)),
)
PAYLOAD = "{}/payload/properties"


def hurt(change: dict[str, Json], policies: Policies | None = None) -> set[str]:
    new = copy.deepcopy(BASE)
    for at, value in change.items():
        owner, *path = at.split("/")
        target = new[owner]
        for token in path[:-1]:
            target = target[token]
        if value is None:
            del target[path[-1]]
        else:
            target[path[-1]] = value
    report = compare(BASE, new, policies=policies, consumers=CONSUMERS)
    return {name for name, one in report.consumers.items() if one.verdict is Verdict.BREAKING}


BOUGHT = "channels/trades/messages/bought/payload/properties"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"channels/pings/messages/ping/payload/properties/n": {}}, {"pings", "by address"}),
        (
            {"channels/trades/messages/sold/payload/properties/lot": {}},
            {"by channel", "by operation", "by address"},
        ),
        ({f"{BOUGHT}/lot": {}}, {"by channel", "by message", "patient", "by address"}),
        ({f"{BOUGHT}/side": {"enum": ["a", "b", "c"]}}, {"by channel", "by address"}),
        ({"channels/orders/messages/place/payload/properties/m": {"maxLength": 3}}, {"writer"}),
        ({"channels/orders/address": "orders-2"}, {"writer", "other writer"}),
        ({"operations/takeOrders": None}, {"writer", "other writer"}),
    ],
)
def test_a_change_hurts_who_uses_what_changed(change: Json, expected: set[str]) -> None:
    assert hurt(change) == expected


def test_tolerant_readers_bear_a_new_value() -> None:
    change = {f"{BOUGHT}/side": {"enum": ["a", "b", "c"]}}
    assert hurt(change, Policies.lenient()) == {"by channel", "by address"}
