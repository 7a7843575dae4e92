"""The Ed25519 key (RFC 8032) that signs checkpoints of the audit log."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from registry.errors import Invalid
from registry.security.keys import kept_key
from registry.settings import Settings

NAME = "audit.key"


class Ed25519Signer:
    """Implements :class:`registry.services.audit_port.Signer`."""

    def __init__(self, seed: str) -> None:
        try:
            raw = base64.b64decode(seed, validate=True)
            self._key = Ed25519PrivateKey.from_private_bytes(raw)
        except (binascii.Error, ValueError):
            raise Invalid(
                "audit_key", "is not the base64 of 32 random bytes, as `openssl rand -base64 32`"
            ) from None
        public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.key = base64.b64encode(public).decode()

    def genuine(self, key: str, signature: str, message: bytes) -> bool:
        """Whether this registry's own key signed the message."""
        return key == self.key and genuine(key, signature, message)

    def sign(self, message: bytes) -> str:
        """Base64 of the signature."""
        return base64.b64encode(self._key.sign(message)).decode()


@dataclass(frozen=True, slots=True)
class KnownKeys:
    """Implements :class:`registry.services.audit_port.Verifier` for public keys kept elsewhere."""

    keys: frozenset[str]

    def genuine(self, key: str, signature: str, message: bytes) -> bool:
        """Whether one of the known keys signed the message."""
        return key in self.keys and genuine(key, signature, message)


def genuine(key: str, signature: str, message: bytes) -> bool:
    """Whether the owner of the public key signed the message."""
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        public.verify(base64.b64decode(signature, validate=True), message)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def audit_signer(settings: Settings) -> Ed25519Signer:
    """The key that is set, or the one kept in the data directory, made when first asked for.

    Raises:
        Invalid: the setting is no key.
        Unavailable: the directory cannot be written.
    """
    given = settings.audit_key.get_secret_value()
    return Ed25519Signer(given or kept_key(Path(settings.data), NAME, _fresh))


def _fresh() -> str:
    raw = Ed25519PrivateKey.generate().private_bytes_raw()
    return base64.b64encode(raw).decode()
