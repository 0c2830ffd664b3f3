"""Locks that everybody else would wait behind are waited for a moment only, again and again.

PostgreSQL serves locks in turn: whoever waits for a strong one stops all who come after. So a
change of a table asks for it for a fifth of a second, lets the others pass, and asks again.
"""

import time
from collections.abc import Callable

import psycopg

WAIT = "set local lock_timeout = '200ms'"
_TRIES = 100
_MOST_SECONDS = 2.0


class StillBusy(Exception):
    """The lock could not be had; nothing was changed, and it can be tried again."""


def patiently[Answer](
    connection: psycopg.Connection, work: Callable[[], Answer], *, tries: int = _TRIES
) -> Answer:
    """``work`` in a transaction, or in a part of the one that is open, from the start each time."""
    for number in range(tries):
        try:
            with connection.transaction():
                connection.execute(WAIT)
                return work()
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            time.sleep(min(0.05 * (number + 1), _MOST_SECONDS))
    raise StillBusy("others hold the tables for too long: try again")
