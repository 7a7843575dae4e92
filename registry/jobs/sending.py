"""POST to an address somebody gave us, and only where it may go."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from registry.services.deliver_events import Answer

TIMEOUT = 10.0
KEPT = 300


class Sender:
    """Sends; ``private``: also to addresses that are not public."""

    def __init__(self, *, private: bool) -> None:
        self._private = private

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """One attempt; no redirect is followed."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            address = self._address(host, port)
        except OSError as error:
            return Answer(None, f"{host} cannot be resolved: {error}")
        if address is None:
            return Answer(None, f"{host} is not a public address; see INTERLOCK_PRIVATE_WEBHOOKS")
        # the address that was checked is the one that is called: the name is not looked up again
        shown = f"[{address}]" if ":" in address else address
        target = httpx.URL(url).copy_with(host=shown.strip("[]"))
        asked = {**headers, "Host": parts.netloc.rpartition("@")[2]}
        try:
            with (
                httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client,
                client.stream(
                    "POST", target, content=body, headers=asked, extensions={"sni_hostname": host}
                ) as response,
            ):
                said = next(response.iter_bytes(KEPT), b"")
        except httpx.HTTPError as error:
            return Answer(None, f"{type(error).__name__}: {error}"[:KEPT])
        if response.is_success:
            return Answer(response.status_code)
        return Answer(response.status_code, said.decode("utf-8", "replace"))

    def _address(self, host: str, port: int) -> str | None:
        """An address of the host that may be called, None if there is none."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(entry[4][0]) for entry in found]
        if self._private:
            return addresses[0]
        public = [a for a in addresses if ipaddress.ip_address(a.partition("%")[0]).is_global]
        return public[0] if public and len(public) == len(addresses) else None
