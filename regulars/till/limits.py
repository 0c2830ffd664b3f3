"""Misses are counted, so that codes and cards cannot be tried out (T16).

They are counted by key, by member and by network address, in windows of a minute, in one table that
all processes write to, and only on a miss: what costs nothing is to be right. A process learns with
its own misses how many the others have counted, so that each lets at most one more through.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import NamedTuple
from uuid import UUID

from regulars.identifiers.resolve import resolve
from regulars.kit.problems import Problem
from regulars.till.problems import TooManyTries

WINDOW_SECONDS = 60
MOST_OF_A_KEY = 20
MOST_OF_A_MEMBER = 20
MOST_OF_AN_ADDRESS = 200
"""Many tills may stand behind one address."""
_MOST_KNOWN = 50_000

Count = Callable[[UUID, list[bytes], int, int], Awaitable[dict[bytes, int]]]


class Caught(NamedTuple):
    """One against whom misses count: a hash, and how many are let through in a window."""

    bucket: bytes
    most: int


def callers_of(key: UUID, member: str | None, region: str, address: str) -> list[Caught]:
    """The key, the member asked about as far as that names one, and the address if it is known."""
    found = [Caught(_bucket("key", str(key)), MOST_OF_A_KEY)]
    if member is not None:
        try:
            ref = resolve(member, region)
        except Problem:
            pass
        else:
            found.append(Caught(_bucket("member", str(ref)), MOST_OF_A_MEMBER))
    if address:
        found.append(Caught(_bucket("address", address), MOST_OF_AN_ADDRESS))
    return found


class Misses:
    """Counts misses in windows of a minute."""

    def __init__(self, count: Count, window_seconds: int = WINDOW_SECONDS) -> None:
        self._count = count
        self._window = window_seconds
        self._known: OrderedDict[bytes, tuple[int, int]] = OrderedDict()

    def require(self, callers: list[Caught], now: int) -> None:
        """Refuse whoever has missed too often in this window, as far as this process knows."""
        for bucket, most in callers:
            window, count = self._known.get(bucket, (0, 0))
            if window == now // self._window and count >= most:
                raise TooManyTries(
                    "Wait a minute before trying again.",
                    retry_after=self._window - now % self._window,
                )

    async def add(self, program_id: UUID, callers: list[Caught], now: int, misses: int = 1) -> None:
        """Count misses, and learn how many the other processes have counted."""
        if not misses:
            return
        window = now // self._window
        buckets = [bucket for bucket, _ in callers]
        for bucket, count in (await self._count(program_id, buckets, window, misses)).items():
            self._known.pop(bucket, None)
            self._known[bucket] = (window, count)
        while len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)


def _bucket(kind: str, text: str) -> bytes:
    return blake2b(f"{kind}:{text}".encode(), digest_size=16).digest()
