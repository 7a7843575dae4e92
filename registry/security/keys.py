"""The key that signs browser sessions: made once, readable by nobody else."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from registry.errors import Unavailable
from registry.settings import Settings

NAME = "session.key"


def signing_key(settings: Settings) -> str:
    """The key that is set, or the one kept in the data directory."""
    return settings.session_key.get_secret_value() or session_key(settings.data)


def session_key(data: Path) -> str:
    """The key of sessions that is kept in the data directory.

    Raises:
        Unavailable: the directory cannot be written.
    """
    return kept_key(data, NAME, lambda: secrets.token_urlsafe(48))


def kept_key(data: Path, name: str, fresh_key: Callable[[], str]) -> str:
    """A key kept in the data directory; made when first asked for, by exactly one process.

    Raises:
        Unavailable: the directory cannot be written.
    """
    path = data / name
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            fresh = path.with_name(f"{name}.{os.getpid()}.{secrets.token_hex(4)}")
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(fresh_key())
            try:
                os.link(fresh, path)  # fails for all but the first
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return path.read_text("ascii").strip()
    except OSError as error:
        raise Unavailable(
            f"cannot use the data directory {data}: {error.strerror}; choose another with --data"
        ) from None
