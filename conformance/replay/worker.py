"""The process that sends the requests of a replay: a job on stdin, the answers on stdout."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from conformance.evidence import RecordedRequest
from conformance.process.child import Channel, serve


def main() -> int:
    """Send the requests of the job read from stdin."""
    return serve(_send)


def _send(job: dict[str, Any], channel: Channel) -> int:
    from conformance.http.certificates import arguments
    from conformance.http.guard import Guard
    from conformance.http.patience import Patience
    from conformance.http.sending import PlainSender
    from conformance.http.tokens import NoToken
    from conformance.http.wire import Wire
    from conformance.http.worker import address_of, signed_in

    credential = job["credential"]
    target = address_of(job["target"])
    grant = credential["grant"]
    guard = Guard(
        methods=frozenset(job["methods"]),
        addresses=frozenset({target}),
        reachable=frozenset({target, address_of(grant["token_url"])} if grant else {target}),
        max_rate=job["rate"],
    )
    certificates = arguments(job["certificates"], Path.cwd())
    wire = Wire(guard, job["timeout"], certificates, Patience(()))
    wire.install()
    try:
        headers = signed_in(credential, wire, certificates)
    except NoToken as error:
        channel.send("refused", message=str(error))
        return 0
    send = PlainSender(job["timeout"])
    for stated in job["requests"]:
        plain = RecordedRequest.from_json(stated)
        signed = RecordedRequest(
            plain.method, plain.url, (*plain.headers, *headers.items()), plain.body
        )
        response = send(signed)
        channel.send("answer", response=response.to_json() if response else None)
    channel.send("finished")
    return 0


if __name__ == "__main__":
    sys.exit(main())
