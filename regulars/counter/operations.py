"""A till is opened in a browser, found again by its cookie, and closed."""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from regulars.kit.ids import Ids
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.organizations.queries import SQL as ORGANIZATIONS
from regulars.till.sessions import digest_of

_SQL = statements("regulars.counter", "statements.sql")
_ids = Ids()
LASTS = timedelta(hours=12)
"""A shift. Whoever works longer opens the till again; what waits in the browser stays there."""


class OpenTill(NamedTuple):
    """A till in a browser: which one, of whom, until when."""

    id: UUID
    organization_id: UUID
    program_id: UUID
    program: str
    shop: str
    shop_name: str
    till: str
    staff_id: UUID
    who: str
    expires_at: datetime


def open_till(
    *,
    organization_id: UUID,
    program_id: UUID,
    shop_id: UUID,
    till: str,
    staff_id: UUID,
    who: str,
    now: datetime,
) -> Steps[str]:
    """Open a till; the secret for the cookie, of which only the SHA-256 is kept. ``now`` as the
    wall has it: the session ends after 12 hours, whatever date the tills play."""
    secret = secrets.token_hex(32)
    session_id = _ids.make(int(now.timestamp() * 1000))
    yield Step(
        _SQL["open"],
        (organization_id, session_id, program_id, shop_id, till, staff_id, who, digest_of(secret),
         now, now + LASTS),
    )  # fmt: skip
    return secret


def find_till(secret: str, now: datetime) -> Steps[OpenTill | None]:
    """The till of a cookie, as long as it is open and its cashier works here."""
    rows = yield Step(_SQL["find"], (digest_of(secret), now))
    return OpenTill(*rows[0]) if rows else None


def close_till(*, organization_id: UUID, session_id: UUID, now: datetime) -> Steps[None]:
    """From now on nobody works with its cookie; tills forget what they remember of it."""
    yield Step(_SQL["close"], (organization_id, session_id, now))
    yield Step(ORGANIZATIONS["announce_keys"], ())
