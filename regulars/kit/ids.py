"""UUIDv7 made by the application, so that rows arrive in index order (RFC 9562, section 5.7)."""

import os
from collections.abc import Iterator
from uuid import UUID

_POOL = 4096
_SECOND = 1000 << 12


class Ids:
    """Makes UUIDv7 values for instants it is given; the random bits are drawn in bulk.

    Within one second the ids still ascend: the 12 bits after the milliseconds count up, and carry
    into the milliseconds, so that the order of ids is the order in which one process made them.
    """

    def __init__(self) -> None:
        self._random: Iterator[int] = iter(())
        self._last = -1

    def make(self, at_ms: int) -> UUID:
        """A new id for the instant ``at_ms`` (milliseconds since 1970, UTC)."""
        tail = next(self._random, None)
        if tail is None:
            self._random = iter(memoryview(os.urandom(8 * _POOL)).cast("Q"))
            tail = next(self._random)
        stamp = at_ms << 12
        if stamp <= self._last < stamp + _SECOND:
            stamp = self._last + 1
        self._last = stamp
        high = (stamp >> 12) << 16 | 0x7000 | (stamp & 0xFFF)
        low = tail & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return UUID(int=high << 64 | low)
