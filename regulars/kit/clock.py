"""The clock is read here, at the edge, and nowhere further in."""

import logging
import os
import time
from datetime import datetime
from typing import Self


class Clock:
    """Now, or an instant that was set for a demonstration and goes on from there."""

    def __init__(self, starts_at: int | None = None) -> None:
        self._offset = 0.0 if starts_at is None else starts_at - time.time()

    @classmethod
    def from_environment(cls) -> Self:
        """``REGULARS_CLOCK`` (ISO 8601 with offset) sets it, for demonstrations of the past."""
        text = os.environ.get("REGULARS_CLOCK")
        if not text:
            return cls()
        logging.getLogger("regulars").warning("the clock is set by REGULARS_CLOCK to %s", text)
        return cls(int(datetime.fromisoformat(text).timestamp()))

    def seconds(self) -> int:
        """Whole seconds since 1970 (UTC)."""
        return int(time.time() + self._offset)
