"""The clock is read here, at the edge, and nowhere further in."""

import logging
import os
import time
from datetime import datetime
from functools import cache


class Clock:
    """Now, or an instant that was set for a demonstration and goes on from there."""

    def __init__(self, starts_at: int | None = None) -> None:
        self._offset = 0.0 if starts_at is None else starts_at - time.time()

    @classmethod
    def from_environment(cls) -> "Clock":
        """``REGULARS_CLOCK`` (ISO 8601 with offset) sets it, for demonstrations of the past."""
        text = os.environ.get("REGULARS_CLOCK")
        if not text:
            return cls()
        return _set_to(text)

    def seconds(self) -> int:
        """Whole seconds since 1970 (UTC)."""
        return int(time.time() + self._offset)


@cache
def _set_to(text: str) -> Clock:
    """One for all that ask in this process: pages and tills have the same now."""
    logging.getLogger("regulars").warning("the clock is set by REGULARS_CLOCK to %s", text)
    return Clock(int(datetime.fromisoformat(text).timestamp()))
