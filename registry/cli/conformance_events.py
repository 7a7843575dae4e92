"""``interlock conformance events``: do a system's messages keep their contracts?"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.evidence.reports import FORMATS
from conformance.plan import SuiteInvalid
from registry.cli import exits
from registry.cli.conformance import STATUS, write
from registry.cli.conformance_suite import listed

if TYPE_CHECKING:
    from conformance.events import Message
    from conformance.events.source import Reading
    from contracts.documents import Document


@click.command("events")
@click.option(
    "--contract",
    "contracts",
    required=True,
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="AsyncAPI document, or a folder of them; may be given more than once.",
)
@click.option(
    "--capture",
    "captures",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Captured messages: JSON lines or a CloudEvents batch; may be given more than once.",
)
@click.option(
    "--broker",
    help="nats:// (JetStream), kafka://, amqp:// (RabbitMQ), mqtt:// host:port, only read; "
    "webhook://host:port listens there.",
)
@click.option("--secret", help="Where user:password of the broker is: env:NAME or file:/path.")
@click.option("--last", type=int, default=10_000, show_default=True, help="Messages per channel.")
@click.option("--seconds", type=float, default=30.0, show_default=True, help="Reading ends then.")
@click.option(
    "--schemas",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON object from schema ids to Avro schemas, for values in Confluent's frame.",
)
@click.option("--checks", help="Comma-separated; default: all.")
@click.option("--freshness", type=float, help="Seconds after which a message came late.")
@click.option("--format", "shape", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write it there.")
def events_command(
    contracts: tuple[Path, ...],
    captures: tuple[Path, ...],
    broker: str | None,
    secret: str | None,
    last: int,
    seconds: float,
    schemas: Path | None,
    checks: str | None,
    freshness: float | None,
    shape: str,
    output: Path | None,
) -> None:
    """Hold messages of captures or of a broker against the event contracts of their channels.

    A broker is only read: no group is joined, nothing is acknowledged or committed.

    Exit status: 0 passed, 1 failures, 2 usage or unreadable input, 3 no message was seen,
    4 broker not reachable.
    """
    from conformance.events import CHECKS, EventSuite, check
    from conformance.events.brokers import signed_in, without_credentials
    from conformance.events.schemas import Schemas, with_schemas
    from conformance.events.source import BrokerUnreachable, Reading

    if bool(captures) == bool(broker):
        raise SuiteInvalid("Give either --capture or --broker")
    wanted = listed(checks) or CHECKS
    unknown = [name for name in wanted if name not in CHECKS]
    if unknown:
        raise SuiteInvalid(f"There is no check {unknown[0]!r}; known are {', '.join(CHECKS)}")
    documents = list(_asyncapi(contracts))
    reading = Reading(most=last, seconds=seconds)
    if secret is not None and broker is not None:
        broker = signed_in(broker, secret)
    source = (
        without_credentials(broker) if broker else ", ".join(str(capture) for capture in captures)
    )
    suite = EventSuite(checks=wanted, freshness=freshness)
    messages = _messages(captures, broker, documents, reading)
    if schemas is not None:
        messages = with_schemas(messages, Schemas.load(schemas))
    try:
        found = check(suite, documents, messages, source=source, seen=reading.seen)
    except BrokerUnreachable as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(exits.COULD_NOT_ASK)
    read = tuple(seen.sentence() for seen in reading.seen if seen.count)
    found = replace(found, warnings=found.warnings + read)
    write(found, shape, output)
    sys.exit(STATUS[found.outcome])


def _messages(
    captures: tuple[Path, ...], broker: str | None, documents: list[Document], reading: Reading
) -> Iterator[Message]:
    from conformance.events import read_capture
    from conformance.events.brokers import open_source
    from conformance.events.channels import Channels

    if broker is None:
        for capture in captures:
            yield from read_capture(capture)
        return
    addresses = tuple(Channels((d.name, d.data) for d in documents).by_address)
    yield from open_source(broker).read(addresses, reading)


def _asyncapi(paths: tuple[Path, ...]) -> Iterator[Document]:
    from contracts.documents import load
    from contracts.errors import UnsupportedFormat

    for path in paths:
        if path.is_dir():
            inside = sorted(path.rglob("*.asyncapi.yaml"))
            if not inside:
                raise UnsupportedFormat("has no *.asyncapi.yaml in it or below", source=str(path))
            yield from (load(file) for file in inside)
            continue
        document = load(path)
        if not isinstance(document.data, dict) or "asyncapi" not in document.data:
            raise UnsupportedFormat("not an AsyncAPI document", source=str(path))
        yield document
