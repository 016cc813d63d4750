"""Keeps secrets out of whatever a person or a log file may see."""

import logging
import re
from collections.abc import Iterable

_SECRET_WORDS = r"(?:api[-_]?key|access[-_]?token|refresh[-_]?token|client[-_]?secret|authorization|password|secret|token)"  # noqa: E501, S105 - one alternation, and no password
# After "=" anything is a value. After ":" comes a value, or plain words of a message ("api_key:
# missing"): a value is quoted, holds a digit, follows a scheme, or is long.
_VALUE = (
    r"(?:(?:bearer|basic)\s+\S+|\"[^\"]+\"|'[^']+'|(?=[^\s,;]*\d)[^\s'\",;&]+|[^\s'\",;&]{16,})"
)
# The name of a variable is what a person is told to set, and no secret.
_NO_VARIABLE = r"(?!(?-i:\$[A-Z][A-Z0-9_]{7,})(?!\w))"
_ASSIGNED = (
    rf"(?:(=\s*){_NO_VARIABLE}(?:bearer\s+|basic\s+)?['\"]?[^\s'\",;&]+"
    rf"|(:\s*){_NO_VARIABLE}{_VALUE})"
)
_PAIRS = re.compile(rf"(?i)({_SECRET_WORDS}['\"]?\s*){_ASSIGNED}")
_SHAPES = re.compile(
    r"\b(?:xkeysib-|shpat_|shpca_|shpss_|sk_live_|sk_test_|Bearer\s+)[A-Za-z0-9._~+/=-]+"
)
# User and password in an address, and e-mail addresses: none of our messages holds one, but other
# libraries' may.
_USERINFO = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^\s/@]+@")
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+\.[\w.-]*\w")
_QUERY = re.compile(r"(https?://[^\s?#'\"]+)\?[^\s'\"]*")


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return ``text`` without the given secrets, secret-looking pairs, URL queries, e-mails."""
    for secret in secrets:
        if len(secret) >= 4:  # noqa: PLR2004 - shorter strings would blank ordinary words
            text = text.replace(secret, "[redacted]")
    text = _QUERY.sub(r"\1", _USERINFO.sub(r"\1", text))
    text = _EMAIL.sub("[e-mail]", text)
    text = _SHAPES.sub("[redacted]", text)
    return _PAIRS.sub(_without_value, text)


def _without_value(pair: re.Match[str]) -> str:
    return f"{pair[1]}{pair[2] or pair[3]}[redacted]"


class RedactingFilter(logging.Filter):
    """A filter for the root handlers: every message passes ``redact`` before it is written."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self.secrets = tuple(secret for secret in secrets if secret)

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record's message in place; always lets it through.

        Of an exception its type is kept: message and traceback of a library's may hold anything.
        """
        message = record.getMessage()
        clean = redact(message, self.secrets)
        if record.exc_info and record.exc_info[0]:
            clean = f"{clean} ({record.exc_info[0].__name__})"
            record.exc_info = record.exc_text = None
        if clean != message:
            record.msg, record.args = clean, ()
        return True


def hide(secrets: Iterable[str]) -> None:
    """Let every handler of the root logger leave these secrets out, with those told before.

    From then on the library below the HTTP session keeps its addresses to itself as well: what
    stands behind a host's name may name a person, or be a signature that opens a file.
    """
    # Invariant 9: at debug level it logs every address, query included; at warning level some.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    for handler in logging.getLogger().handlers:
        for known in handler.filters:
            if isinstance(known, RedactingFilter):
                known.secrets = tuple({*known.secrets, *filter(None, secrets)})
                break
        else:
            handler.addFilter(RedactingFilter(secrets))
