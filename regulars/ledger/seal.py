"""Sealing: hash-chains the log, so that a changed or missing posting shows."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from uuid import UUID

from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps

_SQL = statements("regulars.ledger", "seal.sql")
GENESIS = bytes(32)
"""What the first seal of a program follows."""
_MOST_POSTINGS = 100_000
"""A seal covers at most so many numbers of the log, so that it can be checked in small memory."""


def settle() -> Steps[int]:
    """The number up to which the log is complete. Run it in a transaction of its own, with a short
    lock timeout, and commit at once: writers wait as long as it lasts."""
    yield Step(_SQL["settle_log"])
    rows = yield Step(_SQL["last_seq"])
    return int(rows[0][0])


def seal(last_seq: int, *, now: int) -> Steps[int]:
    """Seal every program up to ``last_seq``, and add what is sealed to the sums by day; how many
    seals were added."""
    added = 0
    programs = yield Step(_SQL["open_programs"], (last_seq,))
    for program_id, since, no in programs:
        hash_ = GENESIS
        if no:
            rows = yield Step(_SQL["previous"], (program_id, no))
            hash_ = bytes(rows[0][0])
        for first, last in stretches(since, last_seq):
            rows = yield Step(_SQL["digest"], (program_id, first, last))
            count, digest = rows[0][0], bytes(rows[0][1])
            if count:
                no += 1
                previous, hash_ = hash_, chained(hash_, program_id, first, last, count, digest)
                yield Step(
                    _SQL["add_seal"],
                    (program_id, no, first + 1, last, count, digest, previous, hash_, now),
                )
                yield Step(_SQL["add_days"], (program_id, first, last))
                added += 1
    return added


def check(program_id: UUID) -> Steps[str | None]:
    """Recompute the chain of a program; what is wrong with its first broken seal, or None.

    Of a seal that reaches into a detached month the postings are counted, and the digest is the one
    it was given; a changed row shows when the month is attached again."""
    seals: list[Any] = yield Step(_SQL["seals"], (program_id,))
    expected, since = GENESIS, 0
    for no, first_seq, last_seq, postings, kept, previous, hash_, away in seals:
        if bytes(previous) != expected or first_seq <= since:
            return f"seal {no} does not follow the one before it"
        # From the end of the seal before: where nothing was to seal, nothing may have come since.
        rows = yield Step(_SQL["digest"], (program_id, since, last_seq))
        count, digest = rows[0][0], bytes(rows[0][1])
        if count + away != postings:
            return f"seal {no} covers {postings} postings, the log has {count + away} there"
        if away:
            digest = bytes(kept)
        expected = chained(expected, program_id, first_seq - 1, last_seq, postings, digest)
        if bytes(hash_) != expected:
            return (
                f"seal {no}: a posting or entry from number {first_seq} to {last_seq} was changed"
            )
        since = last_seq
    return None


def chained(
    previous: bytes, program_id: UUID, first: int, last: int, count: int, digest: bytes
) -> bytes:
    """The hash of a seal: of the one before it, what it covers, and the digest of that."""
    text = f"{program_id}|{first}|{last}|{count}|".encode()
    return sha256(previous + text + digest).digest()


def stretches(since: int, last: int) -> Iterator[tuple[int, int]]:
    """``since`` to ``last`` in pieces of bounded size: (after, up to)."""
    while since < last:
        step = min(since + _MOST_POSTINGS, last)
        yield since, step
        since = step
