"""The clock is read here, at the edge, and nowhere further in."""

import time


class Clock:
    """Now, or an instant that was set for a demonstration and goes on from there."""

    def __init__(self, starts_at: int | None = None) -> None:
        self._offset = 0.0 if starts_at is None else starts_at - time.time()

    def seconds(self) -> int:
        """Whole seconds since 1970 (UTC)."""
        return int(time.time() + self._offset)
