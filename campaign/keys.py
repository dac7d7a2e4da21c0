"""What is kept secret at rest: personal columns encrypted, addresses and tokens found by keyed hash."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

NONCE = 12
KEY_ID = 4


class Keyring:
    """The data keys, newest first: the first encrypts, each decrypts what carries its id."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ciphers = {hashlib.sha256(key).digest()[:KEY_ID]: AESGCM(key) for key in keys}
        self._newest = next(iter(self._ciphers), b"")
        # The oldest key finds addresses, so that a new one can be put before it at any time.
        self._lookup = hmac.digest(keys[-1], b"look-up", "sha256") if keys else b""

    def ids(self) -> list[str]:
        """Return the ids that what a key has encrypted begins with, newest first."""
        return [key_id.hex() for key_id in self._ciphers]

    def encrypt(self, text: str, purpose: str) -> bytes:
        """Return key id, nonce and AES-GCM ciphertext, bound to `purpose`."""
        nonce = secrets.token_bytes(NONCE)
        sealed = self._ciphers[self._newest].encrypt(nonce, text.encode(), purpose.encode())
        return self._newest + nonce + sealed

    def decrypt(self, sealed: bytes, purpose: str) -> str:
        """Return the text; raise KeyError for an unknown key, InvalidTag for a changed byte."""
        cipher = self._ciphers[sealed[:KEY_ID]]
        body = sealed[KEY_ID + NONCE :]
        return cipher.decrypt(sealed[KEY_ID : KEY_ID + NONCE], body, purpose.encode()).decode()

    def lookup(self, text: str) -> bytes:
        """Return the keyed hash (32 bytes) by which an encrypted value can be found again."""
        return hmac.digest(self._lookup, text.encode(), "sha256")


_ring = Keyring(())


def use(keys: Sequence[bytes]) -> None:
    """Set the data keys of this process."""
    global _ring
    _ring = Keyring(keys)


def ids() -> list[str]:
    """Return what names the data keys without telling them, newest first."""
    return _ring.ids()


def address_hash(address: str) -> bytes:
    """Return the keyed hash of a mail address, the same for each spelling of its case."""
    return _ring.lookup(address.strip().casefold())


def new_token() -> str:
    """Return 128 random bits as 22 characters for an address."""
    return secrets.token_urlsafe(16)


def derived_token(token: str, purpose: str) -> str:
    """Return 128 bits made of a token for another purpose, from which the token can't be found."""
    return base64.urlsafe_b64encode(hmac.digest(token.encode(), purpose.encode(), "sha256")[:16]).rstrip(b"=").decode()


def token_hash(token: str) -> bytes:
    """Return what is kept of a token: it is random and long, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).digest()


def pin_hash(pin: str, token: str) -> str:
    """Return what is kept of a short PIN: slow to try, and impossible without the data key."""
    return PasswordHasher().hash(_ring.lookup(f"{token}:{pin}"))


def is_pin(pin: str, token: str, kept: str) -> bool:
    """Return whether a PIN is the one of which this is kept."""
    try:
        return PasswordHasher().verify(kept, _ring.lookup(f"{token}:{pin}"))
    except VerificationError:
        return False


def opened(sealed: bytes | None, purpose: str) -> str | None:
    """Return a column's text read below the ORM; None where there is none, or its bytes are damaged."""
    try:
        return None if sealed is None else _ring.decrypt(bytes(sealed), purpose)
    except (KeyError, InvalidTag):
        return None


def seal(text: str, purpose: str) -> str:
    """Return a text as it may stand in an address where nobody shall read it."""
    return base64.urlsafe_b64encode(_ring.encrypt(text, purpose)).rstrip(b"=").decode()


def unseal(sealed: str, purpose: str) -> str | None:
    """Return what `seal` was given; None for anything else."""
    try:
        raw = base64.b64decode(sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    return opened(raw, purpose)


class Encrypted(TypeDecorator[str]):
    """A text column whose bytes mean nothing without the data key."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _ring.encrypt(value, self.purpose)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else _ring.decrypt(bytes(value), self.purpose)
