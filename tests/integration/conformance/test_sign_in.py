"""Signing in as real systems want it: tokens that expire in the middle, certificates, odd keys."""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from conformance.evidence import Outcome, Run
from conformance.http import run
from conformance.plan import Auth, Suite, Tls
from contracts.documents import from_data

SECRET = "client-secret-4711"


def document(scheme: dict[str, Any]) -> Any:
    answers = {
        "200": {
            "description": "ok",
            "content": {"application/json": {"schema": {"type": "object", "required": ["n"]}}},
        },
        "400": {"description": "no"},
        "401": {"description": "who?"},
    }
    size = {"name": "n", "in": "query", "schema": {"type": "integer", "minimum": 1}}
    data = {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1.0.0"},
        "paths": {
            f"/things{n}": {"get": {"parameters": [size], "responses": answers}} for n in range(2)
        },
        "components": {"securitySchemes": {"door": scheme}},
        "security": [{"door": []}],
    }
    return from_data(data, name="things.yaml")


OAUTH = {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/token", "scopes": {}}}}


@dataclass
class Door:
    """A system behind a door; ``lets_in`` looks at a request, tokens live for ``life`` seconds."""

    lets_in: Callable[[BaseHTTPRequestHandler], bool]
    life: float = 3600
    says_life: bool = True
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    tokens: dict[str, float] = field(default_factory=dict)
    in_body: bool = False

    def token(self, handler: BaseHTTPRequestHandler, form: dict[str, list[str]]) -> Any:
        self.asked.append(form)
        given = handler.headers.get("Authorization", "")
        basic = "Basic " + base64.b64encode(f"me:{SECRET}".encode()).decode()
        right = form.get("client_secret") == [SECRET] if self.in_body else given == basic
        if not right or form.get("grant_type") != ["client_credentials"]:
            return 401, {"error": "invalid_client", "error_description": "who are you?"}
        token = f"token-of-the-moment-{len(self.asked)}"
        self.tokens[token] = time.monotonic() + self.life
        life = {"expires_in": self.life} if self.says_life else {}
        return 200, {"access_token": token, "token_type": "Bearer", **life}

    def bearer(self, handler: BaseHTTPRequestHandler) -> bool:
        token = handler.headers.get("Authorization", "").removeprefix("Bearer ")
        return self.tokens.get(token, 0) > time.monotonic()


@contextmanager
def standing(door: Door, context: ssl.SSLContext | None = None) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def any(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            url = urlsplit(self.path)
            if url.path == "/token":
                status, body = door.token(self, parse_qs(raw.decode()))
            elif self.command != "GET":
                status, body = 405, {}
            elif not door.lets_in(self):
                status, body = 401, {}
            else:
                given = parse_qs(url.query, keep_blank_values=True).get("n", ["1"])
                fine = len(given) == 1 and given[0].isascii() and given[0].isdigit()
                status = 200 if fine and int(given[0]) > 0 else 400
                body = {"n": 1} if "defect" not in url.path else {}
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Allow", "GET")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None: ...

    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "HEAD", "QUERY"):
        setattr(Handler, f"do_{method}", Handler.any)

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that is refused in the handshake is no error of the test."""

    server = Server(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http{'s' if context else ''}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def suite(**changes: Any) -> Suite:
    phases = ("coverage", "fuzzing")
    return Suite(phases=phases, max_examples=4).with_changes(**changes)


def oauth(url: str, **more: Any) -> Auth:
    return Auth("oauth2", "env:S", "me", f"{url}/token", **more)


def nothing_told(found: Run, *secrets: str) -> None:
    text = json.dumps(found.to_json())
    assert not [s for s in (*secrets, SECRET, "token-of-the-moment") if s in text]


@pytest.mark.parametrize("in_body", [False, True])
def test_client_credentials(in_body: bool) -> None:
    door = Door(lambda _h: False, in_body=in_body)
    door.lets_in = door.bearer
    with standing(door) as url:
        auth = oauth(url, scope="read", client_auth="body" if in_body else "basic")
        found = run(suite(auth=auth), document(OAUTH), url, environ={"S": SECRET})
    assert (found.outcome, found.failures) == (Outcome.PASSED, ()), found.reason
    assert found.requests > 10
    assert len(door.asked) == 1
    assert door.asked[0]["scope"] == ["read"]
    nothing_told(found)


@pytest.mark.parametrize("says_life", [True, False])
def test_a_token_that_expires_in_the_middle_is_renewed(says_life: bool) -> None:
    door = Door(lambda _h: False, life=1.6, says_life=says_life)
    door.lets_in = door.bearer
    with standing(door) as url:
        wanted = suite(auth=oauth(url), rate_limit=12, max_examples=20)
        found = run(wanted, document(OAUTH), url, environ={"S": SECRET})
    assert (found.outcome, found.failures) == (Outcome.PASSED, ()), found.reason
    assert len(door.asked) >= 3
    assert found.duration > 2 * door.life
    nothing_told(found)


def test_a_door_that_closes_for_good_ends_the_run() -> None:
    door = Door(lambda _h: False)
    door.lets_in = lambda handler: door.bearer(handler) and len(door.asked) < 2
    with standing(door) as url:

        def close() -> None:
            door.tokens.clear()

        timer = threading.Timer(4, close)
        timer.start()
        wanted = suite(auth=oauth(url), rate_limit=40, max_examples=500)
        found = run(wanted, document(OAUTH), url, environ={"S": SECRET})
        timer.cancel()
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "stopped accepting" in found.reason


def test_no_token_is_inconclusive_and_says_why() -> None:
    door = Door(lambda _h: True)
    with standing(door) as url:
        found = run(suite(auth=oauth(url)), document(OAUTH), url, environ={"S": "wrong"})
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "answered 401" in found.reason
    assert "who are you?" in found.reason
    assert found.requests == 0


@pytest.mark.parametrize("place", ["header", "query", "cookie"])
@pytest.mark.parametrize("enforced", [True, False])
def test_an_api_key_wherever_it_is_declared(place: str, enforced: bool) -> None:
    def lets_in(handler: BaseHTTPRequestHandler) -> bool:
        if not enforced:
            return True
        if place == "query":
            return parse_qs(urlsplit(handler.path).query).get("stock") == ["key-value-0815"]
        if place == "cookie":
            return "stock=key-value-0815" in handler.headers.get("Cookie", "")
        return handler.headers.get("stock") == "key-value-0815"

    scheme = {"type": "apiKey", "in": place, "name": "stock"}
    with standing(Door(lets_in)) as url:
        wanted = suite(auth=Auth("api-key", "env:K"))
        found = run(wanted, document(scheme), url, environ={"K": "key-value-0815"})
    if enforced:
        assert (found.outcome, found.failures) == (Outcome.PASSED, ()), found.reason
    else:
        assert {f.check for f in found.failures} == {"ignored_auth"}
    nothing_told(found, "key-value-0815")


@dataclass(frozen=True)
class Certificates:
    """An authority, a server's and a client's certificate, as files."""

    authority: Path
    server: Path
    client: Path
    key: Path


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    folder = tmp_path_factory.mktemp("tls")
    root = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
    now = dt.datetime.now(dt.UTC)

    def issue(subject: x509.Name, key: Any, usage: Any, *, authority: bool = False) -> bytes:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(minutes=5))
            .not_valid_after(now + dt.timedelta(hours=1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
                critical=False,
            )
        )
        if usage is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        return builder.sign(root, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def pem(key: Any) -> bytes:
        return bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )

    found = Certificates(*(folder / n for n in ("ca.pem", "server.pem", "client.pem", "key.pem")))
    found.authority.write_bytes(issue(name, root, None, authority=True))
    for path, common, usage in (
        (found.server, "server", ExtendedKeyUsageOID.SERVER_AUTH),
        (found.client, "client", ExtendedKeyUsageOID.CLIENT_AUTH),
    ):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
        certificate = issue(subject, key, usage)
        if path == found.client:
            path.write_bytes(certificate)
            found.key.write_bytes(pem(key))
        else:
            path.write_bytes(certificate + pem(key))
    return found


@contextmanager
def behind_tls(certificates: Certificates) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.server)
    context.load_verify_locations(certificates.authority)
    context.verify_mode = ssl.CERT_REQUIRED
    with standing(Door(lambda _h: True), context) as url:
        yield url


OPEN = {"type": "mutualTLS"}


@pytest.mark.parametrize("by", ["file", "env"])
def test_a_client_certificate(certificates: Certificates, by: str) -> None:
    files = (certificates.client, certificates.key, certificates.authority)
    environ = {f"PEM{n}": path.read_text() for n, path in enumerate(files)}
    tls = (
        Tls(*(f"file:{path}" for path in files))
        if by == "file"
        else Tls(*(f"env:{n}" for n in environ))
    )
    plain = {k: v for k, v in document(OPEN).data.items() if k not in {"security", "components"}}
    with behind_tls(certificates) as url:
        found = run(suite(tls=tls), from_data(plain, name="t.yaml"), url, environ=environ)
    assert (found.outcome, found.failures) == (Outcome.PASSED, ()), found.reason
    assert found.requests > 10


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("authority",), "wants a client certificate"),
        (("client", "key"), "is not trusted"),
        ((), "is not trusted"),
    ],
)
def test_what_is_missing_at_the_door_is_said(
    certificates: Certificates, given: tuple[str, ...], said: str
) -> None:
    roles = {"authority": "authority", "client": "certificate", "key": "key"}
    tls = Tls(**{roles[name]: f"file:{getattr(certificates, name)}" for name in given})
    with behind_tls(certificates) as url:
        found = run(suite(tls=tls), document(OPEN), url)
    assert found.outcome is Outcome.INCONCLUSIVE
    assert said in found.reason, found.reason
