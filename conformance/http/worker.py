"""The process that generates traffic: a job on stdin, events as NDJSON on stdout.

It ends by itself when its parent goes away (stdin closes), and within a second of SIGTERM it has
written down what it saw, even while a request hangs.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from conformance.http.groups import Stage
from conformance.http.operations import operations
from conformance.plan import Sandbox, Suite
from conformance.process.child import Channel, serve

GRACE = 1.0
"""Seconds a cancelled run may take to end by itself."""
TOKEN_TIMEOUT = 15.0
"""Seconds a token endpoint may take."""


def main() -> int:
    """Run the job read from stdin."""
    return serve(_run)


def _spare_the_collector() -> None:
    """Leave what was imported alone and look less often: a twentieth of a run's processor time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _run(job: dict[str, Any], channel: Channel) -> int:
    from conformance.http.certificates import arguments
    from conformance.http.execution import Execution
    from conformance.http.fence import Fence
    from conformance.http.guard import Guard
    from conformance.http.patience import Patience
    from conformance.http.tokens import NoToken
    from conformance.http.wire import Wire

    _spare_the_collector()
    suite = Suite.from_mapping(job["suite"])
    document = job["document"]
    known = operations(document)
    selected = tuple(o for o in known if suite.selects(o.label, o.operation_id, o.method))
    credential = job["credential"]
    addresses = {address_of(job["target"])}
    if credential["grant"]:
        addresses.add(address_of(credential["grant"]["token_url"]))
    guard = Guard(
        methods=frozenset(job["methods"]),
        addresses=frozenset({address_of(job["target"])}),
        reachable=frozenset(addresses),
        max_rate=suite.rate_limit,
    )
    certificates = arguments(job["certificates"], Path.cwd())
    wire = Wire(guard, suite.request_timeout, certificates, Patience(known))
    sandbox = Sandbox.from_mapping(job["sandbox"])
    if sandbox.asks:
        wire.fence = Fence(sandbox, suite, document, known)
    wire.install()
    try:
        headers = signed_in(credential, wire, certificates)
    except NoToken as error:
        channel.send("finished", stopped="no token", trouble=str(error), operations=[], failures=[])
        return 0
    execution = Execution(
        suite=suite,
        document=document,
        target=job["target"],
        known=known,
        selected=selected,
        credentials=headers,
        keys=credential["keys"],
        secrets=_secrets(credential),
        restricted=frozenset(job.get("restricted", ())),
        wire=wire,
        channel=channel,
    )
    execution.shared = bool(job["shared"])
    _stop_on_signal(execution)
    stages = [Stage(tuple(s["operations"]), tuple(s["phases"])) for s in job["stages"]]
    execution.run(stages, job["probes"])
    execution.report()
    return 0


def signed_in(credential: dict[str, Any], wire: Any, certificates: dict[str, Any]) -> Any:
    """The headers that carry a credential; a token is asked for where it needs one.

    Raises:
        NoToken: the token endpoint gives none.
    """
    if not credential["grant"]:
        return credential["headers"]
    import requests

    from conformance.http.tokens import TokenSource

    def post(url: str, form: Any, headers: Any) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            return session.post(
                url, data=form, headers=headers, timeout=TOKEN_TIMEOUT, allow_redirects=False,
                **certificates,
            )  # fmt: skip

    source = TokenSource(credential["grant"], wire.aside(post))
    headers = source.start()
    wire.signer = source
    return headers


def _secrets(credential: dict[str, Any]) -> list[str]:
    values = [*credential["headers"].values(), *credential["keys"].values()]
    values += [v.split(" ")[-1] for v in credential["headers"].values()]
    if credential["grant"]:
        values.append(credential["grant"]["client_secret"])
    return values


def address_of(url: str) -> tuple[str, int]:
    """Host and port of a URL."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _stop_on_signal(execution: Any) -> None:
    def last_word() -> None:
        time.sleep(GRACE)
        execution.report()
        os._exit(0)

    def stop(_signum: int, _frame: object) -> None:
        execution.stop("cancelled")
        threading.Thread(target=last_word, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
