"""Misses are counted, so that codes and cards cannot be tried out (T16)."""

from collections import OrderedDict
from collections.abc import Hashable

from regulars.till.problems import TooManyTries

MOST_MISSES = 20
WINDOW_SECONDS = 60
_MOST_CALLERS = 50_000


class Misses:
    """Counts misses of each caller in windows of a minute, in this process."""

    def __init__(self, most: int = MOST_MISSES, window_seconds: int = WINDOW_SECONDS) -> None:
        self._most = most
        self._window = window_seconds
        self._counts: OrderedDict[Hashable, tuple[int, int]] = OrderedDict()

    def require(self, caller: Hashable, now: int) -> None:
        """Refuse a caller who has missed too often in this window."""
        window, count = self._counts.get(caller, (0, 0))
        if window == now // self._window and count >= self._most:
            raise TooManyTries(
                "Wait a minute before trying again.", retry_after=self._window - now % self._window
            )

    def add(self, caller: Hashable, now: int, misses: int = 1) -> None:
        """Count misses."""
        if not misses:
            return
        window = now // self._window
        known, count = self._counts.pop(caller, (window, 0))
        self._counts[caller] = (window, count + misses if known == window else misses)
        if len(self._counts) > _MOST_CALLERS:
            self._counts.popitem(last=False)
