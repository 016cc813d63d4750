"""Hides the records of rejects, so that nobody reads them without the account's API key.

Nothing in the lock offers an authenticated cipher, so this one is put together from the standard
library as its documentation allows: SHAKE-256 under a secret prefix gives the key stream (an
extendable-output function keyed as in FIPS 202 and SP 800-185), HMAC-SHA256 over everything comes
after it (encrypt, then authenticate). Both keys are derived from the API key and the ledger's
salt; a nonce is drawn for every record. Under another API key nothing opens any more.
"""

import hashlib
import hmac
import secrets
import zlib
from base64 import b64decode, b64encode
from binascii import Error as NotBase64

_NONCE, _TAG = 16, 32


class Seal:
    """Closes and opens records for one API key and one ledger."""

    def __init__(self, api_key: str, salt: bytes) -> None:
        secret = api_key.encode("utf-8", "surrogatepass")
        self._hide = hmac.digest(secret, b"tajo rejects: hide" + salt, "sha256")
        self._prove = hmac.digest(secret, b"tajo rejects: prove" + salt, "sha256")

    def close(self, plain: bytes, about: str) -> str:
        """Return ``plain`` hidden, as text; it opens only for the same ``about``."""
        small = zlib.compress(plain)
        nonce = secrets.token_bytes(_NONCE)
        hidden = nonce + self._mixed(small, nonce)
        return b64encode(hidden + self._tag(hidden, about)).decode()

    def open(self, sealed: str, about: str) -> bytes | None:
        """Return what was closed; None under another key, or where a byte was changed."""
        try:
            data = b64decode(sealed, validate=True)
        except (NotBase64, ValueError):
            return None
        hidden, tag = data[:-_TAG], data[-_TAG:]
        if not hmac.compare_digest(tag, self._tag(hidden, about)):
            return None
        return zlib.decompress(self._mixed(hidden[_NONCE:], hidden[:_NONCE]))

    def _mixed(self, data: bytes, nonce: bytes) -> bytes:
        stream = hashlib.shake_256(self._hide + nonce).digest(len(data))
        mixed = int.from_bytes(data, "big") ^ int.from_bytes(stream, "big")
        return mixed.to_bytes(len(data), "big")

    def _tag(self, hidden: bytes, about: str) -> bytes:
        return hmac.digest(self._prove, hidden + about.encode(), "sha256")
