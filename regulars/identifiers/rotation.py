"""Rotating codes: twelve digits behind a card number that are good for seconds, so that a picture
of an electronic card is worth nothing.

They are two time-based one-time passwords (RFC 6238, HMAC-SHA-1, six digits each, 30 seconds), one
from each half of the card's secret. Every authenticator, and the rotating bar codes of Google
Wallet, work out the same from the secret without asking us.

>>> secret = b"12345678901234567890" * 2
>>> code_at(secret, 59)
'287082287082'
>>> accepts(secret, "287082287082", at=59 + 90, tolerance_seconds=90)
True
>>> accepts(secret, "287082287082", at=59 + 121, tolerance_seconds=90)
False
"""

import hmac
from struct import unpack_from

PERIOD_SECONDS = 30
SECRET_BYTES = 40
LENGTH = 12
_HALF = SECRET_BYTES // 2
_DIGITS = LENGTH // 2


def code_at(secret: bytes, at: int) -> str:
    """The code of an instant (seconds since 1970)."""
    step = at // PERIOD_SECONDS
    return _password(secret[:_HALF], step) + _password(secret[_HALF:], step)


def accepts(secret: bytes, code: str, *, at: int, tolerance_seconds: int) -> bool:
    """Whether ``code`` was, or is to be, shown within the tolerance around ``at``.

    The tolerance covers the clock of a telephone that is offline, and the time that passes between
    showing and scanning.
    """
    first = max(0, at - tolerance_seconds) // PERIOD_SECONDS
    last = (at + tolerance_seconds) // PERIOD_SECONDS
    found = False
    for step in range(first, last + 1):
        found |= hmac.compare_digest(code_at(secret, step * PERIOD_SECONDS), code)
    return found


def _password(key: bytes, step: int) -> str:
    digest = hmac.digest(key, step.to_bytes(8), "sha1")
    (number,) = unpack_from(">I", digest, digest[-1] & 15)
    return f"{(number & 0x7FFF_FFFF) % 10**_DIGITS:0{_DIGITS}d}"
