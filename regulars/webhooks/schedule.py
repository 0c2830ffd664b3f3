"""When a delivery that failed is tried again: ever later, for three days, with some chance in it so
that not all come back at once."""

from datetime import UTC
from email.utils import parsedate_to_datetime

DAY = 86_400
KEEP_TRYING_SECONDS = 3 * DAY
"""From the fan-out on; a delivery is tried at least `LEAST_ATTEMPTS` times nevertheless."""
LEAST_ATTEMPTS = 4
_FIRST_SECONDS = 10
_LONGEST_SECONDS = 8 * 3600
_JITTER = 0.2
_LONGEST_ASKED_SECONDS = DAY
_LONGEST_PAUSE_SECONDS = 900


def delay(attempt: int, chance: float) -> int:
    """Seconds until the next attempt after ``attempt`` of them; ``chance`` lies between 0 and 1.

    10 s, 30 s, 90 s, 4.5 min, 13 min, 41 min, 2 h, 6 h, then every 8 h, each a fifth more or less.
    """
    plain = min(_LONGEST_SECONDS, _FIRST_SECONDS * 3 ** min(attempt - 1, 12))
    return max(1, round(plain * (1 - _JITTER + 2 * _JITTER * chance)))


def pause(failures: int, chance: float) -> int:
    """Seconds for which an endpoint is left alone after so many failures in a row."""
    return min(_LONGEST_PAUSE_SECONDS, delay(failures, chance))


def is_over(attempt: int, next_at: int, give_up_at: int) -> bool:
    """Whether a failed attempt was the last one."""
    return attempt >= LEAST_ATTEMPTS and next_at > give_up_at


def asked_for(header: str, now: int) -> int | None:
    """Seconds a receiver asks us to wait (Retry-After, RFC 9110, 10.2.3: seconds or a date); a day
    at most. None where it says nothing we understand."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        wanted = int(text[:9])
    else:
        try:
            at = parsedate_to_datetime(text)
        except ValueError:
            return None
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        wanted = int(at.timestamp()) - now
    return min(max(0, wanted), _LONGEST_ASKED_SECONDS)
