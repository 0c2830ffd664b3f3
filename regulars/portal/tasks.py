"""The worker's part: a member is told by mail that a reward is ready, or on its way.

This belongs to what the member asked for and is no advertisement, so it asks for no consent.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg

from regulars.engine.program import Program
from regulars.kit import words
from regulars.kit.mail import Letter, is_set_up, send_each
from regulars.kit.periods import local
from regulars.kit.sql import statements
from regulars.kit.steps import run_sync
from regulars.programs.snapshot import load

SQL = statements("regulars.portal", "tasks.sql")
_MOST_AT_ONCE = 50
_NEWS = timedelta(days=1)
"""What is older is no news: it stands in the portal."""


def mail_rewards(connection: psycopg.Connection, now: int) -> int:
    """Tell of rewards that have become ready; how many. What the server does not take is tried
    again a minute later, for a day."""
    if not is_set_up():
        return 0
    at, sent, programs = datetime.fromtimestamp(now, UTC), 0, dict[UUID, Program]()
    with connection.transaction(), psycopg.RawCursor(connection) as cursor:
        rows = cursor.execute(SQL["untold"], (at - _NEWS, at, _MOST_AT_ONCE)).fetchall()
        for program_id in {row[0] for row in rows}:
            programs[program_id] = run_sync(cursor, load(program_id)).at(now)[1]
        letters = ((row[:4], _letter(programs[row[0]], *row[2:])) for row in rows)
        for program_id, id_, _, state in send_each(letters):
            cursor.execute(SQL["told"], (program_id, id_, state))
            sent += 1
    return sent


def _letter(
    program: Program, reward: str, state: str, shop: str, sent_by: str, tracking: str,
    lapses_at: int | None, email: str, organization: str, slug: str, firm: str, language: str,
) -> Letter:  # fmt: skip
    tongue = language if language in words.LANGUAGES else "en"
    rule = program.rules.rewards.get(reward)
    name = getattr(program.rules, "name", {}).get(tongue) or firm
    figures = {"reward": rule.name.get(tongue, reward) if rule else reward, "name": name}

    def say(code: str, **more: object) -> str:
        return words.say("regulars.portal", "rewards.toml", code, tongue, **figures, **more)

    def lines() -> Iterator[str]:
        yield say(f"mail_{state}")
        if state == "ready" and shop:
            yield say("mail_where", shop=shop)
        if state == "ready" and lapses_at is not None:
            last = local(lapses_at, program.timezone).date()
            yield say("mail_until", day=last)
        if state == "sent" and (sent_by or tracking):
            yield say("mail_parcel", parcel=f"{sent_by} {tracking}".strip())
        if server := os.environ.get("REGULARS_URL", "").rstrip("/"):
            yield f"\n{server}/my/{organization}/{slug}/rewards/"
        yield "\n" + say("mail_why")

    return Letter(email, say(f"mail_{state}_subject"), "\n".join(lines()) + "\n")
