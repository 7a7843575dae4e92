"""Whether anybody is there at all, asked before anything else."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit


def unreachable(target: str, *, timeout: float) -> str | None:
    """Why no connection to the target can be made; None when one can. ``timeout`` in seconds."""
    url = urlsplit(target)
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        with socket.create_connection((url.hostname or "", port), timeout=timeout):
            return None
    except TimeoutError:
        return f"{url.hostname}:{port} did not answer within {timeout:g} s"
    except socket.gaierror:
        return f"there is no host called {url.hostname}"
    except OSError as error:
        return f"{url.hostname}:{port}: {error.strerror or error}"
