"""Whether anybody is there at all, and lets us in at the door, asked before anything else."""

from __future__ import annotations

import socket
import ssl
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

_ALERT = 0.5
"""Seconds in which a server that wants a client certificate says so after the handshake."""


def unreachable(
    target: str, *, timeout: float, certificates: Mapping[str, str] | None = None
) -> str | None:
    """Why no connection to the target can be made; None when one can. ``timeout`` in seconds."""
    url = urlsplit(target)
    port = url.port or (443 if url.scheme == "https" else 80)
    host = url.hostname or ""
    try:
        with socket.create_connection((host, port), timeout=timeout) as connected:
            if url.scheme != "https":
                return None
            return _handshake(connected, host, port, certificates or {})
    except TimeoutError:
        return f"{host}:{port} did not answer within {timeout:g} s"
    except socket.gaierror:
        return f"there is no host called {host}"
    except OSError as error:
        return f"{host}:{port}: {error.strerror or error}"


def _handshake(
    connected: socket.socket, host: str, port: int, certificates: Mapping[str, str]
) -> str | None:
    from conformance.http.certificates import context

    with tempfile.TemporaryDirectory(prefix="interlock-tls-") as directory:
        try:
            trust = context(certificates, Path(directory))
        except (ssl.SSLError, OSError) as error:
            return f"the certificates given cannot be used: {_reason(error)}"
    try:
        with trust.wrap_socket(connected, server_hostname=host) as secured:
            secured.settimeout(_ALERT)
            try:
                secured.recv(1)
            except TimeoutError:
                return None
            return None
    except ssl.SSLCertVerificationError as error:
        return (
            f"the certificate of {host}:{port} is not trusted ({error.verify_message}); "
            "name its authority (--ca FILE, or tls.authority of the suite)"
        )
    except ssl.SSLError as error:
        if "CERTIFICATE_REQUIRED" in str(error) or "HANDSHAKE_FAILURE" in str(error):
            return f"{host}:{port} wants a client certificate (--cert FILE --key FILE)"
        if "UNKNOWN_CA" in str(error) or "ALERT_CERTIFICATE" in str(error).upper():
            return f"{host}:{port} does not accept our client certificate ({_reason(error)})"
        return f"{host}:{port} does not speak TLS as we do ({_reason(error)})"
    except ConnectionResetError:
        return f"{host}:{port} closed the connection in the TLS handshake; a client certificate?"


def _reason(error: BaseException) -> str:
    return str(getattr(error, "reason", None) or getattr(error, "strerror", None) or error)
