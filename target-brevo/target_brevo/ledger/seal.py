"""Hides the records of rejects, so that nobody reads them without the account's API key.

AES-256 in GCM mode from `cryptography`, under a key that HKDF derives from the API key and the
ledger's salt; a nonce is drawn for every record. Under another API key nothing opens any more.
"""

import secrets
import zlib
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# 96 bits, as NIST SP 800-38D recommends for GCM.
_NONCE = 12


class Seal:
    """Closes and opens records for one API key and one ledger."""

    def __init__(self, api_key: str, salt: bytes) -> None:
        self._secret = api_key.encode("utf-8", "surrogatepass")
        self._salt = salt

    def close(self, plain: bytes, about: str) -> str:
        """Return ``plain`` hidden, as text; it opens only for the same ``about``."""
        nonce = secrets.token_bytes(_NONCE)
        hidden = self._cipher.encrypt(nonce, zlib.compress(plain), about.encode())
        return b64encode(nonce + hidden).decode()

    def open(self, sealed: str, about: str) -> bytes | None:
        """Return what was closed; None under another key, or where a byte was changed."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - late, as below

        try:
            data = b64decode(sealed, validate=True)
            plain = self._cipher.decrypt(data[:_NONCE], data[_NONCE:], about.encode())
        except (NotBase64, ValueError, InvalidTag):
            return None
        return zlib.decompress(plain)

    @cached_property
    def _cipher(self) -> "AESGCM":
        # Imported when something is refused: most runs start without it.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

        derived = HKDF(SHA256(), length=32, salt=self._salt, info=b"tajo rejects")
        return AESGCM(derived.derive(self._secret))
