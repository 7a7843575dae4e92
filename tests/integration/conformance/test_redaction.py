"""What a contract classifies never leaves the runner, wherever a live answer says it."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from conformance.evidence.reports import FORMATS, render
from conformance.http import run
from conformance.plan import Suite
from contracts.documents import from_data

SECRETS = ("Erika Mustermann", "4711471147")
SCHEMA = {
    "type": "object",
    "properties": {
        "holder": {"type": "integer", "x-personal-data": True},
        "taxId": {"type": "string", "x-classification": "restricted"},
        "city": {"type": "integer"},
    },
}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Accounts", "version": "1.0.0"},
    "paths": {
        "/accounts": {
            "get": {
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": {"application/json": {"schema": SCHEMA}},
                    }
                }
            }
        }
    },
}


class Accounts(BaseHTTPRequestHandler):
    """Breaks its contract with the very values it must not tell."""

    def do_GET(self) -> None:
        body = json.dumps({"holder": SECRETS[0], "taxId": int(SECRETS[1]), "city": "Ulm"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def test_classified_values_do_not_leave_the_runner() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Accounts)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    heard: list[str] = []
    try:
        found = run(
            Suite(max_examples=2, phases=("coverage",), methods=("GET",)),
            from_data(DOCUMENT, name="accounts.yaml"),
            f"http://127.0.0.1:{server.server_port}",
            lambda progress: heard.append(json.dumps(progress.data, default=str)),
        )
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
    assert len(found.failures) >= 2, "each broken field is a cause of its own"
    everything = "".join([*heard, *(render(found, format_) for format_ in FORMATS)])
    assert "Ulm" in everything
    for secret in SECRETS:
        assert secret not in everything
