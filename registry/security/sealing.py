"""Secrets that must be read again, encrypted with a key made from the session key."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from registry.errors import Unavailable


class FernetSealer:
    """Implements :class:`registry.services.ports.Sealer` (AES-128-CBC with HMAC, from Fernet)."""

    def __init__(self, key: str) -> None:
        derived = HKDF(SHA256(), 32, salt=None, info=b"interlock sealing").derive(key.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def seal(self, secret: str) -> str:
        """Encrypt."""
        return self._fernet.encrypt(secret.encode()).decode()

    def unseal(self, sealed: str) -> str:
        """Decrypt.

        Raises:
            Unavailable: it was sealed with another key.
        """
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise Unavailable(
                "a stored secret was sealed with another INTERLOCK_SESSION_KEY; use that key, or "
                "create the webhook again"
            ) from None
