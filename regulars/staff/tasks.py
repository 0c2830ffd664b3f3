"""The worker's part: notices go out by mail, where a mail server is set up."""

import os
from datetime import UTC, datetime, timedelta

import psycopg

from regulars.kit.mail import Letter, is_set_up, send_each
from regulars.kit.words import LANGUAGES, say
from regulars.staff.queries import SQL

_MOST_AT_ONCE = 50
_NEWS = timedelta(days=1)
"""What is older is no news: it stands in the console."""


def mail_notices(connection: psycopg.Connection, now: int) -> int:
    """Mail what nobody has read yet; how many. One that the server does not take is tried again a
    minute later, for a day."""
    if not is_set_up():
        return 0
    at, sent = datetime.fromtimestamp(now, UTC), 0
    with connection.transaction(), psycopg.RawCursor(connection) as cursor:
        rows = cursor.execute(SQL["unmailed"], (at - _NEWS, _MOST_AT_ONCE)).fetchall()
        for key in send_each((tuple(row[:2]), _letter(*row[2:])) for row in rows):
            cursor.execute(SQL["mailed"], (*key, at))
            sent += 1
    return sent


def _letter(
    code: str, who: str, object_: str, path: str, email: str, language: str, name: str
) -> Letter:
    tongue = language if language in LANGUAGES else "en"
    words = (__package__ or "", "notices.toml")
    text = say(*words, code, tongue, who=who, object=object_)
    address = os.environ.get("REGULARS_URL", "").rstrip("/") + path
    return Letter(
        email,
        say(*words, "mail.subject", tongue, name=name, object=object_),
        say(*words, "mail.text", tongue, text=text, address=address, name=name),
    )
