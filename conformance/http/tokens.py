"""OAuth 2.0 client credentials (RFC 6749 §4.4): a token before the first request, renewed in time.

Generated requests carry a stand-in, and the wire puts the token of the moment in its place. So a
token that expires in the middle of a run is renewed, a request whose credential was changed on
purpose stays as it is, and no record ever holds a token.
"""

from __future__ import annotations

import base64
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import requests

from contracts.errors import ContractError

EARLY = 10.0
"""Seconds before its end after which a token is renewed (at most a third of its life)."""
YOUNG = 1.0
"""Seconds of age below which a refused token is not renewed: it is the caller that is refused."""
FRUITLESS = 3
"""So many renewals in a row that were refused as well, and refusals are taken as they are."""
AUTHORIZATION = "Authorization"

Post = Callable[[str, Mapping[str, str], Mapping[str, str]], requests.Response]


class NoToken(ContractError):
    """The token endpoint gave no token."""

    code = "no-token"


class TokenSource:
    """Asks for tokens and puts them on requests. Safe to use from any thread."""

    def __init__(
        self, grant: Mapping[str, str], post: Post, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._grant = grant
        self._post = post
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._asked_at = 0.0
        self._renew_at = float("inf")
        self._fruitless = 0
        self.issued: list[str] = []
        self.stand_in = f"Bearer stand-in-{secrets.token_hex(8)}"

    def start(self) -> dict[str, str]:
        """Get the first token; the headers for generated requests.

        Raises:
            NoToken: the endpoint gives none; the sentence says why.
        """
        self._renew()
        return {AUTHORIZATION: self.stand_in}

    def sign(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The request with the token of the moment, where it carries the stand-in."""
        if request.headers.get(AUTHORIZATION) != self.stand_in:
            return request
        with self._lock:
            if self._clock() >= self._renew_at:
                try:
                    self._renew()
                except NoToken:
                    self._renew_at = self._clock() + YOUNG  # the old one may still do
            token = self._token
        signed = request.copy()
        signed.headers[AUTHORIZATION] = f"Bearer {token}"
        return signed

    def renewed(self, signed: requests.PreparedRequest, status: int) -> bool:
        """Whether a refused request is worth repeating, because there is a new token now."""
        value = str(signed.headers.get(AUTHORIZATION, ""))
        if status != 401 or value.removeprefix("Bearer ") not in self.issued:
            if 200 <= status < 300:
                self._fruitless = 0
            return False
        with self._lock:
            if value != f"Bearer {self._token}":
                return True  # another thread was faster
            if self._fruitless >= FRUITLESS or self._clock() - self._asked_at < YOUNG:
                return False
            self._fruitless += 1
            try:
                self._renew()
            except NoToken:
                return False
            return True

    def _renew(self) -> None:
        url = self._grant["token_url"]
        form, headers = self._request()
        try:
            response = self._post(url, form, headers)
        except (requests.RequestException, OSError) as error:
            raise NoToken(f"{url} does not answer: {_short(error)}") from error
        answer = _object(response)
        token = answer.get("access_token")
        if response.status_code != 200 or not isinstance(token, str) or not token:
            said = answer.get("error_description") or answer.get("error") or ""
            detail = f" ({str(said)[:200]})" if said else ""
            raise NoToken(f"{url} answered {response.status_code} and gave no token{detail}")
        life = answer.get("expires_in")
        now = self._clock()
        self._asked_at = now
        self._renew_at = float("inf")
        if isinstance(life, int | float) or (isinstance(life, str) and life.isdigit()):
            seconds = float(life)
            self._renew_at = now + seconds - min(EARLY, seconds / 3)
        self._token = token
        if token not in self.issued:
            self.issued.append(token)

    def _request(self) -> tuple[dict[str, str], dict[str, str]]:
        grant = self._grant
        form = {"grant_type": "client_credentials"}
        form |= {name: grant[name] for name in ("scope", "audience") if name in grant}
        headers = {"Accept": "application/json"}
        if grant.get("client_auth") == "body":
            form |= {"client_id": grant["client_id"], "client_secret": grant["client_secret"]}
        else:  # both parts are form-encoded first (RFC 6749 §2.3.1)
            pair = f"{quote(grant['client_id'], safe='')}:{quote(grant['client_secret'], safe='')}"
            headers[AUTHORIZATION] = "Basic " + base64.b64encode(pair.encode()).decode()
        return form, headers


def _object(response: requests.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _short(error: BaseException) -> str:
    """What is at the bottom of an error of several libraries."""
    inner = error
    for _ in range(8):
        parts = [getattr(inner, "reason", None), *inner.args]
        deeper = next((p for p in parts if isinstance(p, BaseException)), None)
        if deeper is None:
            break
        inner = deeper
    return str(inner)[:200]
