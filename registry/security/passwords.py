"""Passwords as Argon2id hashes (RFC 9106), with the library's recommended cost."""

from __future__ import annotations

from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class ArgonPasswords:
    """Implements :class:`registry.services.ports.Passwords`."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()

    def hash(self, password: str) -> str:
        """A fresh salt each time."""
        return str(self._hasher.hash(password.encode("utf-8", "surrogatepass")))

    @cached_property
    def decoy(self) -> str:
        """A hash of nobody's password: an unknown login takes as long as a known one."""
        return self.hash("nobody has this password")

    def matches(self, hashed: str, password: str) -> bool:
        """Whether it is the password."""
        try:
            return bool(self._hasher.verify(hashed, password.encode("utf-8", "surrogatepass")))
        except (VerificationError, InvalidHashError):
            return False
