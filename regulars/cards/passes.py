"""Passes and telephones, as Apple's wallet asks for them (its "PassKit Web Service")."""

from hmac import compare_digest
from typing import NamedTuple
from uuid import UUID

from regulars.cards import queries
from regulars.cards.queries import Card
from regulars.kit.periods import instant
from regulars.kit.problems import NotFound, Problem
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps

_SQL = statements("regulars.cards", "passes.sql")
_OVERLAP_SECONDS = 60
"""A change becomes visible when its transaction ends, a little after the time it bears."""


class WrongToken(Problem):
    code = "pass_token_wrong"
    status = 401
    title = "This is not the pass's token"


class Kept(NamedTuple):
    """A pass as it is now."""

    serial: UUID
    token: str
    voided: bool
    changed_at: int
    tier: str
    card: Card


class Changed(NamedTuple):
    """Passes that changed, and what to ask with the next time."""

    serials: list[str]
    tag: str


def kept(program_id: UUID, serial: UUID, token: str) -> Steps[Kept]:
    """The pass of a serial number, if the token is its own.

    Raises `WrongToken`, also where there is no such pass: nothing can be found out by trying.
    """
    rows = yield Step(_SQL["pass"], (program_id, serial))
    if not rows or not compare_digest(rows[0][1].encode(), token.encode()):
        raise WrongToken("Make the pass anew: it may belong to a card that was replaced.")
    number, _, voided, changed_at, tier = rows[0]
    card = yield from queries.card(program_id, number)
    return Kept(serial, token, voided, changed_at, tier or "", card)


def register(
    program_id: UUID, serial: UUID, token: str, device: str, push_token: str, now: int
) -> Steps[bool]:
    """A telephone wants to hear of changes. True where it is new."""
    yield from kept(program_id, serial, token)
    at = instant(now)
    rows = yield Step(_SQL["register"], (program_id, device, serial, push_token, at))
    return bool(rows[0][0])


def unregister(program_id: UUID, serial: UUID, token: str, device: str) -> Steps[None]:
    """A telephone gave the pass away."""
    yield from kept(program_id, serial, token)
    yield Step(_SQL["unregister"], (program_id, device, serial))


def changed(program_id: UUID, device: str, since: str) -> Steps[Changed]:
    """The telephone's passes that changed since the tag it was given; all of them without one."""
    rows = yield Step(_SQL["changed"], (program_id, device))
    if not rows:
        raise NotFound("This telephone has registered no pass.")
    after = int(since) - _OVERLAP_SECONDS if since.isdigit() and len(since) < 16 else -1
    serials = [str(serial) for serial, at in rows if at > after]
    return Changed(serials, str(max(at for _, at in rows)))
