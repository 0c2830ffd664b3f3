"""Somebody who is in the way of a page for a moment: a real deadlock, which the page loses.

with passing(url, holds=(sql, params), wants=(sql, params)) as passed:
    page.post(...)          waits for what is held; then the other one wants what the page has
assert passed()             they met indeed
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

import psycopg

Statement = tuple[Any, tuple[Any, ...]]
_MOST_SECONDS = 120
_LATER_SECONDS = 0.4
"""PostgreSQL looks for deadlocks after a second of waiting: the page's looks first."""
_WAITING = "select exists (select from pg_stat_activity where %s = any (pg_blocking_pids(pid)))"


@contextmanager
def passing(
    database_url: str, *, holds: Statement, wants: Statement
) -> Iterator[Callable[[], bool]]:
    """Whoever looks first gives way to a deadlock: the page. Nothing of the other one stays."""
    met = False
    with psycopg.connect(database_url) as other, ThreadPoolExecutor(1) as threads:
        other.execute(*holds)

        def passes() -> bool:
            with psycopg.connect(database_url, autocommit=True) as watch:
                deadline = time.monotonic() + _MOST_SECONDS
                while not watch.execute(_WAITING, (other.info.backend_pid,)).fetchall()[0][0]:
                    if time.monotonic() > deadline:
                        return False
                    time.sleep(0.01)
                time.sleep(_LATER_SECONDS)
                with suppress(psycopg.errors.DeadlockDetected):  # on a machine that stood still
                    other.execute(*wants)
            other.rollback()
            return True

        passed = threads.submit(passes)
        yield lambda: met
        met = passed.result()
