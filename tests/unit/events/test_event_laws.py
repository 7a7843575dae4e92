"""Laws of event contracts, on generated ones: spelling means nothing, direction is everything."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import compare
from contracts.verdict import Level, Mode, Verdict

Json = Any
law = settings(max_examples=25, deadline=None, derandomize=True)

fields = st.dictionaries(
    st.sampled_from(["id", "lot", "qty", "note"]),
    st.one_of(
        st.fixed_dictionaries({"type": st.sampled_from(["string", "integer", "number"])}),
        st.fixed_dictionaries({"type": st.just("string"), "maxLength": st.integers(1, 5)}),
        st.fixed_dictionaries({"enum": st.lists(st.sampled_from("abc"), min_size=1, unique=True)}),
    ),
    min_size=1,
    max_size=3,
)


def payload(kind: str, properties: Json, required: list[str]) -> Json:
    return {
        "type": "object",
        "required": ["kind", *(name for name in required if name in properties)],
        "properties": {"kind": {"const": kind}, **properties},
    }


messages = st.lists(
    st.tuples(fields, st.lists(st.sampled_from(["id", "qty"]), unique=True)),
    min_size=1,
    max_size=3,
).map(lambda listed: {f"m{n}": payload(f"k{n}", *one) for n, one in enumerate(listed)})


def headers(payload: Json) -> Json:
    """Headers that repeat the members of a payload, so that they change with it."""
    return {key: payload[key] for key in ("type", "required", "properties")}


def document(action: str, payloads: Json) -> Json:
    """One channel on one server; every message is a component."""
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Laws", "version": "1"},
        "servers": {"s": {"host": "k.example.com:9092", "pathname": "/v", "protocol": "kafka"}},
        "channels": {
            "c": {
                "address": "area.{site}.c",
                "servers": [{"$ref": "#/servers/s"}],
                "parameters": {"site": {"enum": ["a", "b"], "default": "a"}},
                "bindings": {"kafka": {"partitions": 3}},
                "messages": {key: {"$ref": f"#/components/messages/{key}"} for key in payloads},
            }
        },
        "operations": {"o": {"action": action, "channel": {"$ref": "#/channels/c"}}},
        "components": {
            "messages": {
                key: {"headers": headers(value), "payload": value}
                for key, value in payloads.items()
            }
        },
    }


def older(action: str, payloads: Json) -> Json:
    """The same contract in AsyncAPI 2.6."""
    verb = "subscribe" if action == "send" else "publish"
    listed = [
        {"messageId": key, "headers": headers(value), "payload": value}
        for key, value in payloads.items()
    ]
    schema = {"type": "string", "enum": ["a", "b"], "default": "a"}
    channel = {
        "servers": ["s"],
        "parameters": {"site": {"schema": schema}},
        "bindings": {"kafka": {"partitions": 3}},
        verb: {"operationId": "o", "message": {"oneOf": listed}},
    }
    return {
        "asyncapi": "2.6.0",
        "info": {"title": "Laws", "version": "1"},
        "servers": {"s": {"url": "kafka://k.example.com:9092/v", "protocol": "kafka"}},
        "channels": {"area.{site}.c": channel},
    }


def inlined(action: str, payloads: Json) -> Json:
    made = document(action, payloads)
    named = made.pop("components")["messages"]
    made["channels"]["c"]["messages"] = named
    return made


def renamed(action: str, payloads: Json) -> Json:
    """Everything that has a name under another one, members in another order."""
    made = document(action, {f"x{key}": value for key, value in reversed(payloads.items())})
    channel = made["channels"]["d"] = made["channels"].pop("c")
    channel["address"] = "area.{place}.c"
    channel["parameters"]["place"] = channel["parameters"].pop("site")
    made["servers"]["t"] = made["servers"].pop("s")
    channel["servers"] = [{"$ref": "#/servers/t"}]
    made["operations"] = {"p": {"channel": {"$ref": "#/channels/d"}, "action": action}}
    return made


actions = st.sampled_from(["send", "receive"])


def apart(action: str, payloads: Json) -> Json:
    """Each message on a channel and in an operation of its own, all of one address."""
    made = document(action, payloads)
    whole, operation = made["channels"].pop("c"), made["operations"].pop("o")
    for key in payloads:
        made["channels"][key] = {**whole, "messages": {key: whole["messages"][key]}}
        made["operations"][key] = {**operation, "channel": {"$ref": f"#/channels/{key}"}}
    return made


def with_traits(action: str, payloads: Json) -> Json:
    """What messages and operations have in common, said in traits."""
    made = document(action, payloads)
    made["components"]["messageTraits"] = {}
    for key, message in made["components"]["messages"].items():
        made["components"]["messageTraits"][key] = {"headers": message.pop("headers")}
        message["traits"] = [{"$ref": f"#/components/messageTraits/{key}"}]
    return made


@law
@given(actions, messages)
def test_spelling_means_nothing(action: str, payloads: Json) -> None:
    plain = document(action, payloads)
    for other in (
        copy.deepcopy(plain),
        inlined(action, payloads),
        renamed(action, payloads),
        older(action, payloads),
        apart(action, payloads),
        with_traits(action, payloads),
    ):
        for one, two in ((plain, other), (other, plain)):
            report = compare(one, two, mode=Mode.FULL)
            assert report.verdict is Verdict.COMPATIBLE, report.findings
            assert not [f for f in report.findings if f.level is not Level.INFO]


@law
@given(actions, messages, messages)
def test_full_is_backward_and_forward(action: str, old: Json, new: Json) -> None:
    one, other = document(action, old), document(action, new)
    verdict = {
        mode: compare(one, other, mode=mode).verdict
        for mode in (Mode.BACKWARD, Mode.FORWARD, Mode.FULL)
    }
    halves = {verdict[Mode.BACKWARD], verdict[Mode.FORWARD]}
    assert (Verdict.BREAKING in halves) == (verdict[Mode.FULL] is Verdict.BREAKING)
    assert (halves == {Verdict.COMPATIBLE}) == (verdict[Mode.FULL] is Verdict.COMPATIBLE)


@law
@given(messages, messages)
def test_what_breaks_a_reader_breaks_a_writer_the_other_way_round(old: Json, new: Json) -> None:
    """Payloads only: sent from old to new asks what received from new to old asks."""
    keys = old.keys() & new.keys()
    one, other = ({key: side[key] for key in sorted(keys)} for side in (old, new))
    sent = compare(document("send", one), document("send", other))
    received = compare(document("receive", other), document("receive", one))
    errors = [{f.rule for f in r.findings if f.witness is not None} for r in (sent, received)]
    assert bool(errors[0]) == bool(errors[1])


@law
@given(actions, messages, messages)
def test_every_spelling_gives_the_same_verdict(action: str, old: Json, new: Json) -> None:
    plain = compare(document(action, old), document(action, new))
    for spelled in (inlined, older, apart, with_traits):
        other = compare(spelled(action, old), spelled(action, new))
        assert other.verdict is plain.verdict
        assert {f.rule for f in other.breaking} == {f.rule for f in plain.breaking}
