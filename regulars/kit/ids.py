"""UUIDv7 made by the application, so that rows arrive in index order (RFC 9562, section 5.7)."""

import os
from uuid import UUID

_POOL = 4096


class Ids:
    """Makes UUIDv7 values for instants it is given; the random bits are drawn in bulk.

    Within one instant the ids still ascend: the 12 bits after the milliseconds count up, so that
    the order of ids is the order in which one process made them.
    """

    def __init__(self) -> None:
        self._random = b""
        self._offset = 0
        self._last = -1

    def make(self, at_ms: int) -> UUID:
        """A new id for the instant ``at_ms`` (milliseconds since 1970, UTC)."""
        if self._offset >= len(self._random):
            self._random, self._offset = os.urandom(8 * _POOL), 0
        tail = self._random[self._offset : self._offset + 8]
        self._offset += 8
        stamp = (
            max(at_ms << 12, self._last + 1)
            if at_ms << 12 <= self._last < (at_ms + 1) << 12
            else at_ms << 12
        )
        self._last = stamp
        high = (stamp >> 12) << 16 | 0x7000 | (stamp & 0xFFF)
        low = int.from_bytes(tail) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return UUID(int=high << 64 | low)
