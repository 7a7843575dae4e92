"""``python -m conformance.reference <system>``: one reference service as a process."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path

import contracts
from conformance.reference.capture import Capture
from conformance.reference.emission import BrokerRefused, Emission
from conformance.reference.faults import Faults, UnknownFault
from conformance.reference.service import Parts, Service, library, wsgi
from conformance.reference.systems import SYSTEMS

TOKEN = "reference-token"  # noqa: S105 - a loopback demo, documented as open


def main(argv: list[str] | None = None) -> int:
    """Serve until told to stop; tells where in ``--ready-file`` and on stdout."""
    options = _options(argv)
    blueprint = SYSTEMS[options.system]
    active = [name for name in (options.faults or "").split(",") if name]
    try:
        faults = Faults(blueprint.faults, active)
    except UnknownFault as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201
        return 2
    try:
        emission = Emission(options.broker) if options.broker else None
    except BrokerRefused as error:
        print(f"error: --broker: {error}", file=sys.stderr)  # noqa: T201
        return 2
    publish = emission.publish if emission else None
    capture = Capture(options.capture, faults.event, faults.line, publish)
    from contracts.documents import load

    documents = {
        contract: load(library(options.library, contract, options.release)).data
        for contract in blueprint.contracts
    }
    parts = Parts(faults, capture, options.release)
    system = blueprint.build(parts)
    token = os.environ.get("INTERLOCK_REFERENCE_TOKEN", TOKEN)
    service = Service(system, documents, parts, token)
    from conformance.reference.edge import server

    try:
        listening = server(wsgi(service, blueprint.name), options.host, options.port)
    except (OSError, SystemExit):
        print(f"error: port {options.port} is taken; try --port 0", file=sys.stderr)  # noqa: T201
        return 2
    url = f"http://{options.host}:{listening.port}"
    ready = {"system": blueprint.name, "release": options.release, "url": url, "pid": os.getpid()}
    if options.ready_file:
        partial = options.ready_file.with_suffix(".partial")
        partial.write_text(json.dumps(ready), encoding="utf-8")
        partial.replace(options.ready_file)
    print(json.dumps(ready), flush=True)  # noqa: T201
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=listening.shutdown).start())
    listening.serve_forever(poll_interval=0.1)
    capture.close()
    if emission:
        emission.close()
    return 0


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m conformance.reference", description=__doc__)
    parser.add_argument("system", choices=sorted(SYSTEMS))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--release", default="1.0.0", help="release of the system to play")
    parser.add_argument("--faults", help="comma-separated ids of faults to switch on")
    parser.add_argument("--capture", type=Path, help="JSONL file that gets the events")
    parser.add_argument(
        "--broker", help="nats://host:port of a JetStream server that gets them too"
    )
    parser.add_argument("--ready-file", type=Path, help="gets the address as JSON once it listens")
    parser.add_argument("--library", type=Path, default=Path(contracts.__file__).parent / "library")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
